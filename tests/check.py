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
    """Run the checks and return 1 if any failed."""
    failed = []
    for name, command in CHECKS:
        print(f"check: {name}", flush=True)
        if subprocess.run([str(part) for part in command], check=False).returncode:
            failed.append(name)
    print(f"check: failed: {', '.join(failed)}" if failed else "check: all good", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
