"""What is LinkedIn's own on the way in: its door, its pages and roles, its versions, its waits, its errors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from parvis.core import clock
from parvis.networks.contract import Begun, Check, Disconnected, Found, Network, NotSent, Receipt, Refused, Unknown, Wires
from parvis.networks.facts import COMMENT, Parcel
from parvis.networks.linkedin.places import Places
from parvis.networks.linkedin.session import STEPS
from parvis.networks.registry import Config, networks
from sandbox.linkedin_bells import challenge_response, signature
from tests.contract.benches import BACK, OUR_APP, Bench, Purse, said_yes

HELLO = Parcel("Le pain aux noix est là.")
DAY = 86_400
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def begin(bench: Bench, app: dict[str, str] | None = OUR_APP) -> Begun:
    return bench.network.door.begin(bench.http, "", BACK, "the state", app)


def enter(bench: Bench, name: str = "lenoir") -> tuple[Found, ...]:
    begun = begin(bench)
    found = bench.network.door.finish(bench.http, begun.memory, said_yes(bench, begun.url, name))
    assert isinstance(found, tuple)
    return found


def told(bench: Bench, **at: str) -> Network:
    """Return the network as a setting says it is."""
    return networks(Config(places={"linkedin": {"all": bench.stand.url, **at}}))["linkedin"]


def ready_of(bench: Bench, **at: str) -> dict[str, Check]:
    wires = Wires(bench.http, bench.purse, bench.files.__getitem__)
    return {check.key: check for check in told(bench, **at).door.readiness(bench.account, wires)}


# ---- the door


def test_it_asks_for_what_it_needs_at_the_exact_address(linkedin: Bench) -> None:
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begin(linkedin).url).query).items()}
    assert (asked["state"], asked["redirect_uri"], asked["client_id"]) == ("the state", BACK, OUR_APP["client_id"])
    feed = {"w_organization_social_feed", "r_organization_social_feed"}
    assert set(asked["scope"].split()) == {"w_organization_social", "r_organization_social", "rw_organization_admin"} | feed


def test_without_an_application_it_says_what_to_make(linkedin: Bench) -> None:
    with pytest.raises(Refused) as caught:
        begin(linkedin, None)
    assert "page for developers" in str(caught.value.cure)


def test_a_wrong_secret_is_told_as_such(linkedin: Bench) -> None:
    begun = begin(linkedin)
    code = said_yes(linkedin, begun.url)
    with pytest.raises(Refused) as caught:
        linkedin.network.door.finish(linkedin.http, {**begun.memory, "client_secret": "another"}, code)
    assert "two values" in str(caught.value.reason)


def test_a_code_serves_once_and_for_half_an_hour(linkedin: Bench) -> None:
    begun = begin(linkedin)
    code = said_yes(linkedin, begun.url)
    linkedin.network.door.finish(linkedin.http, begun.memory, code)
    late = said_yes(linkedin, begun.url)
    linkedin.stand.advance(1801)
    for spent in (code, late):
        with pytest.raises(Refused) as caught:
            linkedin.network.door.finish(linkedin.http, begun.memory, spent)
        assert "Start the connection again" in str(caught.value.cure)


def test_every_page_on_which_the_member_may_publish_is_offered_and_no_other(linkedin: Bench) -> None:
    add = linkedin.stand.add_account
    add("lenoir-traiteur", member="lenoir", name="Lenoir Traiteur", role="CONTENT_ADMINISTRATOR")
    add("club-des-artisans", member="lenoir", name="Club des artisans", role="ANALYST")
    add("voisin", name="Le Voisin")
    found = enter(linkedin)
    assert [one.account.name for one in found] == ["Boulangerie Lenoir", "Lenoir Traiteur"]
    assert len({one.account.remote_id for one in found}) == 2


def test_a_page_brings_its_logo(linkedin: Bench) -> None:
    picture = linkedin.files[linkedin.picture(1).digest]
    linkedin.stand.add_account("lenoir", avatar=picture)
    (found,) = enter(linkedin)
    assert linkedin.http.call("GET", found.account.avatar).body == picture


def test_a_member_without_a_page_is_told_whom_to_ask(linkedin: Bench) -> None:
    linkedin.stand.add_account("voisin", member="camille", name="Le Voisin", role="ANALYST")
    with pytest.raises(Refused) as caught:
        enter(linkedin, "camille")
    assert "content administrator" in str(caught.value.cure)


def test_an_application_without_the_product_is_told_so(linkedin: Bench) -> None:
    linkedin.stand.settings(withheld=["rw_organization_admin"])
    with pytest.raises(Refused) as caught:
        enter(linkedin)
    assert "Community Management API" in str(caught.value.cure)


def test_the_end_is_a_year_for_an_approved_application_and_sixty_days_for_another(linkedin: Bench) -> None:
    for approved, days in ((True, 365), (False, 60)):
        linkedin.stand.settings(refresh_tokens=approved)
        (found,) = enter(linkedin)
        assert found.ends_at is not None
        assert abs(found.ends_at - clock.now() - timedelta(days=days)) < timedelta(minutes=1)


# ---- tokens


def test_a_token_that_ran_out_is_renewed_and_the_end_of_the_year_does_not_move(linkedin: Bench) -> None:
    before = dict(linkedin.purse.tokens)
    linkedin.stand.advance(61 * DAY)
    with clock.shifted(timedelta(days=61)):
        linkedin.send(HELLO)
    after = linkedin.purse.tokens
    assert linkedin.purse.renewals == 1
    assert after["access"] != before["access"]
    assert abs(datetime.fromisoformat(after["refresh_ends"]) - datetime.fromisoformat(before["refresh_ends"])) < timedelta(minutes=1)


def test_after_the_year_a_person_must_say_yes_again(linkedin: Bench) -> None:
    linkedin.stand.settings(version_months=99)
    linkedin.stand.advance(366 * DAY)
    with clock.shifted(timedelta(days=366)), pytest.raises(Disconnected):
        linkedin.network.connector(linkedin.account, _wires(linkedin)).delete(Receipt("urn:li:share:1"))


def test_a_token_that_cannot_be_renewed_is_told_to_have_run_out(linkedin: Bench) -> None:
    linkedin.stand.settings(refresh_tokens=False)
    linkedin.purse = Purse(enter(linkedin)[0].tokens)
    linkedin.stand.arm("token_expired", "any")
    with pytest.raises(Disconnected) as caught:
        linkedin.send(HELLO)
    assert "run out" in str(caught.value.why)
    assert linkedin.posts() == []


def _wires(bench: Bench) -> Wires:
    return Wires(bench.http, bench.purse, bench.files.__getitem__)


# ---- readiness


def test_a_good_page_is_told_to_be_good(linkedin: Bench) -> None:
    assert {check.level for check in ready_of(linkedin).values()} == {"good"}


def test_a_lost_role_is_told(linkedin: Bench) -> None:
    linkedin.stand.state["roles"][0]["role"] = "ANALYST"
    check = ready_of(linkedin)["role"]
    assert check.level == "bad"
    assert check.cure is not None


@pytest.mark.parametrize(
    ("scope", "key", "level"),
    [
        ("w_organization_social", "publish", "bad"),
        ("r_organization_social", "read", "limited"),
        ("w_organization_social_feed", "comments", "limited"),
    ],
)
def test_a_permission_that_was_not_given_is_told(linkedin: Bench, scope: str, key: str, level: str) -> None:
    linkedin.stand.settings(withheld=[scope])
    linkedin.purse = Purse(enter(linkedin)[0].tokens)
    found = ready_of(linkedin)[key]
    assert found.level == level
    assert "Community Management API" in str(found.cure)


def test_a_permission_that_ends_for_good_is_told_with_its_day(linkedin: Bench) -> None:
    linkedin.stand.settings(refresh_tokens=False)
    linkedin.purse = Purse(enter(linkedin)[0].tokens)
    check = ready_of(linkedin)["end"]
    assert check.level == "limited"
    assert (clock.now() + timedelta(days=60)).date().isoformat() in str(check.what)


@pytest.mark.parametrize(("age", "level"), [(0, "good"), (9, "good"), (10, "limited"), (11, "limited"), (12, "bad"), (30, "bad")])
def test_the_age_of_the_version_is_told_months_before_its_end(linkedin: Bench, age: int, level: str) -> None:
    linkedin.stand.settings(version_months=99)
    assert ready_of(linkedin, version=months_ago(age))["version"].level == level


def months_ago(age: int) -> str:
    now = clock.now()
    months = now.year * 12 + now.month - 1 - age
    return f"{months // 12}{months % 12 + 1:02}"


@pytest.mark.parametrize("status", [426, 400])
def test_a_version_that_is_over_is_refused_in_words_for_whoever_hosts(linkedin: Bench, status: int) -> None:
    linkedin.stand.settings(sunset_status=status)
    line = told(linkedin, version=months_ago(12)).connector(linkedin.account, _wires(linkedin))
    ready = linkedin.ready(HELLO)
    with pytest.raises(Refused) as caught:
        line.commit(ready, "key")
    assert "version" in str(caught.value.reason)
    assert "hosts Parvis" in str(caught.value.cure)
    assert linkedin.posts() == []


def test_the_month_of_the_end_is_a_year_after_the_version() -> None:
    assert Places.of({"version": "202607"}, 0).ends() == "2027-07"
    assert Places.of({"version": "202612"}, 0).ends() == "2027-12"


def test_every_call_names_its_version_and_its_protocol(linkedin: Bench) -> None:
    linkedin.send(linkedin.heavy("Bonjour."))
    calls = linkedin.stand.requests("* /rest/*")
    assert len(calls) > 4
    assert {call["headers"].get("linkedin-version") for call in calls} == {"202607"}
    assert {call["headers"].get("x-restli-protocol-version") for call in calls} == {"2.0.0"}


# ---- waiting


def test_without_an_hour_the_waits_grow_and_never_pass_midnight_utc(linkedin: Bench) -> None:
    linkedin.stand.arm("rate_limited", times=9, every=1)
    waits = []
    with clock.at(NOON):
        ready = linkedin.line().prepare(HELLO, {}, None)
        for _ in range(5):
            with pytest.raises(NotSent) as caught:
                linkedin.line().commit(ready, "key")  # type: ignore[arg-type]
            assert caught.value.again_at is not None
            waits.append(round((caught.value.again_at - NOON).total_seconds() / 60))
    assert waits == [5, 15, 60, 240, 240]
    with clock.at(NOON + timedelta(hours=11)), pytest.raises(NotSent) as late:
        linkedin.line().commit(ready, "key")  # type: ignore[arg-type]
    assert late.value.again_at == NOON + timedelta(hours=12)


def test_a_new_day_begins_with_the_shortest_wait_again(linkedin: Bench) -> None:
    linkedin.stand.arm("rate_limited", times=9, every=1)
    for day in (0, 1):
        with clock.at(NOON + timedelta(days=day)), pytest.raises(NotSent) as caught:
            linkedin.send(HELLO)
        assert caught.value.again_at is not None
        assert abs(caught.value.again_at - NOON - timedelta(days=day) - STEPS[0]) < timedelta(seconds=30)


def test_the_members_day_is_full_at_the_network(linkedin: Bench) -> None:
    linkedin.stand.settings(member_posts=1)
    linkedin.send(HELLO)
    with pytest.raises(NotSent):
        linkedin.send(Parcel("Une autre."))
    assert len(linkedin.posts()) == 1


def test_what_is_reported_of_the_day_is_counted_before_anything_is_called(linkedin: Bench) -> None:
    wires = _wires(linkedin)
    line = told(linkedin, daily="1").connector(linkedin.account, wires)
    line.commit(linkedin.ready(HELLO), "a")
    assert (wires.gauges["posts"].used, wires.gauges["posts"].most) == (1, 1)
    with pytest.raises(NotSent) as caught:
        line.commit(linkedin.ready(Parcel("Une autre.")), "b")
    assert caught.value.again_at is not None
    assert (caught.value.again_at.hour, caught.value.again_at.minute) == (0, 0)
    assert len(linkedin.stand.requests("commit")) == 1


def test_what_was_not_made_is_not_counted(linkedin: Bench) -> None:
    wires = _wires(linkedin)
    line, ready = told(linkedin, daily="1").connector(linkedin.account, wires), linkedin.ready(HELLO)
    for fault, kind in (("rate_limited", NotSent), ("permission_lost", Refused)):
        linkedin.stand.arm(fault)
        with pytest.raises(kind):
            line.commit(ready, "key")
        linkedin.stand.disarm()
    assert "posts" not in wires.gauges
    line.commit(ready, "key")
    assert wires.gauges["posts"].used == 1


# ---- every error, in the words of the stand-in

ERRORS = [
    (401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token", Disconnected, "does not know", ""),
    (401, "INVALID_ACCESS_TOKEN", "Invalid access token", Disconnected, "does not know", ""),
    (401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user", Disconnected, "withdrawn", ""),
    (401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", Disconnected, "run out", ""),
    (401, "SOMETHING_NEW", "Unauthorized", Disconnected, "no longer accepts", ""),
    (
        403,
        "ACCESS_DENIED",
        "Not enough permissions to access: partnerApiPostsExternal.CREATE",
        Refused,
        "permission is missing",
        "Community",
    ),
    (403, "ACCESS_DENIED", "Organization permissions must be used when using organization as author", Refused, "no longer publish", "role"),
    (403, "MEMBER_RESTRICTED", "Member is restricted", Refused, "restricted", "Sign in to LinkedIn"),
    (422, "DUPLICATE_POST", "Content is a duplicate of urn:li:share:7141138937766391808", Refused, "the same as another", "cancel"),
    (400, "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload", NotSent, "still working", ""),
    (400, "MEDIA_ASSET_PROCESSING_FAILED", "Media asset failed processing", Refused, "could not read", "Replace"),
    (400, "UPDATING_ASSET_FAILED", "Failed to update asset", Refused, "could not read", "Replace"),
    (400, "EXPIRED_UPLOAD_URL", "The Video upload URL is expired", NotSent, "has run out", ""),
    (400, "FIELD_LENGTH_TOO_LONG", "Field length is longer than expected maximum length", Refused, "too long", "Shorten"),
    (400, "INVALID_URL", "The URL is invalid", Refused, "address of this link", "https://"),
    (400, "ILLEGAL_ARGUMENT", "Unpermitted fields present in REQUEST_BODY", Refused, "Unpermitted fields", "Change what"),
    (404, "RESOURCE_NOT_FOUND", "Could not find entity", Refused, "no longer on LinkedIn", "post of their own"),
    (409, "CONFLICT", "The resource was changed by another call", NotSent, "busy", ""),
    (426, "NONEXISTENT_VERSION", "Requested version 20250801 is not active", Refused, "version of its API", "hosts Parvis"),
    (400, "VERSION_MISSING", "A version must be present.", Refused, "version of its API", "hosts Parvis"),
    (429, "TOO_MANY_REQUESTS", "Resource level throttle MEMBER DAY limit for calls to this resource is reached.", NotSent, "too many", ""),
]


@pytest.mark.parametrize("error", ERRORS, ids=[f"{one[0]}-{one[1]}" for one in ERRORS])
def test_every_error_has_its_sentence_and_its_cure(linkedin: Bench, error: tuple[int, str, str, type[Exception], str, str]) -> None:
    status, code, words, kind, reason, cure = error
    linkedin.stand.settings(refresh_tokens=False, says={"POST /rest/posts": [status, code, words]})
    linkedin.purse = Purse({name: value for name, value in linkedin.purse.tokens.items() if name != "refresh"})
    ready = linkedin.ready(HELLO)
    with pytest.raises(kind) as caught:
        linkedin.line().commit(ready, "key")
    problem: Any = caught.value
    assert type(problem) is kind
    assert reason in str(problem.reason if kind is Refused else problem.why)
    if kind is Refused:
        assert cure in str(problem.cure)
    elif kind is NotSent:
        assert problem.again_at is not None
    assert linkedin.posts() == []


@pytest.mark.parametrize(("status", "code"), [(500, "INTERNAL_SERVER_ERROR"), (503, "SERVICE_UNAVAILABLE"), (504, "GATEWAY_TIMEOUT")])
def test_an_error_of_the_network_itself_leaves_a_doubt(linkedin: Bench, status: int, code: str) -> None:
    linkedin.stand.settings(says={"POST /rest/posts": [status, code, "Error"]})
    ready = linkedin.ready(HELLO)
    with pytest.raises(Unknown):
        linkedin.line().commit(ready, "key")


@pytest.mark.parametrize("status", [403, 404, 409])
def test_a_proxys_page_is_not_taken_for_the_networks_word(linkedin: Bench, status: int) -> None:
    linkedin.stand.arm("html_error_page", status=status)
    ready = linkedin.ready(HELLO)
    with pytest.raises(Refused) as caught:
        linkedin.line().commit(ready, "key")
    assert str(status) in str(caught.value.reason)
    assert "LinkedIn" not in str(caught.value.reason)


def test_a_yes_that_names_nothing_leaves_a_doubt(linkedin: Bench) -> None:
    linkedin.stand.settings(says={"POST /rest/posts": [201, "", ""]})
    ready = linkedin.ready(HELLO)
    with pytest.raises(Unknown):
        linkedin.line().commit(ready, "key")


# ---- the public, and what later rooms read


def test_what_the_public_writes_is_read_by_the_networks_own_means(linkedin: Bench) -> None:
    post = linkedin.send(HELLO)
    linkedin.send(Parcel("Réservez !", form=COMMENT), after=post)
    linkedin.stand.comment(post.remote_id, "camille", "À quelle heure ouvrez-vous ?")
    session = linkedin.line().session  # type: ignore[attr-defined]
    name = post.remote_id.replace(":", "%3A")
    comments = session.call("GET", f"/rest/socialActions/{name}/comments").mapping()["elements"]
    assert (comments[0]["actor"], comments[0]["message"]["text"]) == ("urn:li:person:camille", "À quelle heure ouvrez-vous ?")
    about = linkedin.account.remote_id.replace(":", "%3A")
    asked = f"q=criteria&actions=List(COMMENT)&organizationalEntity={about}"
    events = session.call("GET", f"/rest/organizationalEntityNotifications?{asked}").mapping()["elements"]
    assert [event["decoratedGeneratedActivity"]["comment"]["text"] for event in events] == ["À quelle heure ouvrez-vous ?"]


def test_webhooks_are_signed_as_the_network_signs_them() -> None:
    assert signature("secret", b"{}") == "1c5458bf920f34a81d7d7596a70358e4c10f66b2ec2838a3fbea646fb7fcb15d"
    assert challenge_response("secret", "abc") == "9946dad4e00e913fc8be8e5d3f7e110a4a9e832f83fb09c345285d78638d8a0e"
