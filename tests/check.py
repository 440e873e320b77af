"""`make check`: format, lint, types, layers, laws, templates, translations. Every check runs; the first failures do not hide the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
TEMPLATES = "parvis/web/templates"
CHECKS = [
    ("format", [BIN / "ruff", "format", "--check", "--quiet", "."]),
    ("lint", [BIN / "ruff", "check", "--quiet", "."]),
    ("types", [BIN / "mypy"]),
    ("layers", [BIN / "lint-imports"]),
    ("templates", [BIN / "djlint", TEMPLATES, "--lint", "--quiet"]),
    ("laws and translations", [BIN / "pytest", "-q", "-p", "no:cacheprovider", "tests/laws", "tests/test_translations.py"]),
]


def main() -> int:
    """Run the checks side by side and return 1 if any failed; each is told in its turn."""
    running = [(name, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)) for name, command in CHECKS]
    failed = []
    for name, check in running:
        said, _ = check.communicate()
        print(f"check: {name}\n{said.decode(errors='replace')}", end="", flush=True)
        if check.returncode:
            failed.append(name)
    print(f"check: failed: {', '.join(failed)}" if failed else "check: all good", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
