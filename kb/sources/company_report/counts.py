"""How many were struck: counts of people, lines, contracts, households, cases and base stations, with what is said of their precision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.japanese.quantities import parse_count
from kb.japanese.text import nfkc
from kb.sources.company_report.blocks import OPENING, Block, of_topic

_UNITS = (
    ("households", "世帯"), ("base_stations", "基地局|無線局|局"), ("lines", "回線|番号"), ("contracts", "契約"), ("users", "人|名|ユーザー?|利用者|加入者|お客(?:様|さま)|アカウント|端末|台|者"), ("cases", "件"),
)  # fmt: skip
_UNIT = "|".join(pattern for _, pattern in _UNITS)
_NUMBER = r"\d[\d,]*+(?:\.\d++)?\s*+(?:[億万千百]++\s*+)?(?:\d[\d,]*+\s*+[万千百]?)?"  # possessive: a row of digits is read once
_COUNT = re.compile(
    rf"(?P<before>(?:最大で?|約|およそ|概ね|延べ|のべ|少なくとも|合計|計|推定|全)*+\s*+(?:約|で)?\s*+)(?<!\d)(?<!\d,)(?P<number>{_NUMBER})\s*(?P<range>(?:~|〜|-|から)\s*約?\s*{_NUMBER})?\s*(?P<unit>{_UNIT})(?P<after>\s*(?:以上|超|を超え|程度|前後|弱|強|未満|以下)?)"
)
_NOT_USERS = re.compile(r"(?:問い?合わ?せ|申告|苦情|相談|通報|アクセス|リクエスト|送信|呼|メール|警報|アラーム|要員|作業員|社員|職員|技術者|担当|増員|体制|回線を増|経路|億円|報告書?|事象|故障|事故|障害)(?:数|件数)?(?:が|は|を|[:：])?[^、。\d]{0,6}$")
_NOT_AFTER = re.compile(r"^\s*(?:の(?:問い?合わ?せ|申告|苦情|警報|要員|作業員|社員|アラーム|リクエスト|発信|通報|基地局装置)|体制|/|毎秒|あたり|目|番|の作業)")
_ASIDE = re.compile(r"問い?合わ?せ|申告|苦情|派遣|出動|要員|応援")
_MACHINES = re.compile(r"電源車|発電機|基地局車|車両")  # what is counted by 台 beside them is no terminal
# 影響アカウント数は約11,000: the unit stands in the label.
_UNITLESS = re.compile(
    rf"(?P<unit>{_UNIT}|顧客|ユーザ)数?\s*(?:は|が|:)\s*(?P<before>(?:最大|約|およそ|延べ|のべ)*)\s*(?P<number>{_NUMBER})(?![\d,]|\s*(?:{_UNIT}|年|月|日|時|分|%|割|社|倍))"
)
_STRUCK = re.compile(r"影響|利用|停止|不通|つなが|できな|お客")
_EARLIER = re.compile(r"(?:お知らせ|公表|発表|前回|第\d報|速報|当初|これまで)[^、。]{0,12}$")
_MARK = re.compile(r"[①-⑳]")


@dataclass(frozen=True)
class Counted:
    """A number of those struck: as read, as printed, what stands before it in its clause, and its offset in the text it was found in."""

    value: int
    maximum: int | None
    qualifier: str
    unit: str
    printed: str
    before: str
    block: Block
    mark: str | None = None  # ①, [1] … before it in its block


def counts(found: list[Block]) -> list[Counted]:
    """Counts of those struck; where a block is labelled as such nothing else is looked at, and the same number is told once."""
    labelled = [one for block in of_topic(found, "users") for one in _in(block, labelled=True)]
    others = [one for block in of_topic(found, "impact", "overview", "service", "area", OPENING, "apology", "period", "other") for one in _in(block)]
    chosen = labelled or others
    if not chosen:
        chosen = [one for block in of_topic(found, "cause", "timeline", "recovery") for one in _in(block)][:1]
    unique: dict[tuple[int, str, str], Counted] = {}
    for one in chosen:
        unique.setdefault((one.value, one.unit, one.before[-6:] if labelled else ""), one)
    return list(unique.values())


def _in(block: Block, labelled: bool = False) -> Iterator[Counted]:
    for piece in block.pieces:
        plain = _marked(piece.text).replace("〜", "~")
        for match in _COUNT.finditer(plain):
            before = plain[: match.start()]
            around = before[before.rfind("。") + 1 :] + plain[match.end() :].split("。")[0]
            if match["unit"] == "台" and _MACHINES.search(around):
                continue
            if not labelled and (_ASIDE.search(around) or (block.topic in ("other", "cause") and not _STRUCK.search(around))):
                continue
            if _EARLIER.search(before) or (not labelled and (_NOT_USERS.search(before) or _NOT_AFTER.match(plain[match.end() :]))):
                continue
            yield from _counted(match, before, block)
        if not labelled and not _COUNT.search(plain) and (bare := _UNITLESS.search(plain)) and not _NOT_USERS.search(plain[: bare.end("unit")]):
            read = parse_count(bare["before"] + bare["number"])
            if read:
                yield Counted(read.value, None, read.qualifier, _unit_of(bare["unit"]), bare["before"] + bare["number"].strip(), plain[: bare.start()], block)
        if labelled and not _COUNT.search(plain) and len(_MARK.findall(plain)) > 1:
            yield from _bare_phases(plain, block)
        elif labelled and not _COUNT.search(plain) and (read := parse_count(plain)) and re.search(r"\d", plain) and not re.search(r"\d\s*(?:時|分|年|月|日|%)", plain):
            unit = _unit_of(block.label)
            yield Counted(read.value, read.maximum if read.qualifier == "range" else None, read.qualifier, unit, plain.strip(), "", block)


def _bare_phases(plain: str, block: Block) -> Iterator[Counted]:
    """①41,250 ②12,806: numbers without a unit, each with its mark."""
    for match in re.finditer(r"(?P<mark>[①-⑳])(?P<value>[^①-⑳]*)", plain):
        read = parse_count(match["value"])
        if read:
            upper = read.maximum if read.qualifier == "range" else None
            yield Counted(read.value, upper, read.qualifier, read.unit or _unit_of(block.label), match["value"].strip(), "", block, match["mark"])


def _marked(text: str) -> str:
    """NFKC that leaves ① as it is."""
    return "".join(part if _MARK.fullmatch(part) else nfkc(part) for part in re.split(r"([①-⑳])", text))


def _counted(match: re.Match[str], before: str, block: Block) -> Iterator[Counted]:
    printed = match.group().strip()
    read = parse_count(printed)
    if read is None or read.value == 0 or (read.value < 10 and not match["before"].strip() and block.topic != "users"):
        return
    unit = _unit_of(match["unit"])
    qualifier = read.qualifier
    if "最大" in before[-4:]:
        qualifier = "max"
    marks = _MARK.findall(before)
    yield Counted(read.value, read.maximum if qualifier == "range" else None, qualifier, unit, printed, before, block, marks[-1] if marks else None)


def _unit_of(written: str) -> str:
    return next((unit for unit, pattern in _UNITS if re.search(f"(?:{pattern})", written)), "users")
