"""Setting a paper, in a process of its own: `python -m parvis.web.press`, a job in JSON on its input, a PDF on its output.

The setter weighs 80 MB once it is loaded: neither the web nor the worker ever loads it.
"""

from __future__ import annotations

import json
import resource
import sys
from base64 import b64encode
from pathlib import Path

import typst

HERE = Path(__file__).parent / "print"


def main() -> int:
    """Set the paper that stands on the input."""
    job = json.loads(sys.stdin.readline())
    for what, most in ((resource.RLIMIT_CPU, job["processor"]), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    given = {"data": json.dumps(job["data"])}
    paper = typst.compile(HERE / "paper.typ", root=HERE, font_paths=[HERE], ignore_system_fonts=True, sys_inputs=given, format="pdf")
    assert isinstance(paper, bytes)
    sys.stdout.write(json.dumps({"done": {"pdf": b64encode(paper).decode()}}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
