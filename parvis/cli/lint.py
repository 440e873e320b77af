"""What les codes say of posts: each FILE is one text ("-" reads the standard input).

Reads parvis.toml of this folder or of one above. Exits 0 when all is well, 1 when something at or above --fail-on was found, 2 for bad
usage; then nothing was written.
"""

from __future__ import annotations

import argparse
import difflib
import errno
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from stat import S_IMODE
from typing import TextIO

from parvis.cli.lintfile import (
    ANSWERS,
    LANGUAGES,
    MOST_BYTES,
    Choices,
    Unusable,
    read_choices,
    read_department,
    read_file,
    read_networks,
    read_severity,
    read_when,
    severity_names,
    size_of,
    too_large,
)
from parvis.cli.reports import REPORTS, SHOWN, Post
from parvis.networks.codes.catalogue import BY_ID
from parvis.networks.codes.draft import FORMS, Context, Form, Medium
from parvis.networks.codes.fixing import fixed
from parvis.networks.codes.linter import drafts, lint_all
from parvis.networks.codes.profile import ADDRESSES, INCLUSIVE, TRADES
from parvis.networks.codes.rule import Finding, Fix, Hit
from parvis.networks.facts_of import SPECS

STDIN = "-"
MARK = "\ufeff"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="texts of posts, in UTF-8; - is the standard input (the default)")
    parser.add_argument("--network", metavar="KEY,KEY", help=f"for which networks (all when left out): {', '.join(SPECS)}")
    parser.add_argument("--image", action="append", default=[], metavar="FILE", help="a picture that goes with the text; may be repeated")
    parser.add_argument("--alt", action="append", default=[], metavar="TEXT", help="its description, in the same order")
    parser.add_argument("--video", action="append", default=[], metavar="FILE", help="a video that goes with the text")
    parser.add_argument("--captions", action=argparse.BooleanOptionalAction, default=None, help="whether the videos have subtitles")
    parser.add_argument("--document", action="append", default=[], metavar="FILE", help="a document that goes with the text, such as a PDF")
    parser.add_argument("--form", choices=FORMS, default="post", help="what it is published as (post)")
    parser.add_argument("--title", default="", help="the title, for the networks that have one")
    parser.add_argument("--language", choices=LANGUAGES, help="what the text is written in (fr)")
    parser.add_argument("--trade", choices=TRADES, help="the company's trade")
    parser.add_argument("--address", choices=ADDRESSES, help="how the company speaks to people (vous)")
    parser.add_argument("--inclusive", choices=INCLUSIVE, help="the company's choice about inclusive writing (any)")
    parser.add_argument("--department", help="the company's department, for holidays and sales (44, 2A, 974)")
    parser.add_argument("--date", metavar="DATE", help="when it leaves: 2027-01-06, or 2027-01-06T10:30")
    parser.add_argument("--partnership", action="store_true", help="somebody pays for the post")
    parser.add_argument("--synthetic", action="store_true", help="its pictures were made or altered by a machine")
    parser.add_argument("--select", metavar="ID,ID", help="only these rules, by id or by its beginning (T, LAW, LI06)")
    parser.add_argument("--ignore", metavar="ID,ID", help="all but these")
    parser.add_argument("--format", choices=REPORTS, default="text")
    parser.add_argument("--say", choices=ANSWERS, help="the language of the answer (that of the terminal)")
    parser.add_argument("--fix", action="store_true", help="write the mechanical corrections into the files; - prints the text corrected")
    parser.add_argument("--diff", action="store_true", help="show the mechanical corrections, and write nothing")
    parser.add_argument("--fail-on", metavar="SEVERITY", help=f"exit 1 from this severity on: {severity_names()} (warning)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="another file than parvis.toml")


def run(chosen: argparse.Namespace) -> int:
    """Check the texts, correct them where asked, and print what was found."""
    try:
        return _run(chosen)
    except Unusable as why:
        print(f"parvis lint: {str(why).translate(SHOWN)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(chosen: argparse.Namespace) -> int:
    if chosen.fix and chosen.diff:
        raise Unusable("--fix writes and --diff only shows: choose one of them")
    asked = _asked(chosen)
    # All is read and checked before anything is written.
    posts = [asked.post(name, _text(name)) for name in dict.fromkeys(chosen.files or [STDIN])]
    if chosen.diff:
        _print("".join(_diff(post) for post in posts), sys.stdout)
        return asked.code(posts)
    out = sys.stdout
    if chosen.fix:
        _write({post.name: post.mark + post.corrected for post in posts if post.name != STDIN and post.corrected != post.text})
        for post in posts:
            if post.name == STDIN:
                # Corrected, the standard input goes where it was asked to go; what is left to say of it goes beside.
                _print(post.mark + post.corrected, sys.stdout)
                out = sys.stderr
        posts = [asked.corrected(post) for post in posts]
    # A person's terminal may have few letters; a program is promised UTF-8.
    _print(REPORTS[chosen.format](posts, asked.choices.say), out, out.encoding if out and chosen.format == "text" else "utf-8")
    return asked.code(posts)


def _print(text: str, out: TextIO | None, encoding: str = "utf-8") -> None:
    """Print a text with its own line ends. Raises Unusable where there is no room for it."""
    if out is None:
        return
    try:
        out.flush()
        out.buffer.write(text.encode(encoding, "backslashreplace"))
        out.flush()
    except OSError as why:
        # The stream is closed, or Python would complain of it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        # Whoever was reading may have seen enough.
        if not isinstance(why, BrokenPipeError):
            raise Unusable(f"the answer cannot be written: {why.strerror or why}") from why


@dataclass(frozen=True, slots=True)
class Asked:
    """What the texts are checked against."""

    choices: Choices
    context: Context
    title: str
    rules: frozenset[str]
    form: Form = "post"

    def findings(self, text: str) -> dict[str, list[Finding]]:
        """Return what is found in a text, by network, at its places in that text: rules know one kind of line end, a text may have two."""
        plain = text.replace("\r\n", "\n")
        # C06 compares what several networks get: one text for all that were named is not yet a choice to send it to all.
        whole = replace(self.context, texts={"": plain})
        made = [
            replace(one, title=self.title, form=self.form)
            for one in drafts(plain, [SPECS[key] for key in self.choices.networks], whole, self.choices.language)
        ]
        found = {key: [one for one in every if one.rule.id in self.rules] for key, every in lint_all(made).items()}
        if plain == text:
            return found
        places = _places(text)
        return {key: [replace(one, hit=_moved(one.hit, text, places)) for one in every] for key, every in found.items()}

    def post(self, name: str, text: str) -> Post:
        """Return a text with what is found in it."""
        mark, text = (MARK, text[1:]) if text.startswith(MARK) else ("", text)
        corrected = fixed(text, lambda now: chain.from_iterable(self.findings(now).values()))
        return Post(name, text, self.findings(text), corrected, mark)

    def corrected(self, post: Post) -> Post:
        """Return what is left to say of a text that was corrected."""
        written = post.name != STDIN and post.corrected != post.text
        return Post(post.name, post.corrected, self.findings(post.corrected), post.corrected, post.mark, written)

    def code(self, posts: Sequence[Post]) -> int:
        """Return the exit code."""
        return int(any(finding.severity >= self.choices.fail_on for post in posts for found in post.found.values() for finding in found))


def _asked(chosen: argparse.Namespace) -> Asked:
    choices = _choices(chosen)
    context = Context(
        media=(*_images(chosen), *_videos(chosen), *_documents(chosen)),
        at=None if chosen.date is None else read_when(chosen.date),
        profile=choices.profile,
        partnership=chosen.partnership,
        synthetic=chosen.synthetic,
    )
    form: Form = "document" if chosen.form == "post" and chosen.document else chosen.form
    return Asked(choices, context, chosen.title, _rules(chosen.select, chosen.ignore), form)


def _choices(chosen: argparse.Namespace) -> Choices:
    """Return what parvis.toml says, and what the options say over it."""
    choices = read_choices(chosen.config)
    own = {name: getattr(chosen, name) for name in ("trade", "address", "inclusive") if getattr(chosen, name) is not None}
    if chosen.department is not None:
        own["department"] = read_department(chosen.department, "--department")
    choices = replace(choices, profile=replace(choices.profile, **own))
    if chosen.network is not None:
        choices = replace(choices, networks=read_networks(chosen.network.split(","), "--network"))
    if chosen.language:
        choices = replace(choices, language=chosen.language)
    if chosen.say:
        choices = replace(choices, say=chosen.say)
    if chosen.fail_on is not None:
        choices = replace(choices, fail_on=read_severity(chosen.fail_on, "--fail-on"))
    return choices


def _rules(select: str | None, ignore: str | None) -> frozenset[str]:
    """Return the ids that are asked for."""
    wanted = frozenset(BY_ID) if select is None else _matching(select, "--select")
    return wanted if ignore is None else wanted - _matching(ignore, "--ignore")


def _matching(told: str, option: str) -> frozenset[str]:
    found: set[str] = set()
    for start in (piece.strip().upper() for piece in told.split(",") if piece.strip()):
        # "A" is a family, not the rules of every network whose name has one.
        some = {code for code in BY_ID if code == start or code.rstrip("0123456789") == start}
        if not some:
            raise Unusable(f"{option}: no rule is called “{start}”; parvis rules lists them")
        found |= some
    if not found:
        raise Unusable(f"{option} names no rule; parvis rules lists them")
    return frozenset(found)


def _text(name: str) -> str:
    called, content = ("the standard input", _standard_input()) if name == STDIN else (name, read_file(Path(name)))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as why:
        raise Unusable(f"{called} is not text in UTF-8 (byte {why.start})") from why


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise Unusable("there is no standard input: name the files")
    if sys.stdin.isatty():
        print("parvis lint: type the text, then Ctrl-D on a line of its own (or name files)", file=sys.stderr)
    try:
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
    except OSError as why:
        raise Unusable(f"the standard input cannot be read: {why.strerror or why}") from why
    if len(content) > MOST_BYTES:
        raise too_large("the standard input")
    return content


def _images(chosen: argparse.Namespace) -> list[Medium]:
    if len(chosen.alt) > len(chosen.image):
        raise Unusable(f"{len(chosen.alt)} --alt for {len(chosen.image)} --image: each description needs its picture")
    if not chosen.image:
        return []
    # The library of pictures is loaded only where there is one.
    from_disk = importlib.import_module("parvis.cli.pictures")
    described = [*chosen.alt, *[""] * (len(chosen.image) - len(chosen.alt))]
    return [from_disk.medium(Path(name), alt) for name, alt in zip(chosen.image, described, strict=True)]


def _videos(chosen: argparse.Namespace) -> list[Medium]:
    paths = [Path(name) for name in chosen.video]
    return [Medium("video", path.name, size=size_of(path), captions=chosen.captions) for path in paths]


def _documents(chosen: argparse.Namespace) -> list[Medium]:
    paths = [Path(name) for name in chosen.document]
    return [Medium("document", path.name, size=size_of(path), title=path.stem) for path in paths]


def _places(text: str) -> list[int]:
    """Return the place in a text of each of its characters, counted with every line end as one."""
    return [*(at for at in range(len(text)) if text[at] != "\n" or text[at - 1 : at + 1] != "\r\n"), len(text)]


def _moved(hit: Hit, text: str, places: Sequence[int]) -> Hit:
    fix = hit.fix
    if fix:
        start, end = places[fix.start], places[fix.end]
        cut = text[start:end]
        ended = "\r\n" if "\r\n" in cut or "\n" not in cut else "\n"
        fix = Fix(start, end, fix.text.replace("\n", ended))
    return replace(hit, span=(places[hit.span[0]], places[hit.span[1]]) if hit.span else None, fix=fix)


def _diff(post: Post) -> str:
    """Return the corrections as `patch` reads them: a line ends where the file says, and nowhere else."""
    before, after = (_lines(post.mark + text) for text in (post.text, post.corrected))
    lines = difflib.unified_diff(before, after, post.name, post.name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _write(texts: Mapping[str, str]) -> None:
    """Write files, each in one move, once all of them stand ready beside. Raises Unusable."""
    ready: dict[Path, Path] = {}
    try:
        for name, text in texts.items():
            path = Path(name)
            size_of(path)
            # A link stays one; what it leads to is written.
            path = path.resolve()
            if path not in ready:
                draft = path.with_name(f".parvis-{os.getpid()}-{len(ready)}")
                draft.touch(0o600, exist_ok=False)
                ready[path] = draft
                _prepare(draft, path, text)
        for path, draft in ready.items():
            draft.replace(path)
    except OSError as why:
        raise Unusable(f"{path} cannot be written: {why.strerror or why}; it is as it was") from why
    finally:
        for draft in ready.values():
            draft.unlink(missing_ok=True)


def _prepare(draft: Path, path: Path, text: str) -> None:
    """Write what will stand in the place of a file, as open to others as that one."""
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    known = path.stat()
    with draft.open("wb") as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    # Only an administrator gives a file to somebody else; anybody else's own files need no giving.
    with suppress(OSError, AttributeError):
        os.chown(draft, known.st_uid, known.st_gid)
    draft.chmod(S_IMODE(known.st_mode))
