"""Accidents whose own figures reach the reporting rule, marked so by rule and never by hand; whether they were reported stays open."""

from __future__ import annotations

from collections.abc import Iterable

from kb.catalogue.place import data_directory
from kb.knowledge.reporting_rules.judgement import load_thresholds
from kb.knowledge.reporting_rules.reach import reach
from kb.model import Incident, Notice
from kb.store.writer import Writer

REACHES_RULE = "reaches-rule"
MARK = "UPDATE incidents SET official_basis = 'figures' WHERE id = ? AND official IS NULL AND near_miss = 0"


def mark_reaching(writer: Writer, incidents: Iterable[Incident]) -> None:
    """Mark those of whom no source says whether they were official, with the rule, the day and the values."""
    rules = load_thresholds(data_directory() / "thresholds.yml")
    for incident in incidents:
        found = reach(rules, incident) if incident.official is None and not incident.near_miss else None
        if found and writer.db.execute(MARK, [incident.id]).rowcount:
            writer.warnings([Notice(REACHES_RULE, found.message)], None, incident.id)
