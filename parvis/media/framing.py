"""Which part of a picture is kept where a shape does not take all of it: plain numbers, no pixels."""

from __future__ import annotations

import re

# The least and the most width by height.
Shape = tuple[float, float]
Box = tuple[int, int, int, int]
# What people call the shapes that networks ask for.
NAMES = {"1:1": 1.0, "4:5": 4 / 5, "5:4": 5 / 4, "3:4": 3 / 4, "4:3": 4 / 3, "2:3": 2 / 3, "3:2": 3 / 2, "9:16": 9 / 16, "16:9": 16 / 9,
         "1:2": 1 / 2, "2:1": 2.0, "1.91:1": 1.91}  # fmt: skip


OTHER = re.compile(r"(\d{1,2}\.\d{2}):1")


def within(width: int, height: int, shape: Shape, *, slack: float = 0.0) -> bool:
    """Tell whether width by height lies between the two ends of a shape; `slack` is a share that is no other shape yet."""
    return shape[0] * (1 - slack) <= width / max(1, height) <= shape[1] * (1 + slack)


def nearest(width: int, height: int, shape: Shape) -> float:
    """Return what a shape makes of width by height: its nearer end, or the usual shape within it where that end has no name."""
    end = min(max(width / max(1, height), shape[0]), shape[1])
    usual = [value for value in NAMES.values() if shape[0] <= value <= shape[1]]
    if end not in shape or not usual or any(abs(value - end) <= end * 0.01 for value in usual):
        return end
    return min(usual, key=lambda value: abs(value - end))


def named(wide: float) -> str:
    """Return what people call width by height: the usual name where there is one within a hundredth."""
    name, value = min(NAMES.items(), key=lambda one: abs(one[1] - wide))
    return name if abs(value - wide) <= wide * 0.01 else f"{wide:.2f}:1"


def valued(name: str) -> float | None:
    """Return width by height of what `named` gave, or None for what it never gives."""
    found = OTHER.fullmatch(name)
    return NAMES.get(name) or (float(found[1]) if found and float(found[1]) > 0 else None)


def window(width: int, height: int, shape: Shape, focus: tuple[float, float]) -> Box:
    """Return the largest part (left, top, width, height) of that shape, as near to its middle being the focus as the edges let it."""
    across, down = width, height
    if not within(width, height, shape):
        wide = nearest(width, height, shape)
        across, down = min(width, max(1, int(height * wide + 1e-6))), min(height, max(1, int(width / wide + 1e-6)))
        across, down = inside(across, down, shape)
    return _near(width, across, focus[0]), _near(height, down, focus[1]), across, down


def inside(width: int, height: int, shape: Shape | None) -> tuple[int, int]:
    """Return width and height with the pixel or two less that rounding put outside a shape."""
    if shape is None:
        return width, height
    if width / max(1, height) < shape[0]:
        return width, max(1, int(width / shape[0] + 1e-6))
    return (max(1, int(height * shape[1] + 1e-6)), height) if width / max(1, height) > shape[1] else (width, height)


def _near(whole: int, part: int, focus: float) -> int:
    return round(min(max(0.0, whole * focus - part / 2), float(whole - part)))
