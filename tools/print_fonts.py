"""Makes the typefaces of printed pages from the one of the screens: `python -m tools.print_fonts` (needs fonttools and brotli).

The setter of pages wants one file a weight, in TrueType; browsers get one variable file in WOFF2.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEB = Path(__file__).parents[1] / "parvis" / "web"
SOURCE = WEB / "static" / "fonts" / "atkinson-hyperlegible-next-latin-wght-normal.woff2"
WEIGHTS = {"Regular": 400, "Bold": 700}


def main() -> None:
    """Write one file a weight."""
    for name, weight in WEIGHTS.items():
        font = instancer.instantiateVariableFont(TTFont(SOURCE), {"wght": weight}, updateFontNames=False)
        font.flavor = None
        family = "Atkinson Hyperlegible Next"
        for code, words in ((1, family), (2, name), (4, f"{family} {name}"), (16, family), (17, name)):
            font["name"].setName(words, code, 3, 1, 0x409)
        font["OS/2"].usWeightClass = weight
        font.save(WEB / "print" / f"AtkinsonHyperlegibleNext-{name}.ttf")


if __name__ == "__main__":
    main()
