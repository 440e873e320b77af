"""The square: a person sees what arrived, with its pictures, threads, cards and warnings, in French or in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import sandbox
from sandbox.town import Town
from tests.rooms import sandbox_visitor as web

LINKED = {"uri": "https://lenoir.example/galette", "title": "La galette", "description": "Dès le 2"}
CARD = {"$type": "app.bsky.embed.external", "external": LINKED}


@pytest.fixture
def town() -> Iterator[Town]:
    with sandbox.running() as town:
        town.mastodon.add_account("lenoir", name="Boulangerie Lenoir", avatar=web.png(40, 40))
        town.bluesky.add_account("lenoir.test", name="Boulangerie Lenoir")
        town.fake.add_account("lenoir")
        yield town


def seen(url: str, **asked: str) -> str:
    answer = web.get(url, params=asked or None)
    assert answer.status_code == 200
    return answer.text


def test_an_empty_square_says_so_in_both_languages(town: Town) -> None:
    assert "Rien n’est encore arrivé" in seen(town.url)
    assert "Nothing has arrived yet" in seen(town.url, lang="en")
    assert 'lang="en"' in web.get(town.url, headers={"accept-language": "en-GB,en;q=0.9"}).text
    assert 'lang="fr"' in web.get(town.url, headers={"accept-language": "de"}).text


def test_posts_of_all_networks_stand_together_newest_first(town: Town) -> None:
    town.mastodon.add_post("lenoir", "Sur Mastodon", at="2026-11-01T08:00:00Z")
    town.bluesky.add_post("lenoir.test", "Sur Bluesky", at="2026-11-02T08:00:00Z")
    town.fake.add_post("lenoir", "Sur le faux", at="2026-11-03T08:00:00Z")
    page = seen(town.url)
    places = [page.index(words) for words in ("Sur le faux", "Sur Bluesky", "Sur Mastodon")]
    assert places == sorted(places)
    assert "3 novembre" in page
    assert "9\u00a0h\u00a000" in page


def test_one_network_or_one_account_can_be_read_alone(town: Town) -> None:
    town.mastodon.add_account("fournil")
    town.mastodon.add_post("lenoir", "À la boutique")
    town.mastodon.add_post("fournil", "Au fournil")
    town.bluesky.add_post("lenoir.test", "Dans le ciel")
    assert "Dans le ciel" not in seen(town.url, network="mastodon")
    alone = seen(town.url, network="mastodon", account="fournil")
    assert "Au fournil" in alone
    assert "À la boutique" not in alone
    assert "À la boutique" in seen(f"{town.mastodon.url}/@lenoir")
    assert "Dans le ciel" in seen(f"{town.bluesky.url}/profile/lenoir.test")


def test_pictures_have_their_words_and_warnings_are_folded(town: Town) -> None:
    town.mastodon.add_post("lenoir", "Voilà", pictures=[(web.png(), "Une bûche au chocolat")], warning="Gourmandise")
    page = seen(town.url)
    assert 'alt="Une bûche au chocolat" width="64" height="40"' in page
    assert "<details><summary>Gourmandise</summary>" in page
    assert page.index("Gourmandise") < page.index("Voilà")


def test_a_thread_stands_in_one_piece(town: Town) -> None:
    first = town.bluesky.add_post("lenoir.test", "Un", at="2026-11-01T08:00:00Z")
    town.mastodon.add_post("lenoir", "Entre les deux", at="2026-11-01T08:00:05Z")
    second = town.bluesky.add_post("lenoir.test", "Deux", after=first["id"], at="2026-11-01T08:00:10Z")
    thread = re.search(r'<section class="thread".*?</section>', seen(town.url))
    assert thread
    assert thread[0].count("<article") == 2
    assert "Entre les deux" not in thread[0]
    assert "Un" in seen(second["url"])


def test_a_card_and_a_link_lead_where_they_say(town: Town) -> None:
    text = "Ici → page"
    start = len("Ici → ".encode())
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://lenoir.example/"}
    facets = [{"index": {"byteStart": start, "byteEnd": start + 4}, "features": [link]}]
    town.bluesky.add_post("lenoir.test", text, record={"embed": CARD, "facets": facets})
    page = seen(town.url)
    assert '<a href="https://lenoir.example/">page</a>' in page
    assert '<a class="card" href="https://lenoir.example/galette">' in page
    assert "La galette" in page


def test_every_post_is_at_its_own_address(town: Town) -> None:
    made = [
        town.mastodon.add_post("lenoir", "Sur Mastodon"),
        town.bluesky.add_post("lenoir.test", "Sur Bluesky"),
        town.fake.add_post("lenoir", "Sur le faux"),
    ]
    for post in made:
        answer = web.get(post["url"], headers={"accept": "text/html"})
        assert (answer.status_code, post["text"] in answer.text) == (200, True)
        assert web.get(f"{post['url']}9", headers={"accept": "text/html"}).status_code == 404


def test_what_is_written_never_runs(town: Town) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)"> javascript:alert(1)'
    for stand, who in ((town.mastodon, "lenoir"), (town.bluesky, "lenoir.test"), (town.fake, "lenoir")):
        stand.add_post(who, evil, pictures=[(web.png(), '"><script>alert(2)</script>')])
    bad = [{"index": {"byteStart": 0, "byteEnd": 3}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "javascript:alert(3)"}]}]
    town.bluesky.add_post("lenoir.test", "ici", record={"facets": bad})
    answer = web.get(town.url)
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert 'href="javascript' not in answer.text


def test_the_pages_forbid_inline_script_and_style(town: Town) -> None:
    town.mastodon.add_post("lenoir", "Bonjour")
    for url in (town.url, f"{town.mastodon.url}/@lenoir"):
        answer = web.get(url)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert not re.search(r"<style|style=|<script>|<script [^>]*>[^<]", answer.text)
        for name in ("square.css", "square.js"):
            assert web.get(f"{url.rpartition('/@')[0] or url}/_square/{name}").status_code == 200


def test_the_square_reaches_the_oldest_post(town: Town) -> None:
    for i in range(65):
        town.fake.add_post("lenoir", f"numéro {i}.")
    found, url = set(), town.url
    while url:
        page = seen(url)
        found |= set(re.findall(r"numéro \d+\.", page))
        older = re.search(r'<a rel="next" href="\?([^"]+)"', page)
        url = f"{town.url}/?{older[1].replace('&amp;', '&')}" if older else ""
    assert len(found) == 65


def test_nothing_else_is_served_from_the_square(town: Town) -> None:
    for path in ("/_square/../server.py", "/_square/nothing.css", "/etc/passwd", "/_square/"):
        assert web.get(f"{town.url}{path}").status_code == 404
    assert web.post(town.url).status_code == 405


@pytest.mark.parametrize("network", ["mastodon", "bluesky", "fake"])
def test_a_passer_by_answers_a_post_from_the_square(town: Town, network: str) -> None:
    stand = town.stands[network]
    made = stand.add_post("lenoir.test" if network == "bluesky" else "lenoir", "Le pain de seigle est là.")
    assert "Répondre en passant" in seen(town.url, network=network)
    given = {"act": "comment", "network": network, "post": made["id"], "who": "Camille Rousseau", "text": "Jusqu’à quelle heure ?"}
    answer = web.post(f"{town.url}/act", data=given, headers={"origin": town.url})
    assert answer.status_code == 303
    (said,) = [one for one in stand.posts() if "quelle heure" in one["text"]]
    assert said["after"] == made["id"]
    assert "Camille" in said["name"]


def test_another_site_cannot_speak_for_the_public(town: Town) -> None:
    made = town.fake.add_post("lenoir", "Le pain de seigle est là.")
    given = {"act": "comment", "network": "fake", "post": made["id"], "who": "x", "text": "y"}
    assert web.post(f"{town.url}/act", data=given, headers={"origin": "https://example.org"}).status_code == 403
    assert len(town.fake.posts()) == 1


@pytest.mark.parametrize("given", [{"network": "nowhere"}, {"post": "none"}, {"text": "  "}, {"act": "review"}, {"act": "dance"}])
def test_an_act_that_makes_no_sense_does_nothing(town: Town, given: dict[str, str]) -> None:
    made = town.fake.add_post("lenoir", "Le pain de seigle est là.")
    whole = {"act": "comment", "network": "fake", "post": made["id"], "who": "x", "text": "y", "account": "lenoir", **given}
    assert web.post(f"{town.url}/act", data=whole).status_code == 400
    assert len(town.fake.posts()) == 1


def test_the_control_speaks_for_the_public_too(town: Town) -> None:
    made = town.fake.add_post("lenoir", "Le pain de seigle est là.")
    assert web.post(f"{town.fake.url}/_control/comments", json={"post": made["id"], "who": "léa", "text": "Bravo"}).status_code == 200
    assert (
        web.post(f"{town.fake.url}/_control/reviews", json={"account": "lenoir", "who": "léa", "stars": 5, "text": "x"}).status_code == 400
    )
