"""The question sheet: rules of `db/questions.yml` that apply, worded, cited, ordered, and varied in viewpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from kb.catalogue.place import data_directory
from kb.knowledge.question_rules import QuestionRule, load_questions
from kb.knowledge.taxonomy import load_taxonomy
from kb.reports.brief.basis import Sources, basis
from kb.reports.brief.case import Case, Match, matches
from kb.reports.brief.subject import Subject
from kb.reports.brief.wording import slots

PER_VIEWPOINT = 3
LATER = 0.95  # of a rule's second promise or measure against its first
ANSWERED = 0.9  # where the report states a measure of the kind that is asked for
DOUBT = 0.4  # how much a doubtful tag takes from the weight of what is asked because of it


@lru_cache(maxsize=1)
def rules() -> tuple[QuestionRule, ...]:
    """Our own rules. Raises CatalogueError when the file does not fit."""
    directory = data_directory()
    return load_questions(directory / "questions.yml", load_taxonomy(directory / "taxonomy.yml"))


def case_of(subject: Subject, parts: Mapping[str, Any]) -> Case:
    """The subject and the parts of its brief as the rules see them."""
    incident, classified = subject.incident, parts["classification"]
    chances: dict[str, float] = {}
    for assignment in incident.tags:
        chances[assignment.tag] = max(assignment.confidence, chances.get(assignment.tag, 0.0))
    durations = [i.duration_minutes for i in incident.impacts if i.duration_minutes is not None]
    users = [i.users for i in incident.impacts if i.users is not None and i.unit in ("users", "lines", "contracts")]
    return Case(
        tags=subject.quotes,
        chances=chances,
        text=subject.text,
        measures=incident.measures,
        not_stated=parts["not_stated"],
        missing=parts["missing_measures"],
        promises=parts["earlier_promises"],
        exchanges=parts["earlier_questions"],
        notice_minutes=parts["notification"]["first_notice_minutes"],
        guideline_minutes=parts["notification"]["guideline_minutes"],
        guideline_in_force=parts["notification"]["guideline"]["in_force"],
        minutes=max(durations, default=None),
        users=max(users, default=None),
        serious=classified["serious"],
    )


def questions(case: Case, sources: Sources, labels: Mapping[str, str], limit: int, given: Sequence[QuestionRule] | None = None) -> list[dict[str, Any]]:
    """At most `limit` questions, at most PER_VIEWPOINT of a viewpoint; each with what it stands on."""
    found = [(match, _weight(match, place, case)) for rule in given or rules() for place, match in enumerate(_varied(matches(rule, case)))]
    found.sort(key=lambda pair: (-pair[1], pair[0].rule.id))
    asked: list[dict[str, Any]] = []
    viewpoints: Counter[str] = Counter()
    used: Counter[str] = Counter()
    settled: set[str] = set()  # measures that a question has been asked about, and texts
    for match, weight in found:
        rule = match.rule
        if len(asked) >= limit:
            break
        if viewpoints[rule.viewpoint] >= PER_VIEWPOINT or used[rule.id] >= rule.at_most:
            continue
        if match.missing is not None and (match.missing["tag"] in settled or match.missing["taken_by"][0]["text"] in settled):
            continue
        text = rule.text.format_map(slots(match, case, labels)) if rule.slots else rule.text
        cited = basis(match, case, sources)
        if not cited or text in settled:
            continue
        viewpoints[rule.viewpoint] += 1
        used[rule.id] += 1
        settled |= {text, *rule.covers}
        if match.missing is not None:
            settled |= {match.missing["tag"], match.missing["taken_by"][0]["text"]}
        asked.append({"viewpoint": rule.viewpoint, "text": text, "basis": cited, "rule": rule.id, "weight": round(weight, 1)})
    return asked


def _varied(found: Sequence[Match]) -> list[Match]:
    """Promises of different accidents first: two of one accident say less than one of each."""
    seen: Counter[str] = Counter()
    ranked = []
    for match in found:
        key = match.promise["id"] if match.promise is not None else ""
        ranked.append((seen[key], match))
        seen[key] += 1
    return [match for _, match in sorted(ranked, key=lambda pair: pair[0])] if any(m.promise for m in found) else list(found)


def _weight(match: Match, place: int, case: Case) -> float:
    chance = max((case.chances.get(tag, 1.0) for tag in match.tags), default=1.0)
    answered = ANSWERED if any(measure in case.tags for measure in match.rule.covers) else 1.0
    return match.rule.weight * (1 - DOUBT * (1 - chance)) * answered * LATER**place
