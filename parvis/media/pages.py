"""Counting the pages of a document, in a process of its own: `python -m parvis.media.pages`, a job in JSON on its input."""

from __future__ import annotations

import json
import re
import resource
import sys
import zipfile
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")
OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
BROKEN = (PyPdfError, zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError, MemoryError)


def pdf(place: str) -> dict[str, Any]:
    """Return the pages of a PDF, or the trouble with it."""
    reader = PdfReader(place)
    if reader.is_encrypted:
        return {"trouble": "encrypted"}
    count = len(reader.pages)
    if not count:
        return {"trouble": "empty"}
    box = reader.pages[0].mediabox
    return {"done": {"mime": "application/pdf", "pages": count, "width": round(box.width), "height": round(box.height)}}


def office(place: str) -> dict[str, Any]:
    """Return what a Word or PowerPoint document is. Only its list of parts is read: what they hold stays packed."""
    with zipfile.ZipFile(place) as packed:
        names = packed.namelist()
    mime = next((mime for part, mime in OFFICE.items() if part in names), None)
    if mime is None:
        return {"trouble": "unknown"}
    return {"done": {"mime": mime, "pages": sum(bool(SLIDE.fullmatch(name)) for name in names), "width": 0, "height": 0}}


def main() -> int:
    """Do the job that stands on the input, with little memory and little time."""
    job = json.loads(sys.stdin.readline())
    for what, most in ((resource.RLIMIT_AS, job["memory"]), (resource.RLIMIT_CPU, job["processor"]), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    try:
        answer = pdf(job["source"]) if job["pdf"] else office(job["source"])
    except BROKEN as error:
        answer = {"trouble": "broken", "why": type(error).__name__}
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0 if "done" in answer else 1


if __name__ == "__main__":
    sys.exit(main())
