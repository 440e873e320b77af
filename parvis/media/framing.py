"""Which part of a picture is kept where a shape does not take all of it: plain numbers, no pixels."""

from __future__ import annotations

Shape = tuple[float, float]
# A pixel more or less is no other shape.
SLACK = 0.004


def within(width: int, height: int, shape: Shape) -> bool:
    """Tell whether width by height lies between the two ends of a shape."""
    wide = width / max(1, height)
    return shape[0] * (1 - SLACK) <= wide <= shape[1] * (1 + SLACK)


def window(width: int, height: int, shape: Shape, focus: tuple[float, float]) -> tuple[int, int, int, int]:
    """Return the largest part (left, top, width, height) of that shape, as near to its middle being the focus as the edges let it."""
    wide = width / max(1, height)
    across, down = width, height
    if wide > shape[1]:
        across = max(1, int(height * shape[1] + 1e-6))
    elif wide < shape[0]:
        down = max(1, int(width / shape[0] + 1e-6))
    return _near(width, across, focus[0]), _near(height, down, focus[1]), across, down


def _near(whole: int, part: int, focus: float) -> int:
    return round(min(max(0.0, whole * focus - part / 2), float(whole - part)))
