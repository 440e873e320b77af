"""Patterns of the `regex` library, made when first used: its tables weigh 8 MB in every process, and a house at rest counts nothing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import regex


class _Late:
    """Stands for a compiled pattern until somebody asks it for anything but its source."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        made = import_module("regex").compile(self.pattern, self._flags)
        # From here on each question goes straight to the pattern itself.
        for known in ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split"):
            setattr(self, known, getattr(made, known))
        return getattr(made, name)


def compile(source: str, flags: int = 0) -> regex.Pattern[str]:
    """Return what behaves as `regex.compile(source, flags)`; flags are those of `re`. A wrong source is told at its first use."""
    return cast("regex.Pattern[str]", _Late(source, flags))
