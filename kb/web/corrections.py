"""The fields of a draft that a reader may correct in the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.errors import NotFoundError
from kb.japanese.dates import find_moments
from kb.japanese.quantities import parse_count, parse_duration
from kb.japanese.text import nfkc
from kb.reports.papers.drafts import Corrections
from kb.search.filters import carrier_ids
from kb.web.forms import Given
from kb.web.page import Ask, PageError

FIELDS = {"carrier": "事業者", "started_at": "発生日時", "duration": "継続時間", "users": "影響利用者数"}
EXAMPLES = {"carrier": "架空通信株式会社", "started_at": "2022-07-02 01:35", "duration": "61時間25分", "users": "2316万"}
READ = "read_{}"  # hidden beside each field: what was read, so that a field left alone corrects nothing


def corrections(ask: Ask, fields: Given, back: tuple[str, str]) -> Corrections:
    """What was changed in the form. Raises PageError (400) for values that cannot be read."""
    changed = {name: fields.one(name) for name in FIELDS if fields.one(name) not in (None, fields.one(READ.format(name)))}
    carrier, started, duration, users = (changed.get(name) for name in FIELDS)
    if carrier is not None:
        try:
            carrier_ids(ask.connection, carrier)
        except NotFoundError as error:
            raise PageError(400, f"事業者「{carrier[:60]}」はこのデータベースにありません。", [str(error), "空欄にすると、読み取った事業者のまま作ります。"], [back]) from error
    return Corrections(carrier, _moment(started, back), _minutes(duration, back), _users(users, back))


def as_read(subject: Mapping[str, Any]) -> dict[str, str]:
    """Field → what stands in the form: the values of the subject, as they can be typed."""
    impacts = subject["impacts"]
    worst = max(impacts, key=lambda i: (i.get("users") or 0) * (i.get("duration_minutes") or 1)) if impacts else {}
    minutes, users = worst.get("duration_minutes"), worst.get("users")
    hours, rest = divmod(minutes or 0, 60)
    return {
        "carrier": subject["carriers"][0] if subject["carriers"] else "",
        "started_at": (subject.get("started_at") or "").replace("T", " ").removesuffix("+09:00"),
        "duration": "" if minutes is None else (f"{hours}時間" if hours else "") + (f"{rest}分" if rest or not hours else ""),
        "users": "" if users is None else str(users),
    }


def originally_read(fields: Given, values: Mapping[str, str]) -> dict[str, str]:
    """Field → what was read before anything was corrected; it goes along in the form, so that corrections hold from page to file."""
    found = {}
    for name, value in values.items():
        carried = fields.values.get(READ.format(name))
        found[name] = carried[-1] if carried else "" if fields.one(name) is not None else value
    return found


def _moment(value: str | None, back: tuple[str, str]) -> str | None:
    if value is None:
        return None
    found = find_moments(nfkc(value))
    if not found:
        raise _unreadable("started_at", value, back)
    return found[0].value


def _minutes(value: str | None, back: tuple[str, str]) -> int | None:
    if value is None:
        return None
    found = parse_duration(nfkc(value))
    if found is None:
        raise _unreadable("duration", value, back)
    return found.minutes


def _users(value: str | None, back: tuple[str, str]) -> int | None:
    if value is None:
        return None
    found = parse_count(nfkc(value))
    if found is None:
        raise _unreadable("users", value, back)
    return found.value


def _unreadable(name: str, value: str, back: tuple[str, str]) -> PageError:
    return PageError(400, f"{FIELDS[name]}「{value[:40]}」を読めません。", [f"例: {EXAMPLES[name]}"], [back])
