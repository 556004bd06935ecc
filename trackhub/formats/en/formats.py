"""English dates: the day first, as competitions write them; the clock has 24 hours."""

from __future__ import annotations

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
YEAR_MONTH_FORMAT = "M Y"
TIME_FORMAT = "H:i"
