"""The subject under the reporting rules: is it a 重大な事故 under the one in force that day, and under the others?"""

from __future__ import annotations

import re
from typing import Any

from kb.knowledge.reporting_rules.judgement import Classification, classification_json, classify
from kb.knowledge.reporting_rules.model import Thresholds
from kb.model import Impact, Incident
from kb.reports.brief.subject import Subject

# Which class of service (区分) a service is of, as far as its tag tells: emergency calls go by 固定・携帯の音声.
_WITH_EMERGENCY_CALLS = frozenset({"service/mobile-voice", "service/fixed-phone", "service/ip-phone", "service/emergency-call"})
_VOICE = re.compile(r"音声|通話|電話(?!番号|帳)|VoLTE|緊急通報")
_FREE = frozenset({"service/messaging-app", "service/web-service"})


def classification(subject: Subject, thresholds: Thresholds) -> dict[str, Any]:
    """The JSON of `kb classify` for the impact that comes nearest to a serious accident; with "inferred" where the class is ours.

    Without a duration or a number of users nothing is judged: "serious" is null and "missing" names what is not stated.
    """
    incident = subject.incident
    day = incident.started_at or (f"{incident.fiscal_year}-04-01" if incident.fiscal_year else None)
    service_class, inferred = _service_class(incident, subject)
    judged = [
        (impact, classify(thresholds, service_class, impact.duration_minutes, users, day))
        for impact in incident.impacts
        if service_class is not None and impact.duration_minutes is not None and (users := _most(impact)) is not None
    ]
    if not judged:
        return {
            "service_class": service_class, "inferred": inferred, "serious": None, "rule_in_force": None, "verdicts": [], "impact": None,
            "duration_minutes": None, "users": None, "date": day, "missing": _missing(incident, service_class),
        }  # fmt: skip
    impact, best = max(judged, key=lambda pair: _rank(pair[1]))
    return classification_json(best) | {"inferred": inferred, "impact": impact.service, "missing": []}


def _service_class(incident: Incident, subject: Subject) -> tuple[int | None, bool]:
    if incident.statutory_class is not None:
        return incident.statutory_class, False
    services = subject.tags_on("service")
    if services & _WITH_EMERGENCY_CALLS or any(_VOICE.search(impact.service) for impact in incident.impacts):
        return 1, True
    if services and services <= _FREE:
        return 3, True
    return (4, True) if services else (None, True)


def _most(impact: Impact) -> int | None:
    counts = [count for count in (impact.users, impact.users_max) if count is not None]
    return max(counts) if counts and impact.unit in ("users", "lines", "contracts", "households") else None


def _rank(classification: Classification) -> tuple[int, int, int]:
    return ({True: 2, None: 1, False: 0}[classification.serious], classification.users, classification.duration_minutes)


def _missing(incident: Incident, service_class: int | None) -> list[str]:
    absent = {
        "service": service_class is None,
        "duration": all(impact.duration_minutes is None for impact in incident.impacts),
        "users": all(_most(impact) is None for impact in incident.impacts),
    }
    return [name for name, missing in absent.items() if missing]
