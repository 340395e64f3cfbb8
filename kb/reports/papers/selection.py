"""What a reader leaves in: questions and precedents ticked off before a brief is set."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any


def question_key(question: Mapping[str, Any]) -> str:
    """A short name of a question that stays the same while its words do."""
    return hashlib.sha256(f"{question['viewpoint']}\n{question['text']}".encode()).hexdigest()[:10]


def chosen(brief: Mapping[str, Any], questions: Collection[str], precedents: Collection[str]) -> dict[str, Any]:
    """The brief with those questions (by key) and precedents (by id) alone.

    A precedent that was taken out is cited nowhere any more: not as taker of a measure, not for its first notice, not as the
    basis of a question; what stood on nothing else goes with it.
    """
    out = {entry["id"] for entry in brief["precedents"]} - set(precedents)

    def kept(entries: Any) -> list[Any]:
        return [entry for entry in entries if entry["id"] not in out]

    missing = [{**entry, "taken_by": kept(entry["taken_by"])} for entry in brief["missing_measures"]]
    asked = []
    for question in brief["questions"]:
        basis = [one for one in question["basis"] if one["kind"] not in ("precedent", "measure") or one["id"] not in out]
        if question_key(question) in questions and basis:
            asked.append({**question, "basis": basis})
    by_axis = {axis: kept(entries) for axis, entries in (brief.get("precedents_by_axis") or {}).items()}
    return {
        **brief,
        "precedents": kept(brief["precedents"]),
        "precedents_by_axis": by_axis,
        "missing_measures": [entry for entry in missing if entry["taken_by"]],
        "notification": {**brief["notification"], "precedents": kept(brief["notification"]["precedents"])},
        "questions": asked,
    }
