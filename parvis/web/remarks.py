"""What the composer shows of les codes: remarks in groups by network, numbered as they stand in the text, each with its cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.networks.codes.rule import Severity
from parvis.networks.facts import Spec
from parvis.posts.advice import Remark

# Spaces that nobody sees are drawn, where a correction is about them.
SIGNS = str.maketrans({"\u00a0": "⍽", "\u202f": "⍽", " ": "␣"})
AROUND = 18
OPEN_TIPS = 4
TONES = {Severity.ERROR: "wrong", Severity.WARNING: "wait", Severity.TIP: "tip"}
# After the last line end a field shows one more line: so must what lies under it.
LAST = "\u200b"


@dataclass(frozen=True, slots=True)
class Said:
    """A remark with its number on the page."""

    remark: Remark
    number: int

    @property
    def tone(self) -> str:
        """The colour that says how much it matters."""
        return TONES[self.remark.severity]

    @property
    def place(self) -> str:
        """Where it stands, as "part:start:end" in code points; empty for the whole."""
        span = self.remark.hit.span
        return f"{self.remark.part}:{span[0]}:{span[1]}" if span and span[0] < span[1] else ""

    @property
    def handle(self) -> str:
        """What its buttons send: the text it is about, where in it, and its name."""
        span = self.remark.hit.span
        return f"{self.remark.tab}:{self.remark.part}:{span[0] if span else 0}:{self.remark.name}"

    @property
    def diff(self) -> SafeString:
        """What the correction takes out and puts in, between the words around it."""
        fix, text = self.remark.hit.fix, self.remark.text
        if fix is None:
            return SafeString("")
        out, put = text[fix.start : fix.end], fix.text
        if not (out + put).strip():
            out, put = out.translate(SIGNS), put.translate(SIGNS)
        before, after = _begun(text[: fix.start]), _ended(text[fix.end :])
        gone = format_html("<del>{}</del>", out) if out else ""
        come = format_html("<ins>{}</ins>", put) if put else ""
        return format_html("{}{}{}{}", before, gone, come, after)

    @property
    def excerpt(self) -> str:
        """The piece it is about, where it is short enough to be read at a glance and the sentence does not say it already."""
        piece, what = self.remark.excerpt.strip(), self.remark.what
        return piece if 0 < len(piece) <= 3 * AROUND and piece not in what.text and piece not in what.french else ""


@dataclass(frozen=True, slots=True)
class Group:
    """The remarks that concern the same networks; `specs` is empty where they concern all that were chosen."""

    specs: Sequence[Spec]
    said: Sequence[Said]


def numbered(found: Iterable[Remark], tab: int) -> list[Said]:
    """Number the remarks that are said on a tab (0: on the shared text, which says all), leaving out those put aside."""
    here = [r for r in found if not r.muted and (not tab or any(channel.pk == tab for channel in r.channels))]
    return [Said(remark, number) for number, remark in enumerate(here, 1)]


def grouped(said: Iterable[Said], chosen: Sequence[Channel]) -> list[Group]:
    """Put remarks in groups by the networks they concern: first those for all, then network by network."""
    every = {channel.network for channel in chosen}
    groups: dict[tuple[str, ...], list[Said]] = {}
    specs = {channel.network: spec_of(channel) for channel in chosen}
    for one in said:
        networks = {channel.network for channel in one.remark.channels}
        groups.setdefault(() if networks == every and len(every) > 1 else tuple(sorted(networks)), []).append(one)
    return [Group([specs[key] for key in keys], groups[keys]) for keys in sorted(groups)]


def marked(text: str, part: int, said: Iterable[Said]) -> SafeString:
    """Return the text of a part with what the remarks are about marked in it; a piece that meets an earlier one keeps the first mark."""
    pieces, at = [], 0
    spans = [(one.remark.hit.span, one) for one in said if one.remark.part == part and one.remark.text == text and one.remark.hit.span]
    for (start, end), one in sorted(((span, one) for span, one in spans if span), key=lambda pair: pair[0]):
        if start < at or end <= start:
            continue
        pieces += [escape(text[at:start]), format_html('<mark class="{}" data-n="{}">{}</mark>', one.tone, one.number, text[start:end])]
        at = end
    return mark_safe("".join([*pieces, escape(text[at:]), LAST]))  # noqa: S308 each piece is escaped


def _begun(text: str) -> str:
    line = text.rpartition("\n")[2]
    return line if len(line) <= AROUND else f"…{line[-AROUND:].partition(' ')[2] or line[-AROUND:]}"


def _ended(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= AROUND else f"{line[:AROUND].rpartition(' ')[0] or line[:AROUND]}…"
