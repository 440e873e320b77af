"""How a company speaks: what it says on the page is what les codes go by, and what cannot be kept is said and lost by nobody."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.networks.codes.catalogue import BY_ID, RULES
from parvis.networks.codes.draft import Context
from parvis.networks.codes.linter import drafts, lint_all
from parvis.networks.codes.profile import TRADES, Period, Profile, Weight
from parvis.networks.codes.rule import Severity
from parvis.networks.facts_of import SPECS
from parvis.people.models import User
from parvis.people.permissions import NotAllowed
from parvis.posts.models import Post
from parvis.voice import queries, sales
from parvis.voice.commands import change_voice
from parvis.voice.models import Voice
from parvis.voice.profiles import greatest, profile_of, thresholds
from parvis.voice.wanted import Refused, Wanted
from parvis.web.voice import VoiceForm
from parvis.web.weighing import THRESHOLD_NAMES
from sandbox import bakery
from tests.rooms.test_composing_pages import at, begun, bob, door, form, words
from tests.world import NOON, World

__all__ = ["bob"]
pytestmark = pytest.mark.django_db
PAGE = "/c/lenoir/settings/voice/"
OFF = Weight(None, "Nous signons nos gros titres.")
SHOUT = "VENEZ VOIR NOTRE GALETTE"


def sheet(client: Client, url: str = PAGE, **typed: object) -> dict[str, object]:
    """Return what the page's form would send, with what was typed in it; underscores of a keyword stand for ":" and "-"."""
    page = words(client.get(url))
    body = page[page.index('<form class="stack voice"') :]
    sent: dict[str, object] = {}
    for tag in re.findall(r"<input [^>]*>", body):
        given = {key: unescape(value) for key, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if given.get("form") or "name" not in given or (given.get("type") == "checkbox" and " checked" not in tag):
            continue
        sent[given["name"]] = given.get("value", "")
    for name, options in re.findall(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        sent[name] = next(iter(re.findall(r'value="([^"]*)" selected', options)), "")
    for name, text in re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', body, re.DOTALL):
        sent[name] = unescape(text)
    return {**sent, **typed}


def keep(client: Client, typed: dict[str, object], url: str = PAGE) -> Any:
    return client.post(PAGE, sheet(client, url, **typed))


def change(world: World, user: User | None = None, **wanted: Any) -> None:
    change_voice(company=world.bakery, wanted=Wanted(**wanted), by=world.actor(user or world.alice), now=NOON)


def journal(client: Client) -> str:
    return unescape(re.sub(r"<[^>]+>", "", words(client.get("/c/lenoir/settings/journal/")))).replace("\N{NO-BREAK SPACE}", " ")


# ---- the profile


def test_a_company_that_said_nothing_speaks_as_les_codes_expect(world: World, bob: Client) -> None:
    assert profile_of(world.bakery) == Profile()
    assert keep(bob, {}).status_code == 303
    assert profile_of(world.bakery) == Profile()
    assert not Entry.objects.filter(room="voice").exists(), "nothing was changed, so nothing is told"


def test_a_profile_is_one_query(world: World) -> None:
    change(world, words=["fournil"], weights={"T07": OFF}, limits={"FB02.most": 90})
    for company in (world.bakery, world.elsewhere):
        with CaptureQueriesContext(connection) as seen:
            profile_of(company)
        assert len(seen) == 1


def test_every_field_of_a_profile_is_kept(world: World) -> None:
    said = Profile(
        trade="bakery", address="tu", inclusive="plain", department="2A", phone="02 40 12 34 56", site="https://lenoir.example",
        legal_page="https://lenoir.example/mentions", words=frozenset({"Couëron", "T65"}), limits={"FB02.most": 0},
        weights={"T07": OFF, "LAW03": Weight(Severity.TIP, "Arrêté en attente")},
        periods=(Period("soldes d’hiver", date(2027, 1, 6), date(2027, 2, 2), "2A"),),
    )  # fmt: skip
    change(world, **{field.name: getattr(said, field.name) for field in fields(Profile)})
    assert profile_of(world.bakery) == said
    assert {field.name for field in fields(Wanted)} == {field.name for field in fields(Profile)}


def test_what_no_rule_knows_and_what_is_broken_count_as_not_said(world: World) -> None:
    broken: list[dict[str, Any]] = [
        {"weights": {"ZZ99": {"severity": None}, "T07": {"severity": "loud"}, "T08": "off", "T09": {}, "T03": {"severity": 3}}},
        {"weights": ["T07"], "limits": [1], "periods": {"a": 1}, "words": {"a": 1}},
        {"weights": "{", "limits": "{", "periods": "[", "words": None},
        {"limits": {"FB02.most": "12", "FB02.least": 3, "T07.most": -1, "A06.most": True, "ZZ.most": 1}},
        {"periods": [1, {}, {"name": "x", "first": "2027-02-30", "last": "2027-03-01"}]},
        {"periods": [{"name": "x", "first": "2027-03-02", "last": "2027-03-01"}], "limits": {"T07.most": 10**6}},
        {"trade": "wizard", "address": "thou", "inclusive": "", "words": [1, None, ["x"]]},
    ]  # fmt: skip
    for row in broken:
        Voice.objects.all().delete()
        Voice.objects.create(**{"company": world.bakery, "words": [], **({"words": "x"} if row.get("words", 0) is None else row)})
        assert profile_of(world.bakery) == Profile(), row
    change(world, weights={"T07": OFF}, limits={"T07.most": 4}, words=["levain"], periods=[])
    assert profile_of(world.bakery).weights == {"T07": OFF}


def test_a_rule_of_another_age_stays_in_its_row(world: World) -> None:
    Voice.objects.create(company=world.bakery, weights={"ZZ99": {"severity": None, "reason": "x"}}, limits={"ZZ99.most": 2})
    change(world, weights={"T07": OFF}, limits={"T07.most": 4})
    row = Voice.objects.get()
    assert set(row.weights) == {"ZZ99", "T07"}
    assert set(row.limits) == {"ZZ99.most", "T07.most"}


def test_no_threshold_breaks_a_rule(world: World) -> None:
    """A company may write 0 or a great number anywhere: the composer must still open."""
    text = (
        "VENEZ VOIR https://a.example/x?utm_source=b #Un #Deux 😀😀 Les soldes commencent le lundi 11 janvier, -20 % ! Jouez et gagnez. "
        * 4
    )
    for times in (0, 1, 10**6):
        profile = Profile(limits={key: min(times, greatest(key)) for key in thresholds()})
        for trade in TRADES[:3]:
            lint_all(drafts(text, SPECS.values(), Context(at=NOON, profile=Profile(trade=trade, limits=profile.limits))))


# ---- refused, and nothing half done


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ({"trade": "wizard"}, "trade"),
        ({"address": "thou"}, "address"),
        ({"inclusive": "x"}, "inclusive"),
        ({"department": "20"}, "department"),
        ({"department": "979"}, "department"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"phone": "0" * 31}, "phone"),
        ({"site": "http://lenoir.example"}, "site"),
        ({"site": "https://lenoir"}, "site"),
        ({"site": "https://[lenoir"}, "site"),
        ({"site": "https://lenoir.example/\x00"}, "site"),
        ({"site": "javascript://lenoir.example"}, "site"),
        ({"legal_page": "https://lenoir.example/" + "x" * 200}, "legal_page"),
        ({"words": ["x" * 61]}, "words"),
        ({"words": [f"mot{n}" for n in range(1001)]}, "words"),
        ({"weights": {"ZZ99": OFF}}, "weight:ZZ99"),
        ({"weights": {"ZZ99": None}}, "weight:ZZ99"),
        ({"weights": {"T07": Weight(None, "  ")}}, "weight:T07"),
        ({"weights": {"T07": Weight(None, "x" * 301)}}, "weight:T07"),
        ({"weights": {"A03": OFF}}, "weight:A03"),
        ({"limits": {"T07.least": 2}}, "limit:T07.least"),
        ({"limits": {"ZZ99.most": None}}, "limit:ZZ99.most"),
        ({"limits": {"T07.most": -1}}, "limit:T07.most"),
        ({"limits": {"T07.most": 10**9}}, "limit:T07.most"),
        ({"periods": [Period("soldes d’hiver", date(2027, 2, 2), date(2027, 1, 6))]}, "period:soldes d’hiver:2027"),
        ({"periods": [Period(" ", date(2027, 1, 6), date(2027, 2, 2))]}, "period: :2027"),
        ({"periods": [Period("soldes", date(2027, 1, 6), date(2027, 2, 2), "99")]}, "period:soldes:2027"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_half_done(world: World, wanted: dict[str, Any], key: str) -> None:
    change(world, trade="bar")
    before = (Voice.objects.values().get(), Entry.objects.count())
    good = {"trade": "bakery", "weights": {"T08": OFF}, **wanted}
    with pytest.raises(Refused) as refused:
        change(world, **good)
    assert list(refused.value.why) == [key]
    assert str(refused.value)
    assert (Voice.objects.values().get(), Entry.objects.count()) == before


def test_what_a_hand_would_write_is_understood(world: World) -> None:
    change(world, department=" 2a ", site="lenoir.example", phone=" 02  40 12 34 56", words=["Seigle de  Couëron", "", "T65"])
    said = profile_of(world.bakery)
    assert (said.department, said.site, said.phone) == ("2A", "https://lenoir.example", "02 40 12 34 56")
    assert said.words == {"Seigle", "de", "Couëron", "T65"}
    change(world, weights={"T07": Weight(None, " Nos\r\ntitres\x00 crient\N{NO-BREAK SPACE}! ")}, words=["pé\x00trin"])
    assert profile_of(world.bakery).weights["T07"].reason == "Nos  titres crient\N{NO-BREAK SPACE}!"
    assert profile_of(world.bakery).words == {"pétrin"}
    change(world, department="1")
    assert profile_of(world.bakery).department == "01"


# ---- who may


def test_an_owner_and_an_editor_change_it_a_reader_and_an_approver_read_it_a_stranger_finds_nothing(world: World) -> None:
    for user, status in ((world.alice, 303), (world.bob, 303), (world.chloe, 403), (world.remi, 403), (world.denis, 404)):
        client = door(user)
        assert client.get(PAGE).status_code == (404 if status == 404 else 200)
        assert client.post(PAGE, {"trade": "bakery", "address": "vous", "inclusive": "any"}).status_code == status
        Voice.objects.all().delete()
    page = words(door(world.remi).get(PAGE))
    assert "Only an owner or an editor can change this." in page
    assert page.count("<fieldset disabled>") + page.count('<fieldset class="stack" disabled>') == 2
    with pytest.raises(NotAllowed):
        change(world, world.remi, trade="bakery")
    with pytest.raises(NotAllowed):
        change_voice(company=world.elsewhere, wanted=Wanted(trade="bar"), by=world.actor(world.alice), now=NOON)


# ---- the page


def test_the_form_keeps_how_the_company_speaks_and_the_journal_says_what_changed(world: World, bob: Client) -> None:
    typed = {"trade": "bakery", "address": "tu", "department": "44", "site": "lenoir.example", "words": "Couëron\r\nT65\r\n\r\nCouëron"}
    answer = keep(bob, dict(typed))
    assert answer.status_code == 303
    said = profile_of(world.bakery)
    assert (said.trade, said.address, said.department, said.site) == ("bakery", "tu", "44", "https://lenoir.example")
    assert said.words == {"Couëron", "T65"}
    assert "Bob changed the company’s voice: trade, you say to your customers, department, website, words of your own" in journal(bob)
    assert 'value="bakery" selected' in words(bob.get(PAGE))
    User.objects.filter(pk=world.bob.pk).update(language="fr")
    assert "Bob a changé la voix de l’entreprise : métier, à vos clients, vous dites, département" in journal(bob)


def test_an_invalid_form_keeps_what_was_typed_and_says_what_is_wrong(world: World, bob: Client) -> None:
    typed = {
        "trade": "bakery", "department": "99", "words": "Couëron", "weight:T07": "off", "reason:T07": "", "limit:A06.most": "many",
        "weight:T08": "error", "reason:T08": "Chez nous, jamais deux.",
    }  # fmt: skip
    answer = keep(bob, dict(typed))
    page = unescape(words(answer))
    assert answer.status_code == 422
    for said in (
        "“99” is not the number of a department", "Say why, for your colleagues", "Write a whole number from 0 to 100",
        "Nothing was changed yet", 'value="99"', "Couëron</textarea>", 'value="many"', 'value="Chez nous, jamais deux."',
        'value="off" selected', 'value="error" selected',
    ):  # fmt: skip
        assert said in page, said
    assert re.search(r'id="rule-T07" open>', page)
    assert not Voice.objects.exists()
    assert not Entry.objects.filter(room="voice").exists()


def test_a_form_made_by_hand_breaks_nothing(world: World, bob: Client) -> None:
    typed: list[dict[str, object]] = [
        {}, {"trade": "wizard", "place": "ZZ"}, {"weight:T07": "loud", "weight:ZZ99": "off", "limit:T07.most": "9" * 5000},
        {"place": "974", "first:soldes-dhiver-2027": "x"}, {"first:soldes-dhiver-2026": "2026-01-14"}, {"q": "x" * 999}, {"words": "\x00"},
    ]  # fmt: skip
    for one in typed:
        assert bob.post(PAGE, one).status_code == 422, one
    assert not Voice.objects.exists()


# ---- the rules


def test_the_list_holds_every_rule_in_both_languages_and_what_a_text_would_tell_is_left_open(world: World, bob: Client) -> None:
    page = words(bob.get(PAGE))
    assert set(re.findall(r'id="rule-(\w+)"', page)) == set(BY_ID)
    shown = unescape(re.sub(r"<[^>]+>", "", page))
    assert "%(" not in shown
    for rule in RULES:
        for language in ("fr", "en"):
            assert "%(" not in queries.sentence(rule.says, language, rule.limits)
    assert queries.sentence(BY_ID["A06"].says, "fr", {"most": 7}) == "… émojis\N{NO-BREAK SPACE}: plus de 7."
    packs = {pack.key for pack in queries.packs(Profile())}
    assert {"typography", "accessibility", "content", "law"} <= packs
    assert packs - {"typography", "wording", "accessibility", "content", "law"} <= set(SPECS)


def test_the_list_is_sifted_by_words_without_a_script(world: World, bob: Client) -> None:
    def found(q: str) -> set[str]:
        return set(re.findall(r'id="rule-(\w+)"', words(bob.get(PAGE, {"q": q}))))

    assert "LAW03" in found("soldes")
    assert found("LAW03") == {"LAW03"}
    assert found("law03 SOLDES légaux") == {"LAW03"} == found("law03 legaux")
    assert found("xyzzy") == set()
    assert "No rule holds these words." in words(bob.get(PAGE, {"q": "xyzzy"}))


def test_keeping_a_sifted_list_leaves_the_other_rules_alone(world: World, bob: Client) -> None:
    change(world, weights={"T07": OFF}, limits={"A06.most": 9})
    answer = keep(bob, {"weight:LAW03": "tip", "reason:LAW03": "Arrêté en attente"}, PAGE + "?q=LAW03")
    assert answer["Location"].endswith("?q=LAW03")
    said = profile_of(world.bakery)
    assert said.weights == {"T07": OFF, "LAW03": Weight(Severity.TIP, "Arrêté en attente")}
    assert said.limits == {"A06.most": 9}


def test_changed_rules_come_first_and_go_back(world: World, bob: Client) -> None:
    change(world, weights={"LAW03": Weight(Severity.TIP, "Arrêté en attente")}, limits={"A06.most": 9})
    assert [rule.id for rule in queries.packs(profile_of(world.bakery))[0].rules] == ["A06", "LAW03"]
    page = words(bob.get(PAGE))
    assert re.findall(r'id="(?:rule|pack)-(\w+)"', page)[:3] == ["own", "A06", "LAW03"]
    assert keep(bob, {"weight:LAW03": "", "limit:A06.most": ""}).status_code == 303
    assert profile_of(world.bakery) == Profile()
    told = journal(bob)
    assert "Bob put the rule LAW03 back as it comes" in told
    assert "Bob set the threshold A06.most to 5 instead of 9" in told


def test_a_threshold_as_it_comes_is_not_kept(world: World, bob: Client) -> None:
    keep(bob, {"limit:A06.most": str(thresholds()["A06.most"])})
    assert Voice.objects.get().limits == {}
    assert not Entry.objects.filter(room="voice").exists()


def test_a_limit_of_the_network_is_shown_and_cannot_be_changed(bob: Client) -> None:
    page = words(bob.get(PAGE, {"q": "A03"}))
    assert "It cannot be changed" in page
    assert 'name="weight:A03"' not in page


def test_thresholds_have_names() -> None:
    common = {key.partition(".")[2] for key in thresholds()}
    assert {"most", "least", "words", "days"} <= common & set(THRESHOLD_NAMES)


def test_the_page_asks_as_much_of_the_database_whatever_was_changed(world: World, bob: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            bob.get(PAGE)
        return len(seen)

    bob.get(PAGE)
    few = asked()
    change(world, weights={rule.id: OFF for rule in RULES if not rule.hard}, limits={key: most + 1 for key, most in thresholds().items()})
    assert asked() == few <= 12


# ---- what the composer says of it


def test_a_rule_switched_off_with_a_reason_is_no_longer_said_and_the_journal_says_why(world: World, bob: Client) -> None:
    post = begun(bob)
    bob.post(at(post), form(bob, post, part=[SHOUT]))
    rule = '<span class="fine push">T07</span>'
    assert rule in words(bob.get(at(post)))
    assert keep(bob, {"weight:T07": "off", "reason:T07": OFF.reason}).status_code == 303
    assert rule not in words(bob.get(at(post)))
    assert f"Bob switched the rule T07 off: {OFF.reason}" in journal(bob)
    User.objects.filter(pk=world.bob.pk).update(language="fr")
    assert f"Bob a coupé la règle T07 : {OFF.reason}" in journal(bob)


def test_the_voice_of_one_company_is_not_that_of_another(world: World, bob: Client) -> None:
    change_voice(company=world.elsewhere, wanted=Wanted(weights={"T07": OFF}), by=world.actor(world.denis), now=NOON)
    post = begun(bob)
    bob.post(at(post), form(bob, post, part=[SHOUT]))
    assert '<span class="fine push">T07</span>' in words(bob.get(at(post)))


def test_a_warning_made_an_error_stops_the_departure(world: World, bob: Client) -> None:
    keep(bob, {"weight:T07": "error", "reason:T07": "Nous ne crions pas."})
    post = begun(bob)
    bob.post(at(post), form(bob, post, part=[SHOUT]))
    bob.post(at(post, "departure/now/"), form(bob, post))
    assert not Post.objects.get().scheduled
    assert "Bob made the rule T07 an error: Nous ne crions pas." in journal(bob)


# ---- the sales


def on(client: Client, post: Post, day: date) -> str:
    """Return what the composer says of a post of that day."""
    Post.objects.filter(pk=post.pk).update(at=datetime(day.year, day.month, day.day, 9, tzinfo=NOON.tzinfo))
    return words(client.get(at(post)))


def test_sales_on_days_of_ones_own_change_what_is_said_of_them_until_they_are_put_back(world: World, bob: Client) -> None:
    with clock.shifted(NOON - clock.now()):
        change(world, department="44")
        winter = next(sale for sale in sales.table(profile_of(world.bakery), NOON.date()) if sale.key == "soldes-dhiver-2027")
        assert (winter.period.first, winter.own) == (date(2027, 1, 6), False)
        post = begun(bob)
        bob.post(at(post), form(bob, post, part=["Nos soldes sont au fournil."]))
        later = winter.period.last + timedelta(days=3)
        law = '<span class="fine push">LAW03</span>'
        assert law in on(bob, post, later)
        days = {"first:soldes-dhiver-2027": str(later), "last:soldes-dhiver-2027": str(later + timedelta(days=27))}
        assert keep(bob, dict(days)).status_code == 303
        assert law not in on(bob, post, later)
        assert law in on(bob, post, winter.period.first)
        assert "Bob set the winter sales 2027: from " in journal(bob)
        assert profile_of(world.bakery).periods == (Period("soldes d’hiver", later, later + timedelta(days=27), "44"),)
        assert 'name="back:soldes-dhiver-2027"' in words(bob.get(PAGE))
        assert keep(bob, {"back:soldes-dhiver-2027": "on"}).status_code == 303
        assert profile_of(world.bakery).periods == ()
        assert law in on(bob, post, later)
        assert "Bob put the winter sales 2027 back on their usual days" in journal(bob)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2027-02-02", "2027-01-06", "The last day comes before the first."),
        ("2026-12-30", "2027-01-28", "These sales begin in 2027."),
        ("2027-01-06", "", "Give a first day and a last day."),
        ("2027-02-30", "2027-03-01", "Give a first day and a last day."),
    ],
)
def test_days_that_make_no_sales_are_refused_and_kept_on_the_page(world: World, bob: Client, first: str, last: str, said: str) -> None:
    with clock.shifted(NOON - clock.now()):
        answer = keep(bob, {"first:soldes-dhiver-2027": first, "last:soldes-dhiver-2027": last, "trade": "bakery"})
        page = words(answer)
        assert answer.status_code == 422
        assert said in page
        assert f'name="first:soldes-dhiver-2027" value="{first}"' in page
        assert not Voice.objects.exists()


def test_another_department_has_its_own_days_and_what_was_set_elsewhere_stays_there(world: World, bob: Client) -> None:
    with clock.shifted(NOON - clock.now()):
        change(world, department="44", periods=[Period("soldes d’hiver", date(2027, 1, 9), date(2027, 2, 5), "44")])
        assert keep(bob, {"department": "974"}).status_code == 303
        page = words(bob.get(PAGE))
        assert 'name="first:soldes-dhiver-2027" value="2027-09-04"' in page
        assert profile_of(world.bakery).periods == (Period("soldes d’hiver", date(2027, 1, 9), date(2027, 2, 5), "44"),)


def test_sales_of_other_years_and_places_stay_when_some_are_moved() -> None:
    old, other = (
        Period("soldes d’été", date(2020, 7, 15), date(2020, 8, 11), "44"),
        Period("soldes d’hiver", date(2027, 1, 2), date(2027, 1, 29), "57"),
    )
    profile = Profile(department="44", periods=(old, other))
    shown = sales.table(profile, NOON.date())
    assert [sale.key for sale in shown] == ["soldes-dhiver-2026", "soldes-dete-2026", "soldes-dhiver-2027", "soldes-dete-2027"]
    days = (date(2027, 1, 9), date(2027, 2, 5))
    assert sales.moved(profile, shown, {"soldes-dhiver-2027": days}) == (old, other, Period("soldes d’hiver", *days, "44"))
    assert sales.moved(profile, shown, {sale.key: None for sale in shown}) == (old, other)


# ---- the demonstration


def test_the_voice_of_the_demonstration_can_be_kept(world: World) -> None:
    change(world, **bakery.VOICE)
    said = profile_of(world.bakery)
    assert (said.trade, said.department) == ("bakery", "44")
    assert "fournil" in said.words


def test_the_form_asks_for_everything_that_a_company_says_by_itself() -> None:
    assert set(VoiceForm.base_fields) == {field.name for field in fields(Profile)} - {"weights", "limits", "periods"}
    assert {key for key, _ in VoiceForm.base_fields["trade"].choices} == set(TRADES)
