"""A cell's value → the text that Excel shows for it: dates as dates, percentages, thousands, units that the format appends.

The formats of this genre only; what is not known is shown as Excel's "General" does.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

# A format's pieces: quoted or escaped text, colours and conditions, the digits.
_PIECE = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|(?P<pad>[_*].)|(?P<digits>[#0?][#0?,]*(?:\.[#0?]+)?,*)|(?P<rest>.)', re.S)
_HOURS = re.compile(r"\[h+\]", re.I)
_TIME = re.compile(r"h|s|AM/PM", re.I)
_DAY = re.compile(r"d|y|e|g", re.I)


def shown(value: object, number_format: str = "General") -> str:
    """Text of a value as openpyxl gives it; None is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return _moment(value, number_format)
    if isinstance(value, datetime.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(value, datetime.time):
        return f"{value.hour}:{value.minute:02}" + (f":{value.second:02}" if value.second else "")
    if isinstance(value, (int, float)):
        return _figure(value, number_format)
    return str(value)


def _moment(value: datetime.datetime, number_format: str) -> str:
    bare = re.sub(r'"[^"]*"|\\.|\[\$[^\]]*\]', "", number_format)
    date = f"{value.year}年{value.month}月{value.day}日"
    time = f"{value.hour}:{value.minute:02}"
    if not _TIME.search(bare):
        # "yyyy年m月" shows no day; the day that is stored is not the document's word.
        return date if "d" in bare.lower() or not _DAY.search(bare) else f"{value.year}年{value.month}月"
    return f"{date} {time}" if _DAY.search(bare) else time


def _figure(value: int | float, number_format: str) -> str:
    if number_format == "General" or number_format == "@":
        return _general(value)
    sections = _sections(number_format)
    section = sections[0]
    negative = value < 0
    if negative and len(sections) > 1:
        section, negative = sections[1], False
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    pieces = list(_PIECE.finditer(section))
    digits = next((piece.group("digits") for piece in pieces if piece.group("digits")), None)
    percent = any(piece.group("rest") == "%" for piece in pieces)
    if digits is None:
        literal = "".join(piece.group("quoted") or piece.group("escaped") or "" for piece in pieces)
        return literal or _general(value)
    if any((piece.group("rest") or "") in "/Ee" for piece in pieces if piece.group("rest")):
        return _general(value)
    number = _rounded(abs(Decimal(repr(value))) * (100 if percent else 1), digits)
    text, placed = "-" if negative else "", False
    for piece in pieces:
        if piece.group("digits"):
            text += "" if placed else number
            placed = True
        elif piece.group("bracket") and piece.group("bracket").startswith("$"):
            text += piece.group("bracket")[1:].split("-")[0]
        else:
            text += piece.group("quoted") or piece.group("escaped") or piece.group("rest") or ""
    return text.strip()


def _rounded(number: Decimal, digits: str) -> str:
    scale = len(digits) - len(digits.rstrip(","))
    whole, _, fraction = digits.rstrip(",").partition(".")
    number = (number / 1000**scale).quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    text = f"{number:,f}" if "," in whole else f"{number:f}"
    optional = len(fraction) - len(fraction.rstrip("#?"))
    if optional:
        kept = len(text) - optional
        text = (text[:kept] + text[kept:].rstrip("0")).rstrip(".")
    return text.zfill(whole.count("0") + (len(fraction) + 1 if fraction else 0)) if whole.count("0") > 1 and "," not in whole else text


def _general(value: int | float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.10g}"


def _sections(number_format: str) -> list[str]:
    """Parts at semicolons that stand in no quotes: positive, negative, zero, text."""
    return re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+|(?<=;)(?=;|$)', number_format) or [number_format]
