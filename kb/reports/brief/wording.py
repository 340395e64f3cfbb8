"""The words that fill a question's slots: dates in both reckonings, durations, counts, who promised what and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kb.reports.accidents import GENERIC
from kb.reports.brief.case import Case, Match

QUOTED = 90  # characters of a quote inside a question; the basis has it whole
CAUSES = 2  # named of those that a missing measure is against
ERAS = ((2019, 5, "令和", 2018), (1989, 1, "平成", 1988), (1926, 12, "昭和", 1925))
STATES = {"planned": "完了予定", "ongoing": "継続中"}


def slots(match: Match, case: Case, labels: Mapping[str, str]) -> dict[str, str]:
    """Every slot that this match can fill."""
    found: dict[str, str] = {}
    if case.notice_minutes is not None:
        found |= {"minutes": str(case.notice_minutes), "guideline": str(case.guideline_minutes)}
    if case.minutes is not None:
        found["duration"] = duration(case.minutes)
    if case.users is not None:
        found["users"] = count(case.users)
    if match.measure is not None:
        found |= {"measure": quoted(match.measure.text), "due": _due(match.measure.status, match.measure.completed_on)}
    if match.missing is not None:
        taken = match.missing["taken_by"][0]
        found |= {"missing": f"「{match.missing['label']}」", "taken": quoted(taken["text"]), "taken_by": _who(taken)}
        found |= {
            "taken_in": f"{date(taken['started_at'])}の事故",
            "against": "・".join(labels.get(tag, tag) for tag in match.missing["against"][:CAUSES]),
        }
    if match.promise is not None:
        promise = match.promise
        found |= {
            "promise": quoted(promise["measure"]["text"]),
            "promised_in": f"{date(promise['started_at'])}の事故「{promise['title']}」",
            "promise_state": _state(promise["measure"]["status"], promise["measure"]["completed_on"]),
            "tag": "・".join(labels.get(tag, tag) for tag in _telling(promise["shared_tags"])),
        }  # fmt: skip
    if match.exchange is not None:
        asked, about = match.exchange, match.exchange["about_title"]
        found |= {
            "asked_in": f"{asked['meeting']}({date(asked['held_on'])})", "asked": quoted(asked["question"]),
            "asked_about": f"事故「{about}」" if about else "事故一般",
        }  # fmt: skip
    return found


def quoted(text: str) -> str:
    """A quote as it stands inside 「」: without its full stop, and cut at a comma where it is long."""
    plain = text.strip().lstrip("・●○■-•*").lstrip().rstrip("。").replace("「", "『").replace("」", "』")
    if len(plain) <= QUOTED:
        return plain
    cut = plain[:QUOTED].rfind("、")
    return plain[: cut if cut > QUOTED // 2 else QUOTED] + "…"


def date(moment: str | None) -> str:
    """2022-07-02T01:35+09:00 → 令和4年(2022年)7月2日, as precise as it is."""
    if not moment:
        return "時期不明"
    year, month = int(moment[:4]), int(moment[5:7]) if len(moment) >= 7 else None
    era = next((f"{name}{'元' if year - before == 1 else year - before}年" for y, m, name, before in ERAS if (year, month or 12) >= (y, m)), "")
    shown = f"{era}({year}年)" if era else f"{year}年"
    shown += f"{month}月" if month else ""
    return shown + (f"{int(moment[8:10])}日" if len(moment) >= 10 else "")


def duration(minutes: int) -> str:
    """3685 → 61時間25分."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}時間{rest}分" if hours and rest else f"{hours}時間" if hours else f"{rest}分"


def count(users: int) -> str:
    """23160000 → 約2,316万人."""
    return f"約{users // 10_000:,}万人" if users >= 10_000 else f"{users:,}人"


def _telling(tags: Sequence[str]) -> list[str]:
    """The few of the shared causes that say most: triggers and mechanisms before what prolonged, vague ones last."""
    return sorted(tags, key=lambda tag: (tag in GENERIC, tag.startswith("prolonging/")))[:CAUSES]


def _who(taken: Mapping[str, Any]) -> str:
    companies: Sequence[str] = taken["carriers"]
    named = "・".join(companies[:2]) + ("ほか" if len(companies) > 2 else "")
    return f"{taken['owner']}({named}に対して)" if taken.get("owner") else named


def _due(status: str | None, completed_on: str | None) -> str:
    if status == "ongoing":
        return "継続中とされている"
    return f"{date(completed_on)}の完了予定とされている" if completed_on else "完了の時期が示されていない"


def _state(status: str | None, completed_on: str | None) -> str:
    when = date(completed_on) if completed_on else ""
    if status in STATES:
        return f"{when}{'の' if when else ''}{STATES[status]}" if status == "planned" else STATES[status]
    if when:
        return f"{when}に完了"
    return "実施済み" if status == "done" else "完了時期の記載なし"
