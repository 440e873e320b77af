"""Every page of the sign-in part wears our look, and no page carries a script or a style of its own."""

from __future__ import annotations

import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.world import World

THEIRS = Path(allauth.__file__).parent / "templates"
OURS = settings.BASE_DIR / "web" / "templates"
# What no address of ours leads to: telephones, codes by mail, signing up with a passkey, trusted browsers, frames that only theirs extend.
UNREACHED = re.compile(
    r"phone|login_code|_code|signup_by_passkey|webauthn/signup|mfa/trust|/base|snippets/|account/email\.html|email/login|messages/phone|_subject.txt"
    r"|recovery_codes/download.txt"
)


def pages() -> list[str]:
    found = [path.relative_to(THEIRS) for room in ("account", "mfa") for path in (THEIRS / room).rglob("*.*")]
    return sorted(str(path) for path in found if not UNREACHED.search(str(path)))


@pytest.mark.parametrize("name", pages())
def test_a_page_or_a_letter_of_the_sign_in_part_is_in_our_words(name: str) -> None:
    assert (OURS / name).exists()


def reached() -> list[str]:
    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> list[str]:
        found = []
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                found += walk(pattern.url_patterns, route)
            elif "<" not in route:
                found.append("/" + route)
        return found

    return walk(get_resolver().url_patterns, "")


@pytest.mark.parametrize("url", reached())
def test_no_page_carries_a_script_or_a_style_of_its_own(url: str, world: World) -> None:
    alice, nobody = Client(), Client()
    alice.force_login(world.alice)
    for client in (alice, nobody):
        answer = client.get(url, follow=True)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        page = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", page), url
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
