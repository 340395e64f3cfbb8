"""How long and how many: bounds on duration and on users, in any unit and wording (3時間以上, 半日, 100万人超, 数万回線)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.search.query.condition import Bounds, Condition

_NUMBER = r"(?P<number>(?:数|何)?\d*[\d,]*(?:\.\d+)?\s*(?:数)?[十百千]*[万億]?(?:\d[\d,]*千?)?)"
_MINUTES = {"週間": 10080, "日間": 1440, "日": 1440, "時間": 60, "h": 60, "hours": 60, "hour": 60, "分間": 1, "分": 1, "min": 1, "minutes": 1, "ヶ月": 43200, "か月": 43200}
_LEAST = r"以上|超え?る|超え?た|超え|超|を?上回る|より長い|以上も|にわた(?:る|り|って)|に及(?:ぶ|んだ|び)|も(?=止|停|続|使|つなが|繋が|かか)|強|\+"
_MOST = r"以下|未満|以内|に満たない|足らず|弱|より短い"
_NEAR = r"程度|前後|くらい|ぐらい|ほど|規模|近く|(?=の?(?:障害|停止|停電|断|不通|中断|ダウン|通信障害|事故))|(?=(?:止ま|停止|続い|落ち|使えな|つながらな))"
_BOUND = rf"\s*(?:を|が)?\s*(?:(?P<least>{_LEAST})|(?P<most>{_MOST})|(?P<near>{_NEAR}))"
_DURATION = re.compile(
    r"(?:継続時間|停止時間|障害時間)?(?:が|は|:)?\s*(?P<about>約|およそ)?(?<![\d.年月,])(?P<number>\d[\d,]*(?:\.\d+)?|数|数十)\s*"
    rf"(?P<unit>{'|'.join(sorted(_MINUTES, key=len, reverse=True))})(?!前|後|ごと|毎|おき|365|体制|x)(?P<half>半)?{_BOUND}"
)
_DURATION_RANGE = re.compile(r"(?<![\d.])(?P<low>\d+(?:\.\d+)?)\s*(?:時間|日|分)?\s*(?:~|〜|-|から)\s*(?P<high>\d+(?:\.\d+)?)\s*(?P<unit>時間|日間|日|分)(?!前|後)")
_WORDS = re.compile(rf"(?P<word>半日|(?:丸|まる)[1-9]日|1日中|終日|[1一]昼夜|[1一]晩|数日|数時間)(?:{_BOUND})?")
_WORD_BOUNDS = {
    "半日": (600, None), "数時間": (120, 720), "数日": (2880, None), "一晩": (420, None), "1晩": (420, None),
}  # fmt: skip
_DAY = (1380, None)  # 丸一日 is said from 23 hours on
_UNITS = "人|名|ユーザー?|利用者|加入者|契約者?|回線|件|世帯|台|端末|加入|局|基地局|アカウント|顧客"
_USERS = re.compile(
    rf"(?:影響(?:利用者|人数|回線|契約)?(?:数)?|利用者|ユーザー?)?(?:が|は|:)?\s*(?P<about>約|最大|延べ|およそ)?(?P<number>(?:数|\d[\d,.]*)\s*(?:[十百千]*億\s*\d[\d,]*千?万|[十百千]*[万億]|[十百千]+)?|[十百千]+万)"
    rf"\s*(?P<unit>{_UNITS})?(?P<scale>規模)?{_BOUND}?"
)
_NOT_USERS = re.compile(r"(?:問い?合わ?せ|苦情|申告|通報|報告|件数|投稿|コール|リクエスト|パケット|経路|bgp|prefix|毎秒|tps)[^\s、。]{0,8}$")
_NOT_DURATION = re.compile(r"^(?:の|に|で)?\s*(?:初報|第一報|第1報|周知|公表|報告|連絡|駆け?付|通知|掲載|発表|公開|検知|気付|発覚)")
_BEFORE_DURATION = re.compile(r"(?:初報|第一報|周知|公表|報告|検知|把握|通知|発表)(?:まで|に|が|は|の)?[^\s、。]{0,4}$")
_MULTIPLES = {"十": 10, "百": 100, "千": 1000}
_WIDE, _TIGHT = 1.5, 0.67  # 8時間の障害 means about eight hours


def magnitudes(text: str) -> Iterator[Condition]:
    """Every bound on duration and users in folded `text` (NFKC, lower case, kanji numbers as digits), without overlaps."""
    taken: list[tuple[int, int]] = []
    for pattern, read in ((_DURATION_RANGE, _duration_range), (_WORDS, _worded), (_DURATION, _duration), (_USERS, _users)):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            found = read(match, text)
            if found is not None:
                taken.append((found.start, found.end))
                yield found


def _condition(kind: str, text: str, start: int, end: int, bounds: Bounds, exact: bool) -> Condition:
    least, most = bounds.least, bounds.most
    unit = "分" if kind == "duration" else ""
    read = f"{least}{unit}" if least == most else f"{'' if least is None else f'{least}{unit}'}..{'' if most is None else f'{most}{unit}'}"
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return Condition(kind, text[start:end].rstrip(), read, start, start + len(text[start:end].rstrip()), bounds, exact)


def _duration_range(match: re.Match[str], text: str) -> Condition | None:
    size = _MINUTES[match["unit"]]
    low, high = (round(float(match[name]) * size) for name in ("low", "high"))
    return _condition("duration", text, *match.span(), Bounds(low, high), True) if low < high else None


def _duration(match: re.Match[str], text: str) -> Condition | None:
    if _NOT_DURATION.match(text[match.end() :]) or _BEFORE_DURATION.search(text[: match.start()]):
        return None
    size = _MINUTES[match["unit"]]
    if match["number"].startswith("数"):
        several = 10 if match["number"] == "数十" else 1
        return _condition("duration", text, *match.span(), Bounds(2 * several * size, None if match["least"] else 9 * several * size), True)
    minutes = round(float(match["number"].replace(",", "")) * size) + (size // 2 if match["half"] else 0)
    return _condition("duration", text, *match.span(), *_bounded(match, minutes))


def _bounded(match: re.Match[str], value: int) -> tuple[Bounds, bool]:
    """(bounds, whether they were stated as bounds)."""
    if match["least"]:
        return Bounds(value, None), True
    if match["most"]:
        return Bounds(None, value - 1 if match["most"] in ("未満", "に満たない", "足らず") else value), True
    return Bounds(round(value * _TIGHT), round(value * _WIDE)), False


def _worded(match: re.Match[str], text: str) -> Condition | None:
    if match["most"]:
        return _condition("duration", text, *match.span(), Bounds(None, {"半日": 720}.get(match["word"], _DAY[0])), True)
    days = re.search(r"\d(?=日$)", match["word"])
    least, most = (int(days[0]) * _DAY[0], None) if days else _WORD_BOUNDS.get(match["word"], _DAY)
    return _condition("duration", text, *match.span(), Bounds(least, most), bool(match["least"]))


def _users(match: re.Match[str], text: str) -> Condition | None:
    written, unit = match["number"].replace(",", "").replace(" ", ""), match["unit"]
    bound = match["least"] or match["most"]
    big = any(mark in written for mark in "万億千百")
    if not (unit or (bound and big)) or not (bound or match["near"] or match["scale"] or match["about"] or written.startswith("数")):
        return None
    if _NOT_USERS.search(text[: match.start()]):
        return None
    if unit is None and re.match(r"\s*(?:円|bps|mbps|gbps|パケット|経路|個|通|本|枚|km|回(?!線))", text[match.end("number") :]):
        return None
    lone = unit in ("局", "基地局")
    if written.startswith("数"):
        size = _amount("1" + written[1:])
        bounds, exact = Bounds(size if match["most"] is None else None, None if match["least"] else size * 10 - 1), True
    else:
        bounds, exact = _bounded(match, _amount(written))
    if lone:
        bounds = Bounds(bounds.least, bounds.most, "base_stations")
    return _condition("users", text, *match.span(), bounds, exact)


def _amount(written: str) -> int:
    """100万 → 1000000, 1億2000万 → 120000000, 百万 → 1000000."""
    total = 0.0
    for number, marks in re.findall(r"(\d+(?:\.\d+)?)?([十百千]*[万億]?)", written):
        if not number and not marks:
            continue
        size = 1
        for mark in marks:
            size *= _MULTIPLES.get(mark) or {"万": 10_000, "億": 100_000_000}[mark]
        total += float(number or 1) * size
    return round(total)
