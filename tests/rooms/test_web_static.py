"""What the browser loads: small, whole, and nothing that the policy would refuse."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from parvis.web import chrome, entries, tags

WEB = Path(tags.__file__).parent
STATIC = WEB / "static"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


def weight(suffix: str) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in STATIC.rglob(f"*.{suffix}"))


def test_all_the_style_weighs_less_than_thirty_kilobytes() -> None:
    assert 0 < weight("css") <= 30_000


def test_all_the_script_weighs_less_than_sixty_kilobytes() -> None:
    assert 0 < weight("js") <= 60_000


def icons() -> set[str]:
    written = {name for path in TEMPLATES for name in re.findall(r"""{% icon ["']([\w-]+)["']""", path.read_text())}
    named = {sign for sign, _tone, _word in tags.STATES.values()} | {verb[2] for verb in chrome.VERBS} | {link[1] for link in chrome.HOUSE}
    return written | named | {mood[0] for mood in entries.MOODS.values()}


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "sprite.svg").read_text()))
    assert icons() - drawn == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_no_template_asks_for_what_the_policy_refuses(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*\btype=.application/json)", source), "an inline script"
    assert not re.search(r"<style\b|\sstyle=", source), "an inline style"
    drawn = re.sub(r"{%.*?%}", "", source, flags=re.DOTALL)
    assert not re.search(r"\son[a-z]+=|hx-on|javascript:", drawn), "an inline handler"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_a_template_stays_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 150


def test_the_static_files_are_gathered_with_all_they_refer_to(tmp_path: Path) -> None:
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", verbosity=0, interactive=False)
        tokens = next(tmp_path.glob("css/tokens.*.css")).read_text()
    assert re.search(r"\.\./fonts/[\w-]+\.[0-9a-f]{12}\.woff2", tokens)


@pytest.mark.parametrize("licence", ["fonts/OFL.txt", "sprite-licence.txt", "vendor/htmx/LICENSE"])
def test_what_others_made_travels_with_its_licence(licence: str) -> None:
    assert finders.find(licence)
