"""Libraries that are loaded when first used: a house at rest draws no picture, opens no token and counts nothing.

In each process that does without, Pillow would weigh 4 MB, the tables of `regex` 8 MB, and in a worker `cryptography` 9 MB.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

__all__ = ["Image", "ImageCms", "ImageOps", "JpegImagePlugin", "compile", "fernet"]


class _Module:
    """Stands for a module until somebody asks it for something; `told` is set on it once it is loaded."""

    def __init__(self, name: str, **told: object) -> None:
        self._name, self._told = name, told

    @cached_property
    def _module(self) -> ModuleType:
        module = import_module(self._name)
        vars(module).update(self._told)
        return module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


if TYPE_CHECKING:
    import regex
    from cryptography import fernet
    from PIL import Image, ImageCms, ImageOps, JpegImagePlugin
else:
    fernet = _Module("cryptography.fernet")
    # Pillow's own guard warns first and refuses later; the house's refuses from the header, at the setting's number.
    Image = _Module("PIL.Image", MAX_IMAGE_PIXELS=None)
    ImageCms, ImageOps, JpegImagePlugin = _Module("PIL.ImageCms"), _Module("PIL.ImageOps"), _Module("PIL.JpegImagePlugin")


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
