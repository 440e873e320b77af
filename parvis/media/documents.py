"""Documents: taken in, and handed to a network as its rule takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from parvis.core.say import Say, gettext_noop
from parvis.media import files
from parvis.media.children import PAGES, Failed, ask
from parvis.media.fitting import CannotFit
from parvis.media.footage import on_disk
from parvis.media.intake import NotTaken, head_of, weigh
from parvis.media.models import Asset
from parvis.networks.facts import Document, DocumentRule

COUNT_SECONDS = 60
SUFFIX = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
}
WORDS = {
    "encrypted": gettext_noop("This document is locked with a password: nobody could read it. Export it without one, then send that one."),
    "empty": gettext_noop("This document has no page. Nothing was kept: export it again, then send that one."),
    "unknown": gettext_noop("This is a packed folder, not a document. Send a PDF, a Word or a PowerPoint document, or the files in it."),
    "slow": gettext_noop("Reading this document took too long, so it was stopped. Export it again as PDF, then send that one."),
    "broken": gettext_noop(
        "This document is broken or cut short. Export it again, or take it from where it was first, then send it again."
    ),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that was kept as it came. `pages` is None where the file does not tell."""

    digest: str
    mime: str
    size: int
    pages: int | None
    width: int
    height: int


def take(file: BinaryIO) -> Paper:
    """Keep the document in `file`, once its pages could be counted. Raises NotTaken, files.NoRoom."""
    weigh(file, "document")
    with on_disk(file) as source:
        try:
            job = {"source": str(source), "pdf": head_of(file).startswith(b"%PDF")}
            facts = ask(PAGES, job, seconds=COUNT_SECONDS)
        except Failed as error:
            raise NotTaken(Say(WORDS.get(error.word, WORDS["broken"]))) from error
    size = file.seek(0, 2)
    file.seek(0)
    return Paper(files.keep(file), facts["mime"], size, facts["pages"] or None, max(0, facts["width"]), max(0, facts["height"]))


def document(asset: Asset, rule: DocumentRule, *, title: str = "") -> Document:
    """Return the document as this rule takes it. It is never changed. Raises CannotFit, files.Missing."""
    kind = SUFFIX.get(asset.mime, asset.mime)
    if asset.mime not in rule.types:
        raise CannotFit(
            Say(
                gettext_noop("“%(name)s” is a %(kind)s document, which this network does not take. Export it as PDF."),
                {"name": asset.name, "kind": kind},
            )
        )
    if asset.size > rule.bytes:
        facts: dict[str, str | int] = {"name": asset.name, "size": asset.size // 1_000_000, "most": rule.bytes // 1_000_000}
        heavy = gettext_noop("“%(name)s” weighs %(size)s MB, and this network takes %(most)s MB at most. Export a lighter copy of it.")
        raise CannotFit(Say(heavy, facts))
    if rule.pages and (asset.pages or 0) > rule.pages:
        facts = {"name": asset.name, "count": asset.pages or 0, "most": rule.pages}
        long = gettext_noop("“%(name)s” has %(count)s pages, and this network takes %(most)s at most. Export fewer pages.")
        raise CannotFit(Say(long, facts))
    if not files.exists(asset.digest):
        raise files.Missing(asset.digest)
    return Document(asset.digest, asset.mime, asset.size, asset.pages or 0, asset.name, title)
