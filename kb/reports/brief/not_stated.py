"""What the ministry's form for a serious accident asks for, and the subject does not state."""

from __future__ import annotations

from collections.abc import Callable

from kb.reports.brief.subject import Subject

LABELS = {
    "started_at": "発生日時", "ended_at": "復旧日時・継続時間", "services": "影響したサービス", "users": "影響利用者数", "area": "影響地域",
    "emergency_calls": "緊急通報への影響", "cause": "発生原因", "prolonging": "長時間化・拡大の要因", "measures": "再発防止策",
    "completion": "再発防止策の完了時期", "first_notice": "利用者への初報の時刻", "inquiries": "申告・問合せの件数",
}  # fmt: skip

LONG = 120  # minutes, from which a report is expected to say why it lasted
_VOICE = frozenset({"service/mobile-voice", "service/fixed-phone", "service/ip-phone"})


def not_stated(subject: Subject, first_notice: int | None) -> list[str]:
    """Names of fields, as keys of LABELS and in its order. `first_notice` is what was found out of the first notice, in minutes."""
    incident = subject.incident
    kinds = {statement.kind for statement in incident.statements}
    minutes = max((i.duration_minutes for i in incident.impacts if i.duration_minutes is not None), default=None)
    stated: dict[str, Callable[[], bool]] = {
        "started_at": lambda: incident.started_at is not None,
        "ended_at": lambda: incident.ended_at is not None or minutes is not None,
        "services": lambda: bool(incident.impacts or subject.tags_on("service")),
        "users": lambda: any(i.users is not None or i.users_max is not None for i in incident.impacts),
        "area": lambda: incident.area is not None,
        "emergency_calls": lambda: not subject.tags_on("service") & _VOICE or "service/emergency-call" in subject.tags,
        "cause": lambda: "cause" in kinds,
        "prolonging": lambda: minutes is None or minutes < LONG or "prolonging" in kinds or bool(subject.tags_on("prolonging")),
        "measures": lambda: bool(incident.measures),
        "completion": lambda: not incident.measures or any(m.completed_on is not None for m in incident.measures),
        "first_notice": lambda: first_notice is not None,
        "inquiries": lambda: bool(incident.inquiries) or any(word in subject.text for word in ("問い合わせ", "問合せ", "申告")),
    }
    return [name for name in LABELS if not stated[name]()]
