"""Numbers that an annual report states in sentences → statistics, each with its change against the previous year.

"…に占める A の割合は65%（前年度比+2ポイント）": row A, column 割合; "A は、78件（前年度比－12件）": row A, column 件数.
The change stands in the column "…の前年度比".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kb.japanese.text import sentences
from kb.japanese.widths import narrow
from kb.model import Statistic
from kb.sources.annual_report.body import Block

_TOKEN = re.compile(
    r"\(\s*(?:対?前年度?|昨年度?)比?(?:で|に|から)?\s*(?P<sign>[+\-−‐▲△±]?)\s*(?P<change>\d[\d,]*(?:\.\d+)?)\s*(?P<change_unit>件|ポイント|%|社)"
    r"\s*(?P<direction>増|減)?[^()]{0,4}\)"
    r"|(?P<last_year>(?:前年度?|昨年度)\s*\(\s*(?P<last>\d[\d,]*(?:\.\d+)?)\s*(?P<last_unit>件|社|%)\s*\))"
    r"|(?:前年度?)?(?:から|より|に比べ)、?\s*(?P<moved>\d[\d,]*)\s*(?P<moved_unit>件|社|ポイント)\s*(?P<way>増|減)"
    r"|(?P<bracket>\()?\s*(?P<about>約)?\s*(?P<value>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>件|社|%)(?!の事故で|以上|未満)"
)
_LONGEST = 400  # of the words before a number, where its subject is looked for
_COLUMNS = {"件": "件数", "社": "事業者数", "%": "割合"}
_SHARE = re.compile(r"(?P<row>[^、。]*)の(?:占める)?割合(?:は|が|も)?、?(?:約)?$")
_SUBJECT = re.compile(r"(?P<row>.*)(?:は|が|も)、?[^はが、]{0,16}$", re.DOTALL)
_LEAD = re.compile(r"(?P<lead>[^、。]*?)(?:による|の)事故の内訳(?:について)?は?、")
_DECLARED = re.compile(r"[加少]?\s*(?:し(?:て|た)|となっ|であ|。|$)")  # …から328件増加した。: of the figure before it
_LISTED = re.compile(r"^[\s・]*(?P<row>[^\s、。:：]{2,24})\s*[:：]?\s*$")
_NOUN_AT_END = re.compile(r"(?P<row>[^\s、。()「」・※]+(?:\([^()]*\)[^\s、。()「」]*)?)\s*$")
_SHARE_TAIL = re.compile(r"(?:の故障)?(?:による|の)?(?:事故)?(?:発生)?件数$")
_MARKS = re.compile(r"\^\{[^}]*\}|\^\([^)]*\)|^(?:から|等のため|及び|また|なお|うち)、?|^[\s・●○■\-※*①-⑳\d.()]+(?=\D)")


@dataclass
class _Context:
    """What the sentence is about so far."""

    row: str = ""
    lead: str = ""
    last: Statistic | None = None
    moved: tuple[float, str] | None = None


def stated_figures(blocks: list[Block], fiscal_year: int | None) -> list[Statistic]:
    """Every count, share and change that the blocks state in words."""
    found: list[Statistic] = []
    for block in blocks:
        if block.section in ("contact",):
            continue
        for _, sentence in sentences(block.text):
            found += _of_sentence(narrow(sentence), sentence, block, fiscal_year)
    return found


def _of_sentence(plain: str, printed: str, block: Block, fiscal_year: int | None) -> list[Statistic]:
    found: list[Statistic] = []
    context = _Context()
    previous = 0
    for match in _TOKEN.finditer(plain):
        begin = max(previous, match.start() - _LONGEST)
        before, clause = plain[begin : match.start()], printed[begin : match.start()]
        previous = match.end()
        lead = _LEAD.search(before)
        if lead:
            context.lead = _clean(clause[lead.start("lead") : lead.end("lead")])
            before, clause = before[lead.end() :], clause[lead.end() :]
        if match.group("last_year"):
            if context.last is not None:
                found.append(_earlier(context.last, _number(match.group("last")), match.group("last_unit")))
        elif match.group("change"):
            if context.last is not None and not re.search(r"比|[+\-−‐▲△±増減]", match.group()):
                found.append(_earlier(context.last, _number(match.group("change")), match.group("change_unit")))
            elif context.last is not None:
                found.append(_change(context.last, _signed(match), match.group("change_unit")))
        elif match.group("moved"):
            subject = _SUBJECT.match(before)
            if subject and subject.group("row").strip():
                context.row = _subject(clause[: subject.end("row")])
            if context.last is not None and match.group("moved_unit") == context.last.unit and _DECLARED.match(plain, match.end()):
                change = _number(match.group("moved")) * (1 if match.group("way") == "増" else -1)
                found.append(_change(context.last, change, match.group("moved_unit")))
                continue
            context.moved = (_number(match.group("moved")) * (1 if match.group("way") == "増" else -1), match.group("moved_unit"))
        else:
            statistic = _value(match, before, clause, context, block, fiscal_year)
            if statistic is not None:
                found.append(statistic)
                context.last = statistic
                if context.moved and context.moved[1] == statistic.unit:
                    found.append(_change(statistic, *context.moved))
                    context.moved = None
    return found


def _value(
    match: re.Match[str], before: str, clause: str, context: _Context, block: Block, fiscal_year: int | None
) -> Statistic | None:
    unit = match.group("unit")
    note = "約" if match.group("about") else None
    share = _SHARE.search(before) if unit == "%" else None
    if share:
        context.row = _subject(clause[share.start("row") : share.end("row")], share=True)
    elif match.group("bracket"):
        noun = _NOUN_AT_END.search(before)
        row = _subject(clause[noun.start("row") :]) if noun else ""
        context.row = row if row and not re.search(r"(?:いる|した|する|いた)$", row) else "集計した事故"
    elif unit != "%" and (subject := _SUBJECT.match(before)):
        context.row = _subject(clause[: subject.end("row")])
    elif (not context.row or before[:1].isspace()) and (listed := _LISTED.match(before)):
        context.row = _clean(clause[listed.start("row") : listed.end("row")])
    if not context.row:
        return None
    row = f"{context.lead}/{context.row}" if context.lead and share else context.row
    return Statistic(
        _table(block.section), row, _COLUMNS[unit], _number(match.group("value")), unit, fiscal_year, block.lines[0].position, note
    )


def _change(of: Statistic, value: float, unit: str) -> Statistic:
    return replace(of, column=of.column + "の前年度比", value=value, unit=unit, note=None)


def _earlier(of: Statistic, value: float, unit: str) -> Statistic:
    """The same figure of the year before: 「3件（前年度5件）」."""
    year = of.fiscal_year - 1 if of.fiscal_year is not None else None
    return replace(of, value=value, unit=unit, fiscal_year=year, note="前年度（括弧内）")


def _subject(text: str, share: bool = False) -> str:
    """The noun phrase of a clause: after its last comma outside brackets, quoted word first, without "の事故件数"."""
    quoted = re.findall(r"「([^」]{1,20})」(?=による|の事故)", text)
    if quoted:
        return str(quoted[-1])
    outside = re.sub(r"[（(][^（）()]*[)）]|「[^」]*」", lambda m: "＿" * len(m.group()), text)
    text = text[max(outside.rfind("、"), outside.rfind("。")) + 1 :]
    return _clean(re.sub(r"^.*に占める", "", text), share)


def _clean(text: str, share: bool = False) -> str:
    """A row's name: 65% of データ通信サービスの事故件数 → データ通信サービス; 78件 of 3万人以上の事故件数 → 3万人以上の事故."""
    bare = _MARKS.sub("", text.strip()).strip("、・ 　")
    if share:
        return _SHARE_TAIL.sub("", bare) or bare
    return bare if re.search(r"(?:合計|総|発生)件数$", bare) else re.sub(r"件数$", "", bare) or bare


def _signed(match: re.Match[str]) -> float:
    value = _number(match.group("change"))
    negative = match.group("sign") in ("-", "−", "‐", "▲", "△") or match.group("direction") == "減"
    return -value if negative else value


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _table(section: str) -> str:
    return "overall" if section in ("head", "reports") else section
