"""What a company promised after an accident: whose promise it is, whether it prevents, and what it speaks to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kb.japanese.text import folded
from kb.knowledge.measure_kinds import NOTICE
from kb.reports.accidents import Accident, HeldMeasure
from kb.reports.companies import Company
from kb.reports.pertinence import Pertinence

# Below this a measure's words and tags have nothing to do with the cause: 公衆電話を置く against an arson.
LEAST_PERTINENCE = 0.1
MOST_OF = 0.75  # of its best score, from which a measure is said to be against another of the causes too
# Causes that a better notice speaks to; against any other it prevents nothing.
OF_NOTICES = frozenset({"prolonging/poor-notification", "prolonging/premature-recovery-notice"})
# Measures that say that something will be found out or set up, and not what will be done.
REPORT = "measure/report-to-authority"
UNSPECIFIC = frozenset({"measure/root-cause-analysis", "measure/task-force", REPORT})


def makers(accident: Accident, measure: HeldMeasure, companies: Mapping[int, Company]) -> frozenset[int]:
    """The companies that promised it: the one named, or those that answer for the accident where all are of one group."""
    if measure.owner is not None:
        return frozenset()
    answering = accident.answering
    if measure.carrier_id is not None:
        return frozenset({measure.carrier_id}) & frozenset(answering)
    groups = {companies[i].group or f"company {i}" for i in answering}
    return frozenset(answering) if len(groups) == 1 else frozenset()


def prevents(measure: HeldMeasure, tags: Iterable[str] = ()) -> bool:
    """Does it keep causes from coming back? A better notice does where one of the causes `tags` is a late or a wrong notice."""
    if measure.tags and measure.tags <= UNSPECIFIC:
        return False
    # A measure of unknown kind stands under 再発防止策 in its source.
    if measure.kind in ("prevention", None):
        return True
    return REPORT not in measure.tags and bool(measure.tags & NOTICE and OF_NOTICES & frozenset(tags))


def may_speak(measure: HeldMeasure, cause: str) -> bool:
    """A late or wrong notice is met by better notices alone, and these meet nothing else."""
    return (cause in OF_NOTICES) is bool(measure.tags and measure.tags <= NOTICE) or (cause in OF_NOTICES and bool(measure.tags & NOTICE))


def speaking(pertinence: Pertinence, accident: Accident, measures: Iterable[HeldMeasure], tags: Sequence[str]) -> list[tuple[HeldMeasure, float]]:
    """Those measures that prevent and speak to these causes of their accident, the most pertinent first."""
    heard = [(measure, [tag for tag in tags if may_speak(measure, tag)]) for measure in measures]
    scored = [(measure, pertinence.score(accident, measure, causes)) for measure, causes in heard if causes and prevents(measure, causes)]
    # Without tags too little is known of a measure to say that it does not speak to the cause.
    return sorted(((m, score) for m, score in scored if score >= LEAST_PERTINENCE or not m.tags), key=lambda pair: -pair[1])


def same_promise(text: str) -> str:
    """What is compared to tell whether two accidents tell the same promise."""
    return "".join(folded(text).split()).rstrip("。")
