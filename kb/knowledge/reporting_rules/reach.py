"""Do an accident's own figures reach the reporting rule of its day? Says nothing of whether it was reported.

The class of service is that stated, else every class that the service's name allows: where several are possible the
figures must reach a clause of each. Clauses that hang on a condition do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.errors import NotFoundError
from kb.knowledge.reporting_rules.judgement import rule_in_force
from kb.knowledge.reporting_rules.model import Clause, Thresholds
from kb.model import Impact, Incident

PEOPLE = ("users", "lines", "contracts", "households")  # units that count who was touched
# What a service's name allows, the first that fits: one that carries emergency calls, one that may be free, one that is paid.
KINDS = (
    (re.compile(r"050|無料.*通話|LINE"), (2, 3)),
    (re.compile(r"緊急通報|加入電話|固定電話|ひかり電話|光電話|音声|通話|携帯電話サービス|FOMA|第[234]世代"), (1,)),
    (re.compile(r"メール|メッセージ|チャット|ログイン|ポータル|検索"), (3, 4)),
    (re.compile(r"データ|パケット|インターネット|フレッツ|光アクセス|光回線|ADSL|WiMAX|専用線|VPN|イーサネット|Wi-?Fi|EZweb|spモード|iモード"), (4,)),
)


@dataclass(frozen=True)
class Reach:
    """Figures of one impact that reach the rule: which rule, on which day, through which clause."""

    rule: str
    on: str
    clause: Clause
    impact: Impact

    @property
    def message(self) -> str:
        """For a page: the rule, the day, the values."""
        users = f"{self.impact.users:,}"
        return (
            f"数値は報告の基準に届く(公式の扱いは確かめられていない): 基準 {self.rule}({self.clause.minutes}分以上・{self.clause.users:,}以上)、"
            f"{self.on}、{self.impact.service} {self.impact.duration_minutes}分・{users}"
        )


def reach(thresholds: Thresholds, incident: Incident) -> Reach | None:
    """The first impact whose figures reach the rule in force; None when none does, or figures or the rule are missing."""
    on = incident.started_at or (f"{incident.fiscal_year}-04-01" if incident.fiscal_year else None)
    rule = rule_in_force(thresholds, on) if on else None
    if rule is None or on is None:
        return None
    for impact in incident.impacts:
        if impact.users is None or impact.duration_minutes is None or impact.unit not in PEOPLE:
            continue
        found = [_reached(impact, rule.clauses_for(one)) for one in _classes(thresholds, incident, impact)]
        if found and all(found):
            return Reach(rule.id, on[:10], found[0], impact)  # type: ignore[arg-type]
    return None


def _classes(thresholds: Thresholds, incident: Incident, impact: Impact) -> tuple[int, ...]:
    known = tuple(one.id for one in thresholds.service_classes)
    if not known:
        raise NotFoundError("db/thresholds.yml names no class of service: add them there.")
    if incident.statutory_class is not None:
        return (incident.statutory_class,)
    return next((classes for pattern, classes in KINDS if pattern.search(impact.service)), known)


def _reached(impact: Impact, clauses: tuple[Clause, ...]) -> Clause | None:
    minutes, users = impact.duration_minutes or 0, impact.users or 0
    return next((one for one in clauses if one.condition is None and minutes >= one.minutes and users >= one.users), None)
