"""Clients that others wrote find their way in the sandbox: Mastodon.py and atproto log in, post, upload and read back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from atproto import CID, Client, client_utils, models
from atproto_client.exceptions import BadRequestError
from mastodon import Mastodon, MastodonUnauthorizedError

import sandbox
from sandbox.town import Town
from tests.rooms import sandbox_visitor as web

BACK = "http://127.0.0.1:9/back"
# atproto itself calls httpx in a way that httpx is leaving.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def town() -> Iterator[Town]:
    with sandbox.running() as town:
        yield town


@pytest.fixture
def toots(town: Town) -> Iterator[Mastodon]:
    """Give a client that came in through the whole code flow."""
    town.mastodon.add_account("lenoir", name="Boulangerie Lenoir")
    town.mastodon.settings(auto_approve="lenoir")
    client_id, secret = Mastodon.create_app("Essai", scopes=["read", "write"], redirect_uris=BACK, api_base_url=town.mastodon.url)
    client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=town.mastodon.url)
    sent = web.get(client.auth_request_url(redirect_uris=BACK, scopes=["read", "write"], allow_http=True)).headers["location"]
    client.log_in(code=parse_qs(urlsplit(sent).query)["code"][0], redirect_uri=BACK, scopes=["read", "write"], allow_http=True)
    yield client
    client.session.close()


def test_mastodon_py_posts_a_picture_and_reads_it_back(town: Town, toots: Mastodon) -> None:
    town.mastodon.settings(media_polls=1)
    media = toots.media_post(web.png(), mime_type="image/png", description="Une bûche", synchronous=True)
    made = toots.status_post("Ce matin, #brioche", media_ids=[media], language="fr", spoiler_text="Gourmandise", idempotency_key="k")
    assert toots.status_post("Ce matin, #brioche", idempotency_key="k").id == made.id
    read = toots.account_statuses(toots.me().id)
    assert [one.id for one in read] == [made.id]
    assert read[0].media_attachments[0].description == "Une bûche"
    assert [tag.name for tag in read[0].tags] == ["brioche"]
    assert toots.instance().configuration.statuses.max_characters == 500


def test_mastodon_py_answers_pages_and_deletes(toots: Mastodon) -> None:
    first = toots.status_post("1")
    second = toots.status_reply(first, "2")
    assert [one.id for one in toots.status_context(first.id).descendants] == [second.id]
    page = toots.account_statuses(toots.me().id, limit=1)
    assert [one.id for one in toots.fetch_remaining(page)] == [second.id, first.id]
    assert toots.status_delete(first.id).text == "1"
    assert [one.id for one in toots.account_statuses(toots.me().id)] == [second.id]


def test_mastodon_py_is_told_what_is_wrong(town: Town, toots: Mastodon) -> None:
    with pytest.raises(Exception, match="character limit of 500 exceeded"):
        toots.status_post("x" * 501)
    toots.revoke_access_token(allow_http=True)
    stranger = Mastodon(access_token="gone", api_base_url=town.mastodon.url, session=toots.session)
    with pytest.raises(MastodonUnauthorizedError):
        stranger.account_verify_credentials()


@pytest.fixture
def sky(town: Town) -> Iterator[Client]:
    """Give a client with an open session."""
    town.bluesky.add_account("lenoir.test", "app pass", name="Boulangerie Lenoir")
    client = Client(base_url=town.bluesky.url)
    client.login("lenoir.test", "app pass")
    yield client
    client.request.close()


def test_atproto_posts_a_picture_and_reads_it_back(town: Town, sky: Client) -> None:
    assert sky.me is not None
    assert sky.me.display_name == "Boulangerie Lenoir"
    ratio = models.AppBskyEmbedDefs.AspectRatio(width=64, height=40)
    made = sky.send_image("Ce matin", web.png(), "Une bûche", langs=["fr"], image_aspect_ratio=ratio)
    read = sky.com.atproto.repo.list_records(models.ComAtprotoRepoListRecords.Params(repo=sky.me.did, collection="app.bsky.feed.post"))
    assert [(one.uri, one.cid, one.value.text) for one in read.records] == [(made.uri, made.cid, "Ce matin")]
    image = read.records[0].value.embed.images[0]
    got = sky.com.atproto.sync.get_blob(models.ComAtprotoSyncGetBlob.Params(did=sky.me.did, cid=image.image.cid.encode()))
    assert (image.alt, got) == ("Une bûche", web.png())


def test_atproto_makes_a_thread_with_links_and_takes_it_off(town: Town, sky: Client) -> None:
    words = client_utils.TextBuilder().text("À lire : ").link("notre page", "https://example.com").text(" ").tag("#pain", "pain")
    first = sky.send_post(words, langs=["fr"])
    reply = models.AppBskyFeedPost.ReplyRef(parent=models.create_strong_ref(first), root=models.create_strong_ref(first))
    second = sky.send_post("2/2", reply_to=reply)
    assert [(post["id"], post["after"]) for post in town.bluesky.posts()] == [(first.uri, ""), (second.uri, first.uri)]
    assert sky.delete_post(second.uri)
    assert [post["id"] for post in town.bluesky.posts()] == [first.uri]


def test_atproto_renews_its_session_and_is_told_what_is_wrong(town: Town, sky: Client) -> None:
    town.advance(7300)
    with pytest.raises(BadRequestError, match="ExpiredToken"):
        sky.send_post("trop tard")
    sky._refresh_and_set_session()
    with pytest.raises(BadRequestError, match="300 graphemes"):
        sky.send_post("x" * 301)
    assert sky.send_post("à temps").uri


def test_content_ids_are_ones_that_atproto_reads(town: Town) -> None:
    town.bluesky.add_account("lenoir.test")
    made = town.bluesky.add_post("lenoir.test", "Bonjour")
    asked = {"repo": "lenoir.test", "collection": "app.bsky.feed.post", "rkey": made["key"]}
    kept = web.get(f"{town.bluesky.url}/xrpc/com.atproto.repo.getRecord", params=asked).json()
    assert CID.decode(kept["cid"]).encode() == kept["cid"]
