"""Two values printed side by side whose lines a flattened table runs together: 架空モバイ｜平成22年4月3日, below ル株式会社｜13時30分."""

from __future__ import annotations

import re

from kb.japanese.widths import narrow
from kb.sources.spans import Span

_FORM = re.compile(r"株式会社|有限会社|合同会社|\(株\)|会社|協会|組合|公社|法人")
_TIME = re.compile(r"^(?:午前|午後)?\s*\d{1,2}\s*(?:[:：]\s*\d{2}|時)|^[①-⑳]+\s*(?:平成|令和|[HR]\d|\d{4})")
_LENGTH = re.compile(r"^(?:\[\d\]\s*)?[①-⑳]*\s*約?\s*\d[\d,.]*\s*(?:日|時間|分|[dhm])")
_COUNT = re.compile(r"^(?:\[\d\]\s*)?[①-⑳]*\s*(?:(?:最大|約|延べ)\s*)*\d[\d,.]*\s*[億万千]?\s*(?:人|回線|契約|世帯|件)?")
_PLACE = re.compile(r"[都道府県市町村地方一部全国、及び]")
_MOST_LETTERS = 40  # of a line that still continues two narrow columns


def rest_of_two(names: list[str], texts: list[str], line: Span) -> list[Span | None]:
    """What of `line` continues the value of each of two fields whose texts so far are given; [] if it continues neither."""
    plain = narrow(line.text)
    if len(plain) > _MOST_LETTERS:
        return []
    gap = next((m for m in re.finditer(r"\s+", plain) if _fits(names[0], texts[0], plain[: m.start()]) and _fits(names[1], texts[1], plain[m.end() :])), None)
    if gap is not None:
        return [Span(line.text[: gap.start()], line.start), Span(line.text[gap.end() :], line.start + gap.end())]
    if _fits(names[0], texts[0], plain) and not _fits(names[1], texts[1], plain):
        return [line, None]
    if _fits(names[1], texts[1], plain):
        return [None, line]
    return []


def _fits(name: str, text: str, rest: str) -> bool:
    """Whether `rest` can be the rest of a field of which `text` stands above it."""
    plain = narrow(text)
    bare = rest.strip()
    if not bare:
        return False
    if name == "carriers":
        return (not _FORM.search(plain) or plain.endswith("会")) and not re.search(r"\d", bare) and bool(_FORM.search(plain + bare))
    if name in ("started_at", "ended_at"):
        return bool(_TIME.match(bare)) and (not re.search(r"\d\s*(?:時|[:：]\s*\d)", plain) or bare[0] in "①②③④⑤⑥⑦⑧⑨")
    if name == "duration":
        return bool(_LENGTH.match(bare)) and "人" not in bare
    if name == "users":
        return bool(_COUNT.match(bare)) and not _LENGTH.match(bare)
    if name == "area":
        return len(bare) <= 20 and not re.search(r"\d|。", bare) and bool(_PLACE.search(bare)) and not plain.endswith(("県", "都", "府", "全国"))
    if name == "inquiries":
        return plain.count("(") > plain.count(")") and ")" in bare
    return False
