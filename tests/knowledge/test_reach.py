"""Figures held against the rule of their day; what decides nothing is left open."""

from __future__ import annotations

import pytest

from kb.catalogue.place import data_directory
from kb.knowledge.reporting_rules.judgement import load_thresholds
from kb.knowledge.reporting_rules.reach import reach
from kb.model import Impact, Incident

RULES = load_thresholds(data_directory() / "thresholds.yml")


def accident(service: str, minutes: int | None, users: int | None, on: str | None = "2024-05-01", unit: str = "users", statutory: int | None = None) -> Incident:
    impact = Impact(service, duration_minutes=minutes, users=users, unit=unit)
    return Incident("架空の障害", ("架空通信株式会社",), 2024, started_at=on, impacts=(impact,), statutory_class=statutory)


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        (accident("固定電話(緊急通報を含む)", 60, 30_000), True),
        (accident("固定電話(緊急通報を含む)", 59, 30_000), False),
        (accident("インターネット接続", 119, 999_999), False),
        (accident("インターネット接続", 120, 30_000), True),
        (accident("電子メール", 130, 40_000), False),  # free mail would need twelve hours or more
        (accident("電子メール", 130, 40_000, statutory=4), True),
        (accident("電子メール", 1500, 200_000), True),
        (accident("何かの役務", 130, 40_000), False),
        (accident("何かの役務", 130, 40_000, on="2010-05-01"), True),  # one rule for every service then
        (accident("携帯電話サービス", 600, 5_000_000, unit="base_stations"), False),
        (accident("携帯電話サービス", None, 5_000_000), False),
        (accident("携帯電話サービス", 600, None), False),
    ],
)
def test_figures_reach_only_what_they_reach(incident: Incident, expected: bool) -> None:
    assert (reach(RULES, incident) is not None) is expected


def test_the_message_names_rule_day_and_values() -> None:
    found = reach(RULES, accident("固定電話", 75, 41_000))
    assert found and all(part in found.message for part in ("four-classes", "2024-05-01", "75分", "41,000"))
