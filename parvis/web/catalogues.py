"""The catalogues of words: gathered from the code and the templates, checked, compiled. Pure Python: no gettext program is needed.

`msgid`s are English, as they stand in the source. English has its catalogue too, for the typography and for what a person may
want to say otherwise; a test says that both are complete.
"""

from __future__ import annotations

import ast
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from parvis.web import typography

HOUSE = Path(__file__).resolve().parents[1]
LOCALE = HOUSE / "locale"
LANGUAGES = ("fr", "en")
SKIPPED = {"migrations", "locale", "static", "__pycache__"}

# Which arguments of a call are the context, the singular and the plural.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_", "Say"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_LITERAL = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
_IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(((?:\s*{_LITERAL}\s*,?)+)(?:\s*count\s*)?\)")
_HEADER = """\
# {name} words of Parvis. Gathered by `parvis translations extract`; only the msgstr lines are written by hand.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: {code}\\n"
"Plural-Forms: {plural}\\n"

"""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What is to be said in every language, and one place where it is said."""

    singular: str
    plural: str = ""
    context: str = ""
    where: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart in a catalogue."""
        return self.context, self.singular


# ---- gathering


def gathered(root: Path = HOUSE) -> dict[tuple[str, str], Entry]:
    """Return every string for people under `root`, from the code and from the templates."""
    found: dict[tuple[str, str], Entry] = {}
    for path in sorted(root.rglob("*")):
        if SKIPPED.intersection(path.relative_to(root).parts) or path.suffix not in {".py", ".html", ".txt"}:
            continue
        where = path.relative_to(root).as_posix()
        for entry in (_in_code if path.suffix == ".py" else _in_template)(path.read_text(), where):
            if entry.key not in found or (entry.plural and not found[entry.key].plural):
                found[entry.key] = entry
    return found


def _in_code(source: str, where: str) -> Iterator[Entry]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None for arg in node.args]
            yield from _entry(name, texts, where)


def _in_template(source: str, where: str) -> Iterator[Entry]:
    for name, inside in _IN_TEMPLATE.findall(templatize(source, where)):
        yield from _entry(name, [ast.literal_eval(text) for text in re.findall(_LITERAL, inside)], where)


def _entry(name: str, texts: list[str | None], where: str) -> Iterator[Entry]:
    context, singular, plural = CALLS.get(name, (None, 0, None))
    wanted = [place for place in (context, singular, plural) if place is not None]
    if name not in CALLS or len(texts) <= max(wanted) or not all(texts[place] for place in wanted):
        return
    said = [texts[place] or "" if place is not None else "" for place in (singular, plural, context)]
    yield Entry(said[0], said[1], said[2], where)


# ---- the files


def path_of(language: str, suffix: str = "po", locale: Path = LOCALE) -> Path:
    """Return the place of a language's catalogue."""
    return locale / language / "LC_MESSAGES" / f"django.{suffix}"


def read(language: str, locale: Path = LOCALE) -> Catalog:
    """Return the catalogue of a language as it is written."""
    path = path_of(language, locale=locale)
    return read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)


def extract(root: Path = HOUSE, locale: Path = LOCALE) -> None:
    """Write both catalogues anew: what is new is empty in French and itself in English, what is gone is gone."""
    wanted = gathered(root)
    for language in LANGUAGES:
        before, after = read(language, locale), Catalog(locale=language)
        for entry in sorted(wanted.values()):
            known = before.get(entry.singular, entry.context or None)
            ident = (entry.singular, entry.plural) if entry.plural else entry.singular
            after.add(ident, _said(entry, known, language), context=entry.context or None, auto_comments=[entry.where])
        _write(after, language, locale)


def _said(entry: Entry, known: Message | None, language: str) -> str | tuple[str, ...]:
    if known is not None and known.string and isinstance(known.string, tuple | list) == bool(entry.plural):
        return known.string if isinstance(known.string, str) else tuple(known.string)
    said = ("", "")
    if language == "en":
        said = (typography.english(entry.singular), typography.english(entry.plural))
    return said if entry.plural else said[0]


def _write(catalogue: Catalog, language: str, locale: Path) -> None:
    body = io.BytesIO()
    write_po(body, catalogue, omit_header=True, sort_output=True, no_location=True, width=0)
    head = _HEADER.format(name=catalogue.locale.english_name, code=language, plural=catalogue.plural_forms)
    path = path_of(language, locale=locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + body.getvalue().decode().rstrip() + "\n")


def compile_stale(locale: Path = LOCALE) -> list[str]:
    """Compile the catalogues that changed since they were last compiled; return their languages. Safe in many processes at once."""
    stale = [language for language in LANGUAGES if _is_stale(language, locale)]
    for language in stale:
        target = path_of(language, "mo", locale)
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, _told_apart(read(language, locale)))
        draft.replace(target)
    return stale


def _told_apart(catalogue: Catalog) -> Catalog:
    """Leave out what reads as its source: gettext gives the source back by itself, and each of these weighs in every process."""
    for message in list(catalogue):
        if message.id and not message.context and message.string == message.id:
            catalogue.delete(message.id)
    return catalogue


def _is_stale(language: str, locale: Path) -> bool:
    source, target = path_of(language, locale=locale), path_of(language, "mo", locale)
    return source.exists() and (not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns)


# ---- checking


def complaints(root: Path = HOUSE, locale: Path = LOCALE) -> list[str]:
    """Return what is wrong with the catalogues, a line a fault: missing, doubtful, gone, wrong places, wrong typography."""
    wanted = gathered(root)
    found: list[str] = []
    for language in LANGUAGES:
        catalogue = read(language, locale)
        kept = {(message.context or "", _ident(message)): message for message in catalogue if message.id}
        found += [f"{language}: not in the code any more: {key[1]!r}" for key in kept.keys() - wanted.keys()]
        found += [f"{language}: not in the code any more: {ident!r}" for ident in catalogue.obsolete]
        for key, entry in wanted.items():
            found += [f"{language}: {fault}: {entry.singular!r} ({entry.where})" for fault in _faults(kept.get(key), entry, language)]
    return sorted(found)


def _ident(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message | None) -> list[str]:
    said: Any = message.string if message else None
    return [said] if isinstance(said, str) else list(said or ())


def _faults(message: Message | None, entry: Entry, language: str) -> Iterator[str]:
    forms = _forms(message)
    if not message or not forms or not all(forms) or len(forms) != (2 if entry.plural else 1):
        yield "missing"
        return
    if message.fuzzy:
        yield "doubtful (fuzzy)"
    wanted, given = typography.places(entry.singular + entry.plural), typography.places("".join(forms))
    if wanted != given:
        yield f"places differ, {sorted(wanted ^ given)}"
    for form in forms:
        yield from typography.faults(form, language)
