"""Measures that official documents tell of held accidents, paired with the catalogue's own wording of them: the pairs taken and the runners-up.

    python -m bench.identity DOCUMENT...

Read the pairs: one that is none, or a measure left over that is held, is a fault. The gap between the least like pair and the
likest other pair is what `SAME_MEASURE` stands in.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kb.building.documents import Context
from kb.building.reading import read_file
from kb.catalogue.incidents import load_catalogue
from kb.catalogue.place import data_directory
from kb.knowledge.identity import KnownIncident, match
from kb.knowledge.likeness import likeness
from kb.knowledge.retold import SAME_MEASURE, same_measures
from kb.model import Measure


def main(documents: list[str]) -> None:
    context = Context.load()
    entries = [entry.incident for entry in load_catalogue(data_directory() / "catalogue")]
    known = [KnownIncident(incident, "catalogue") for incident in entries]
    taken: list[tuple[float, str, str]] = []
    others: list[tuple[float, str, str]] = []
    left: list[str] = []
    for name in documents:
        for told in read_file(Path(name), "auto", context.thresholds)[1].incidents:
            found = match(told, known, context.carriers.resolve, group_of=context.carriers.group_of)
            held = next((incident for incident in entries if incident.id == found.id), None)
            if held is not None:
                pairs = same_measures(held.measures, told.measures)
                chosen = {(i, j) for i, j, _ in pairs}
                taken += [(score, held.measures[i].text, told.measures[j].text) for i, j, score in pairs]
                others += _others(held.measures, told.measures, chosen)
                left += [f"{held.id}: {m.text}" for j, m in enumerate(told.measures) if j not in {j for _, j in chosen}]
    within = [pair for incident in entries for pair in _within(incident.measures)]
    for title, found_pairs in (("taken for the same, the least like first", sorted(taken)), ("taken for different ones, the likest first", sorted(others, reverse=True)),
                               ("different ones within the catalogue", sorted(within, reverse=True))):  # fmt: skip
        print(f"{len(found_pairs)} {title} (threshold {SAME_MEASURE})")
        for score, one, other in found_pairs[:8]:
            print(f"  {score:.3f}  {one}\n         {other}")
    print(f"{len(left)} told and not held" + "".join(f"\n  {text}" for text in left))


def _others(held: tuple[Measure, ...], told: tuple[Measure, ...], chosen: set[tuple[int, int]]) -> list[tuple[float, str, str]]:
    return [(likeness(a.text, b.text), a.text, b.text) for i, a in enumerate(held) for j, b in enumerate(told) if (i, j) not in chosen]


def _within(measures: tuple[Measure, ...]) -> list[tuple[float, str, str]]:
    return [(likeness(a.text, b.text), a.text, b.text) for i, a in enumerate(measures) for b in measures[i + 1 :]]


if __name__ == "__main__":
    main(sys.argv[1:])
