"""The card of a link: read over real HTTP, never trusted, and simply absent when it cannot be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from parvis.core.http import Client, Guard
from parvis.people.permissions import NotAllowed
from parvis.posts import links
from parvis.posts.links import PAGE_BYTES, Busy, read_link
from parvis.posts.models import Link, Variant
from parvis.posts.parcels import parcels
from parvis.posts.queries import whole
from tests.pictures import jpeg, shades
from tests.rooms.bakery import channel, idea
from tests.world import NOON, World

pytestmark = pytest.mark.django_db
PICTURE = jpeg(shades(600, 315))
CARD = (
    '<head><title>Titre nu</title><meta property="og:title" content="La  carte\nde Noël">'
    '<meta name="description" content="&lt;b&gt;Tout&lt;/b&gt; est frais">'
    '<meta property="og:image" content="/image.jpg"></head>'
)
HTML = "text/html; charset=utf-8"


class Site(BaseHTTPRequestHandler):
    pages: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {}

    def do_GET(self) -> None:
        status, headers, body = self.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.pages = {"/image.jpg": (200, {"content-type": "image/jpeg"}, PICTURE)}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def page(path: str, html: str | bytes, kind: str = HTML, status: int = 200, **headers: str) -> None:
    Site.pages[path] = (status, {"content-type": kind, **headers}, html if isinstance(html, bytes) else html.encode())


def read(world: World, url: str) -> Link:
    return read_link(company=world.bakery, url=url, by=world.actor(world.bob), now=NOON)


def test_a_page_s_own_words_make_the_card(world: World, site: str) -> None:
    page("/carte", CARD)
    link = read(world, f"{site}/carte")
    assert (link.title, link.description, link.trouble) == ("La carte de Noël", "<b>Tout</b> est frais", None)
    assert link.picture is not None
    assert link.picture.width == 600


def test_a_redirection_is_followed_and_an_endless_one_is_not(world: World, site: str) -> None:
    page("/court", "", status=302, location="/carte")
    page("/carte", CARD)
    page("/rond", "", status=302, location="/rond")
    assert read(world, f"{site}/court").title == "La carte de Noël"
    assert read(world, f"{site}/rond").trouble is not None


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8"])
@pytest.mark.parametrize("where", ["header", "meta"])
def test_accents_are_read_whatever_the_page_says_they_are(world: World, site: str, charset: str, where: str) -> None:
    kind = f"text/html; charset={charset}" if where == "header" else "text/html"
    meta = f'<meta charset="{charset}">' if where == "meta" else ""
    page("/é", b"")
    page("/accents", f"<html>{meta}<title>Pâtés à l'été</title>".encode(charset), kind)
    assert read(world, f"{site}/accents").title == "Pâtés à l'été"


@pytest.mark.parametrize(
    ("body", "kind"),
    [("<p>rien", HTML), ("%PDF", "application/pdf"), ("", HTML), ("x" * (PAGE_BYTES + 10), HTML), ("<title> \x00 </title>", HTML)],
)
def test_a_page_that_says_nothing_has_no_card_and_says_so(world: World, site: str, body: str, kind: str) -> None:
    page("/rien", body, kind)
    link = read(world, f"{site}/rien")
    assert (link.title, link.trouble is not None) == ("", True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "https://x.invalid/",
        "ftp://127.0.0.1/x",
        "http://[broken",
        "http://10.0.0.1/admin",
        "http://169.254.169.254/",
    ],
)
def test_what_cannot_be_read_is_kept_as_trouble(world: World, url: str) -> None:
    assert read(world, url).trouble is not None


def test_a_redirection_to_the_inside_is_not_followed(world: World, site: str) -> None:
    page("/dedans", "", status=302, location="http://169.254.169.254/latest/meta-data/")
    assert read(world, f"{site}/dedans").trouble is not None


def test_a_picture_that_is_none_leaves_a_card_without_picture(world: World, site: str) -> None:
    page("/carte", CARD)
    Site.pages["/image.jpg"] = (200, {"content-type": "image/jpeg"}, b"<svg onload=alert(1)>")
    link = read(world, f"{site}/carte")
    assert (link.title, link.picture) == ("La carte de Noël", None)


def test_the_card_is_sealed_and_belongs_to_its_company(world: World, site: str) -> None:
    page("/carte", CARD)
    channel(world)
    post = idea(world, f"Voyez {site}/carte.")
    read_link(company=world.elsewhere, url=f"{site}/carte", by=world.actor(world.denis), now=NOON)
    assert parcels(Variant.objects.get())[0].card is None
    read(world, f"{site}/carte")
    card = parcels(whole(post.pk).variants.get())[0].card
    assert card is not None
    assert (card.title, card.url, card.picture is not None) == ("La carte de Noël", f"{site}/carte", True)


def test_a_second_reading_replaces_the_first(world: World, site: str) -> None:
    read(world, f"{site}/carte")
    page("/carte", CARD)
    read(world, f"{site}/carte")
    assert [(link.title, link.trouble) for link in Link.objects.all()] == [("La carte de Noël", None)]


def test_a_reader_reads_no_link(world: World) -> None:
    with pytest.raises(NotAllowed):
        read_link(company=world.bakery, url="http://127.0.0.1:1/", by=world.actor(world.remi), now=NOON)


def test_a_redirection_to_an_inside_address_is_refused_at_its_hop(world: World, site: str, settings: object) -> None:
    inside = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=inside.serve_forever, daemon=True).start()
    asked = f"http://127.0.0.1:{inside.server_port}/secret"
    page("/secret", CARD)
    page("/piege", "", status=302, location=asked)
    settings.HTTP = Client(Guard(frozenset({site.removeprefix("http://")})), seconds=5)  # type: ignore[attr-defined]
    try:
        link = read(world, f"{site}/piege")
    finally:
        inside.shutdown()
        inside.server_close()
    assert (link.title, link.picture) == ("", None)
    assert link.trouble is not None
    assert read(world, f"{site}/secret").title == "La carte de Noël"


def test_one_page_at_a_time_is_read_for_a_company_and_another_company_does_not_wait(world: World, site: str) -> None:
    page("/carte", CARD)
    with links._turn(world.bakery.pk):
        with pytest.raises(Busy):
            read(world, f"{site}/carte")
        link = read_link(company=world.elsewhere, url=f"{site}/carte", by=world.actor(world.denis), now=NOON)
    assert link.title == "La carte de Noël"
    assert read(world, f"{site}/carte").title == "La carte de Noël"


def test_two_slow_sites_leave_the_other_threads_of_the_process_free(world: World, site: str) -> None:
    with links._turn(-1), links._turn(-2), pytest.raises(Busy):
        read(world, f"{site}/carte")


def test_a_site_that_never_ends_is_left_when_the_whole_time_is_over(world: World, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "SECONDS", 0.3)
    hold = threading.Event()
    monkeypatch.setattr(Site, "do_GET", lambda self: hold.wait(30))
    link = read(world, f"{site}/lent")
    hold.set()
    assert (link.title, link.trouble is not None) == ("", True)
