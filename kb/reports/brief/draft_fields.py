"""Fields of a draft that no parser has read, read from its lines: whose accident, when, for how long, how many, and how measures stand.

Only what is still open is filled in, and only from a line that says what its figure is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kb.japanese.dates import Moment, find_moments, fiscal_year_of
from kb.japanese.quantities import parse_count, parse_duration
from kb.japanese.text import nfkc
from kb.model import Impact, Incident, Inquiry, Measure

HEAD = 1500  # characters in which a report names its company
LONGEST = 60 * 24 * 90  # minutes
_COMPANY = re.compile(r"(?:株式会社|合同会社)[一-龠々ァ-ヴーA-Za-z0-9・]{2,20}|[一-龠々ぁ-んァ-ヴーA-Za-z0-9・]{2,24}?(?:株式会社|合同会社)")
_OTHERS = re.compile(r"委託|ベンダ|メーカ|協力会社|接続先|卸")
_START = re.compile(r"発生|日時|時間|期間|から|より|にかけて|~|頃")
_END = re.compile(r"復旧|回復|終了|収束|解消|まで|~")
_ONLY_CLOCK = re.compile(r"(?:~|から|-|—)\s*(?:(?:同日|当日|(?P<next>翌日?(?:\d{1,2}日)?))\s*(?:\([月火水木金土日]\))?\s*)?(?P<hour>[0-2]?\d)(?::(?P<minute>[0-5]\d)|時(?:(?P<kanji>[0-5]?\d)分)?)")
_MONTH_DAY = re.compile(r"~\s*(?P<month>\d{1,2})/(?P<day>\d{1,2})\s+(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)")
_USERS = re.compile(r"(?:最大|約|およそ|のべ)?\s*\d[\d,.]*\s*[万億千]?\d*[\d,]*\s*(?:人|名|回線|契約|ユーザ|加入者|世帯|利用者)")
_NOT_USERS = re.compile(r"問い?合わ?せ|申告|苦情|体制|増員|億円|作業員|要員|から\d+人")
_AREA = re.compile(r"(?:影響|対象|発生)?(?:地域|エリア|区域|範囲)\s*[::】)]?\s*(?P<area>[^\s。:]{2,40})")
_ASKED = re.compile(r"(?:問い?合わ?せ|申告|苦情)[^\d。]{0,12}(?P<count>\d[\d,]*)\s*件")
_PLANNED = re.compile(r"予定|見込み|検討|計画中|目途|目処|までに")
_DONE = re.compile(r"実施済|完了(?!予定)|実施(?!予定|する)|ました(?:。|$|[(])|した(?:。|$|[()])|済み")
_LABEL = re.compile(r"^\s*[【\[][^】\]\n]{1,16}[】\]](?=\S)", re.MULTILINE)
_HEADING = re.compile(r"[\s\d.()【】■●◆・]*(?:再発防止(?:策|の取り?組み?)?|今後の(?:対応|対策|取り?組み?)|対策)(?:について)?[\s】::]*")


def headed(text: str) -> str:
    """The text with labels that stand before their section on one line (【原因】…) on lines of their own."""
    return _LABEL.sub(r"\g<0>\n", text)


def filled(incident: Incident, text: str) -> Incident:
    """The incident with what its text states of the fields that are open."""
    lines = [nfkc(line).replace("〜", "~").strip() for line in text.splitlines() if line.strip()]
    start, end = _period(lines)
    started_at, ended_at = incident.started_at or start, incident.ended_at or end
    minutes = _between(started_at, ended_at) or _stated_duration(lines)
    return replace(
        incident,
        carriers=_carriers(incident.carriers, text),
        started_at=started_at,
        ended_at=ended_at,
        fiscal_year=incident.fiscal_year or fiscal_year_of(started_at),
        area=incident.area or _area(lines),
        impacts=_counted(incident.impacts, tuple(_impacts(lines, started_at, minutes))),
        inquiries=incident.inquiries or tuple(_inquiries(lines)),
        measures=tuple(_dated(m, started_at) for m in incident.measures if not _HEADING.fullmatch(nfkc(m.text))),
    )


def _carriers(read: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Those that were read; a name that is only the end of the one that the head gives (通信株式会社) is told in full."""
    named = tuple(_company(text))
    return named if not read or (named and len(read) == 1 and named[0].endswith(read[0])) else read


def _counted(read: tuple[Impact, ...], told: tuple[Impact, ...]) -> tuple[Impact, ...]:
    """The impacts that were read; where none of them counts users, the first takes the largest count of the text."""
    if not read:
        return told
    largest = max((impact for impact in told if impact.users is not None), key=lambda impact: impact.users or 0, default=None)
    if largest is None or any(impact.users is not None for impact in read):
        return read
    counted = replace(
        read[0], users=largest.users, users_max=largest.users_max, users_qualifier=largest.users_qualifier, unit=largest.unit,
        printed={**read[0].printed, **largest.printed},
    )  # fmt: skip
    return (counted, *read[1:])


def _company(text: str) -> Iterator[str]:
    """The first company that the head names as the reporter's; 架空電話株式会社 of 委託先の架空工事株式会社 is none."""
    for line in nfkc(text[:HEAD]).splitlines():
        for match in _COMPANY.finditer(line):
            if not _OTHERS.search(line[max(0, match.start() - 12) : match.end()]):
                yield re.sub(r"^(?:当社|弊社|報告者|会社名|事業者名)", "", match.group())
                return


def _period(lines: Sequence[str]) -> tuple[str | None, str | None]:
    start: str | None = None
    end: str | None = None
    reference: str | None = None
    for line in lines:
        moments = find_moments(line, reference)
        timed = [m for m in moments if "T" in m.value]
        if start is None and timed and _START.search(line):
            start = reference = timed[0].value
            end = _end_of_line(line, timed, start)
        elif start is not None and end is None and timed and _END.search(line) and timed[-1].value > start:
            end = timed[0].value if timed[0].value > start else timed[-1].value
        if end is not None:
            break
        reference = reference or next((m.value for m in moments if len(m.value) >= 10), None)
    return start, end


def _end_of_line(line: str, timed: Sequence[Moment], start: str) -> str | None:
    later = [m.value for m in timed[1:] if m.value > start]
    if later:
        return later[0]
    rest = line[timed[0].end :]
    first = datetime.fromisoformat(start)
    if (match := _MONTH_DAY.match(rest.strip())) or (match := _MONTH_DAY.search(rest)):
        moment = first.replace(month=int(match["month"]), day=int(match["day"]), hour=int(match["hour"]), minute=int(match["minute"]))
    elif match := _ONLY_CLOCK.search(rest):
        moment = first.replace(hour=0, minute=0) + timedelta(hours=int(match["hour"]), minutes=int(match["minute"] or match["kanji"] or 0))
        moment += timedelta(days=1) if match["next"] or moment < first else timedelta()
    else:
        return None
    return moment.isoformat(timespec="minutes") if moment >= first else None


def _between(start: str | None, end: str | None) -> int | None:
    if not start or not end or "T" not in start or "T" not in end:
        return None
    minutes = int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() // 60)
    return minutes if 0 <= minutes <= LONGEST else None


def _stated_duration(lines: Sequence[str]) -> int | None:
    for line in lines:
        if re.search(r"(?:影響|継続|障害|停止)(?:時間|の時間)|時間にわた", line):
            read = parse_duration(line)
            if read is not None and 0 < read.minutes <= LONGEST:
                return read.minutes
    return None


def _impacts(lines: Sequence[str], started_at: str | None, minutes: int | None) -> Iterator[Impact]:
    """One for each line that counts users; one without a count where only the time is known."""
    found = False
    for line in lines:
        for match in _USERS.finditer(line):
            if _NOT_USERS.search(line[max(0, match.start() - 14) : match.end()]):
                continue
            read = parse_count(match.group())
            if read is None or read.value < 100:
                continue
            found = True
            service = re.sub(r"^[\s・●○■◆\-(]*", "", line[: match.start()])[-80:].strip(" :、(") or line[:80]
            unit = read.unit if read.unit in ("users", "lines", "contracts") else "users"
            yield Impact(
                service, None, None, None, started_at, minutes, read.value, read.maximum if read.qualifier == "range" else None, read.qualifier, unit,
                {"users": match.group().strip()},
            )  # fmt: skip
    if not found and minutes is not None:
        yield Impact("サービス全般", started_at=started_at, duration_minutes=minutes)


def _area(lines: Sequence[str]) -> str | None:
    return next((match["area"] for line in lines if (match := _AREA.search(line)) and not re.search(r"\d", match["area"])), None)


def _inquiries(lines: Sequence[str]) -> Iterator[Inquiry]:
    for line in lines:
        if match := _ASKED.search(line):
            yield Inquiry(int(match["count"].replace(",", "")), printed=match.group())
            return


def _dated(measure: Measure, reference: str | None) -> Measure:
    """Status and month of a measure as its own sentence tells them."""
    if measure.status is not None or measure.completed_on is not None:
        return measure
    plain = nfkc(measure.text)
    status = "planned" if _PLANNED.search(plain) else "done" if _DONE.search(plain) else None
    moments = find_moments(plain, reference)
    return replace(measure, status=status, completed_on=moments[-1].value[:7] if moments and status else None)
