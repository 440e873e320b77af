"""How French writes numbers and dates."""

from __future__ import annotations

# A narrow no-break space parts thousands, as the Imprimerie nationale wants it.
THOUSAND_SEPARATOR = "\u202f"
DECIMAL_SEPARATOR = ","
NUMBER_GROUPING = 3
DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "d/m/Y"
TIME_FORMAT = "H\u00a0\\h\u00a0i"
FIRST_DAY_OF_WEEK = 1
