"""Values that a narrow cell cut: H21.7.2｜4 21:05, 平成21年1｜2月, 約3.｜2万, 30,｜120. Only line breaks are mended."""

from __future__ import annotations

import re

# The rest of a day before a time of its own: H21.7.2｜4 21:05; a time alone (H21.7.2｜4:05) is no rest.
_DAY_CUT = re.compile(r"(?<=[./年月]\d)[ \t]*\n[ \t]*(?=\d[ \t\n]+\d{1,2}[ \t]*[:：時])")
_PART_CUT = re.compile(r"(?<=[年月日.\s]\d)[ \t]*\n[ \t]*(?=\d[ \t]*[年月日分])|(?<=[日\s]\d)[ \t]*\n[ \t]*(?=\d[ \t]*(?:時|[:：]\d))|(?<=[:：]\d)[ \t]*\n[ \t]*(?=\d(?!\d))")
_NUMBER_CUT = re.compile(r"(?<=\d[,.，．])\s+(?=\d)|(?<=\d)\s*\n\s*(?=[,.，．]\d)|(?<=\d)[ \t]*\n[ \t]*(?=\d[\d,]*\s*(?:[万億千人回契世件]|$))")


def whole_moment(text: str) -> str:
    """A date and time with the digits of one number together."""
    return _PART_CUT.sub("", _DAY_CUT.sub("", text))


def whole_number(text: str) -> str:
    """A count with the digits of one number together."""
    return _NUMBER_CUT.sub("", text)
