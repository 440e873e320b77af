"""The house in trouble: a locked database, a full disk, a page too old. It says so, gives back what was typed, leaves no half state."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from parvis.audit.models import Entry
from parvis.web.trouble import Trouble
from tests.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "/c/lenoir/settings/"
GIVEN = {"name": "Le Fournil d’Élise", "timezone": "Europe/Paris", "language": "fr", "late_minutes": "60", "quiet_days": "9"}


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture
def alice(world: World) -> Client:
    client = Client()
    client.force_login(world.alice)
    client.cookies["django_language"] = "en"
    client.get(PLACE)
    world.alice.language = "en"
    world.alice.save()
    return client


@contextmanager
def locked() -> Iterator[None]:
    """Hold the database's write lock from another connection, as another program would."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        connection.cursor().execute("PRAGMA busy_timeout = 20")
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None})  # type: ignore[assignment]
        connection.cursor().execute("SET lock_timeout = 20")
        for table in ("parvis_company", "parvis_user", "django_session"):
            other.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
    try:
        yield
    finally:
        other.close()
        connection.close()


@contextmanager
def full() -> Iterator[None]:
    """Let the database itself answer that its disk is full."""
    cursor = connection.cursor()
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA page_count")
        cursor.execute("CREATE TABLE filler (x)")
        cursor.execute("PRAGMA max_page_count = 1")
        cursor.execute("CREATE TRIGGER fill AFTER UPDATE ON parvis_company BEGIN INSERT INTO filler VALUES (zeroblob(9000000)); END")
        undo = ["PRAGMA max_page_count = 1073741823", "DROP TRIGGER fill", "DROP TABLE filler"]
    else:
        raised = "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'"
        cursor.execute(f"CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raised}; END $$")
        cursor.execute("CREATE TRIGGER fill AFTER UPDATE ON parvis_company EXECUTE FUNCTION fill()")
        undo = ["DROP TRIGGER fill ON parvis_company", "DROP FUNCTION fill"]
    try:
        yield
    finally:
        for statement in undo:
            cursor.execute(statement)


def typed_again(page: str) -> tuple[str, dict[str, str]]:
    """Return the address and the fields of the form that a page gives back, as a browser would send them."""
    form = re.findall(r'<form class="stack" method="post" action="([^"]+)"[^>]* data-again>(.*?)</form>', page, re.DOTALL)
    assert form, page
    action, inside = form[0]
    fields = {name: html.unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside)}
    fields |= {n: html.unescape(v) for n, v in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', inside, re.DOTALL)}
    return html.unescape(action), fields


def test_a_locked_database_says_so_and_what_was_typed_can_be_sent_again(alice: Client, world: World) -> None:
    with locked():
        answer = alice.post(PLACE, GIVEN)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "The house is busy" in page
    assert answer["Content-Security-Policy"]
    world.bakery.refresh_from_db()
    assert world.bakery.name == "Boulangerie Lenoir"
    assert not Entry.objects.exists()

    action, fields = typed_again(page)
    assert alice.post(action, fields).status_code == 303
    world.bakery.refresh_from_db()
    assert world.bakery.name == "Le Fournil d’Élise"


def test_a_page_first_asked_for_while_the_database_is_locked_opens_once_it_is_free(alice: Client) -> None:
    # As in a process that has only begun: what Django finds out of a database it keeps for as long as it lives.
    connection.close()
    vars(connection.features).pop("supports_json_field", None)
    with locked():
        alice.get("/c/lenoir/")
    assert alice.get("/c/lenoir/").status_code == 200


def test_a_full_disk_says_so_and_leaves_no_half_state(alice: Client, world: World) -> None:
    with full():
        answer = alice.post(PLACE, GIVEN)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "The disk of this Parvis is full" in page
    world.bakery.refresh_from_db()
    assert (world.bakery.name, world.bakery.late_minutes) == ("Boulangerie Lenoir", 120)
    assert not Entry.objects.exists()
    assert typed_again(page)[1]["name"] == GIVEN["name"]


def test_a_file_that_the_disk_refuses_says_the_same(rf: RequestFactory) -> None:
    """The kernel's own answer, from the device that is always full."""
    request = rf.post("/c/lenoir/media/", {"files": SimpleUploadedFile("four.jpg", b"x"), "alt": "Le four"})
    with pytest.raises(OSError, match="No space left") as refused, open("/dev/full", "wb", buffering=0) as file:
        file.write(b"x")
    answer = Trouble(lambda _: HttpResponse()).process_exception(request, refused.value)
    assert answer is not None
    assert answer.status_code == 503
    page = answer.content.decode()
    assert 'type="file" name="files"' in page
    assert typed_again(page)[1]["alt"] == "Le four"
    request.close()


def test_a_long_text_is_shown_and_comes_back_letter_for_letter(alice: Client) -> None:
    text = "« Le seigle »\r\n  & <b>quatre</b> heures\r\n\r\nà l’ombre " * 20
    with locked():
        page = alice.post(PLACE, {**GIVEN, "note": text, "twice": ["a", "b"]}).content.decode()
    assert "<b>quatre" not in page
    fields = typed_again(page)[1]
    assert fields["note"].replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert re.findall(r'name="twice" value="(\w)"', page) == ["a", "b"]


def test_a_password_is_never_given_back_but_asked_again(world: World) -> None:
    with locked():
        page = Client().post("/accounts/login/", {"login": "alice@example.test", "password": "correct horse 9"}).content.decode()
    assert "correct horse 9" not in page
    assert re.search(r'<input[^>]*type="password" name="password"', page)
    assert typed_again(page)[1]["login"] == "alice@example.test"


def test_trouble_outside_a_view_is_told_as_trouble_too(world: World) -> None:
    client = Client(raise_request_exception=False)
    with locked():
        answer = client.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 503


def test_a_piece_of_a_page_says_it_in_place(alice: Client) -> None:
    with locked():
        answer = alice.post(PLACE, GIVEN, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (503, "#said")
    assert "<html" not in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def stale(client: Client, **headers: str) -> str:
    answer = client.post(PLACE, {**GIVEN, "csrfmiddlewaretoken": "x" * 64}, headers=headers)
    assert answer.status_code == 403
    return str(answer.content.decode())


def test_a_page_too_old_gives_back_what_was_typed_and_can_be_sent(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice)
    client.get(PLACE)
    action, fields = typed_again(stale(client, Origin="http://testserver"))
    assert fields["csrfmiddlewaretoken"] != "x" * 64
    assert client.post(action, fields).status_code == 303
    world.bakery.refresh_from_db()
    assert world.bakery.name == GIVEN["name"]


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://testserver.example.org"])
def test_what_another_site_sends_gets_no_button(world: World, origin: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice)
    page = stale(client, Origin=origin)
    assert "data-again" not in page
    assert f'action="{PLACE}"' not in page
    assert 'name="name"' not in page


def test_an_address_that_never_was_and_a_fault_have_their_pages(alice: Client, world: World) -> None:
    never = alice.get("/no/such/page")
    assert never.status_code == 404
    assert '<html lang="' in never.content.decode()
