"""Precedents: incidents like a given one, or like a draft report, overall or on one axis."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from kb.errors import DocumentError, NotFoundError
from kb.formats.document import document_from_bytes, read_document
from kb.knowledge.carriers import fold_name
from kb.model import Incident, Report
from kb.search import drafts, likeness, profile, stored
from kb.search.as_json import draft_json, hits_json, summary
from kb.search.corpus import Corpus
from kb.search.filters import Filters, carrier_ids
from kb.search.grounds import explained
from kb.search.profile import AXES, Profile
from kb.search.ranking import Hit

EPISODE_DAYS = 10
EPISODE_LIKENESS = 0.35  # cosine of the causal chains
MAX_CHARACTERS = 200_000


@dataclass(frozen=True)
class Precedents:
    """Hits for an anchor; accidents of the same episode (days apart, same cause chain) stand apart."""

    anchor: str | None
    axis: str
    hits: tuple[Hit, ...]
    same_episode: tuple[Hit, ...]
    total: int
    notice: str | None = None
    read: Incident | None = None  # what was read of a draft, with the tags proposed for it


def of(
    connection: sqlite3.Connection,
    corpus: Corpus,
    source: str,
    *,
    stdin: bytes | None = None,
    axis: str = "all",
    other_carriers: bool = False,
    limit: int = 10,
    explain: bool = False,
) -> Precedents:
    """Precedents of an incident id, of a file, or of the bytes of `stdin`. Raises NotFoundError or DocumentError."""
    if connection.execute("SELECT 1 FROM incidents WHERE id = ?", [source]).fetchone() and stdin is None:
        return of_incident(connection, corpus, source, axis=axis, other_carriers=other_carriers, limit=limit, explain=explain)
    if stdin is None and not Path(source).is_file():
        raise NotFoundError(f"There is neither an incident nor a file {source!r}: give an id as `kb search` shows it, a file, or - for stdin.")
    document = read_document(Path(source)) if stdin is None else document_from_bytes(stdin, "stdin")
    return of_report(connection, corpus, drafts.read(document), axis=axis, other_carriers=other_carriers, limit=limit)


def of_incident(
    connection: sqlite3.Connection, corpus: Corpus, incident_id: str, *, axis: str = "all", other_carriers: bool = False, limit: int = 10,
    explain: bool = False,
) -> Precedents:
    """Precedents of a stored incident, as the database holds them; computed where more are asked for. `explain` adds the signals of a score."""
    if axis not in AXES:
        raise ValueError(f"axis must be one of {AXES}, not {axis!r}")
    own = [r[0] for r in connection.execute("SELECT carrier_id FROM incident_carriers WHERE incident_id = ?", [incident_id])]
    found = stored.held(connection, incident_id, axis, own if other_carriers else ())
    if len(found.hits) < limit and not found.whole:
        anchor = profile.of_incident(connection, corpus, incident_id)
        filters = Filters(excluded=(incident_id,), excluded_carriers=tuple(own) if other_carriers else ())
        every, episode = computed(connection, corpus, anchor, (axis, "all"), incident_id, filters)
        hits, apart = ([hit for hit in every[axis] if (hit.id in episode) is same] for same in (False, True))
    else:
        hits, apart = ([Hit(other, score, {}, ()) for other, score in one] for one in (found.hits, found.episode))
        profiles = profile.of_incidents(connection, corpus, [incident_id, *(hit.id for hit in (*hits, *apart) if explain)])
        anchor = profile.with_evidence(connection, profiles.pop(incident_id), incident_id)
        if explain:
            signals = {hit.id: hit.signals for hit in likeness.scored(anchor, likeness.stored_others(connection, corpus, incident_id, profiles), axis, corpus)}
            hits, apart = ([replace(hit, signals=signals.get(hit.id, {})) for hit in one] for one in (hits, apart))
    shown = _with_reasons(connection, anchor, hits, axis, limit)
    near = tuple(explained(connection, anchor, hit, axis) for hit in apart)
    return Precedents(incident_id, axis, shown, near, len(hits), None if shown else _nothing(axis))


def of_text(
    connection: sqlite3.Connection, corpus: Corpus, text: str, *, axis: str = "all", other_carriers: bool = False, carrier: str | None = None, limit: int = 10
) -> Precedents:
    """Precedents of a draft report or a description. Raises NotFoundError for an unknown `carrier`, DocumentError for a text without words."""
    report = drafts.read_text(text.replace("\0", " ")[:MAX_CHARACTERS])
    return of_report(connection, corpus, report, axis=axis, other_carriers=other_carriers, carrier=carrier, limit=limit)


def of_report(
    connection: sqlite3.Connection, corpus: Corpus, report: Report, *, axis: str = "all", other_carriers: bool = False, carrier: str | None = None,
    limit: int = 10,
) -> Precedents:  # fmt: skip
    """Precedents of the first accident of a document that was read; `carrier` says whose it is where the document does not."""
    if not report.incidents:
        raise DocumentError(f"{report.title or 'The document'} tells of no accident: give a report on one, or the id of an incident.")
    incident = report.incidents[0]
    own = carrier_ids(connection, carrier) if carrier else [i for name in incident.carriers for i in _known(connection, name)]
    incident = replace(incident, carriers=incident.carriers or ((carrier,) if carrier else ()), tags=incident.tags or profile.proposed_tags(incident))
    anchor = profile.of_record(connection, corpus, incident, incident.tags)
    hits = _compared(connection, corpus, anchor, axis, Filters(excluded_carriers=tuple(own) if other_carriers else ()))
    shown = _with_reasons(connection, anchor, hits, axis, limit)
    return Precedents(None, axis, shown, (), len(hits), _notice(report, axis, bool(shown), other_carriers and not own), incident)


def _known(connection: sqlite3.Connection, name: str) -> list[int]:
    rows = connection.execute("SELECT DISTINCT carrier_id FROM carrier_names WHERE folded = ? ORDER BY 1", [fold_name(name)])
    return [row[0] for row in rows]


def _with_reasons(connection: sqlite3.Connection, anchor: Profile, hits: Sequence[Hit], axis: str, limit: int) -> tuple[Hit, ...]:
    """The first hits that have a reason to show: a likeness that nothing can be shown for is no precedent."""
    told = (explained(connection, anchor, hit, axis) for hit in hits)
    return tuple(islice((hit for hit in told if hit.why), limit))


def _notice(report: Report, axis: str, found: bool, nobody: bool) -> str | None:
    told = [] if found else [_nothing(axis)]
    if any(warning.code == drafts.NO_CAUSE for warning in report.warnings):
        told.append("原因や経緯の節が見つからなかったため、本文全体から読み取りました。")
    if len(report.incidents) > 1:
        told.append(f"文書にある{len(report.incidents)}件の事故のうち、最初の1件について探しました。")
    if nobody:
        told.append("文書の事業者がこのデータベースにないため、どの事業者の事故も除いていません。")
    return "".join(told) or None


def _nothing(axis: str) -> str:
    advice = "別の観点(axis)を選ぶか、" if axis != "all" else ""
    return f"似た事故は見つかりませんでした。{advice}原因や経緯を具体的に書き足して試してください。"


def by_axis(
    connection: sqlite3.Connection,
    corpus: Corpus,
    anchor: Profile,
    axes: Sequence[str],
    *,
    incident_id: str | None = None,
    limit: int = 10,
) -> dict[str, Precedents]:
    """Precedents of a profile on several axes at once; `explained` tells why, hit by hit.

    `incident_id` names the stored incident that the profile is of: its precedents are those that the database holds, as far as they go.
    """
    answers = {}
    if incident_id is not None and limit <= stored.DEPTH:
        for axis in axes:
            held = stored.held(connection, incident_id, axis)
            rest, near = (tuple(Hit(other, score, {}, ()) for other, score in one) for one in (held.hits, held.episode))
            answers[axis] = Precedents(incident_id, axis, rest[:limit], near, len(rest), None if rest else _nothing(axis))
        return answers
    every, episode = computed(connection, corpus, anchor, axes, incident_id)
    for axis, hits in every.items():
        rest, near = (tuple(hit for hit in hits if (hit.id in episode) is same) for same in (False, True))
        answers[axis] = Precedents(incident_id, axis, rest[:limit], near, len(rest), None if rest else _nothing(axis))
    return answers


def computed(
    connection: sqlite3.Connection, corpus: Corpus, anchor: Profile, axes: Sequence[str], incident_id: str | None = None, filters: Filters | None = None
) -> tuple[dict[str, list[Hit]], set[str]]:
    """Hits by axis, the other incidents being read only once, and which are of the episode of `incident_id`; that wants the axis "all"."""
    filters = filters or (Filters(excluded=(incident_id,)) if incident_id is not None else Filters())
    own = [r[0] for r in connection.execute("SELECT carrier_id FROM incident_carriers WHERE incident_id = ?", [incident_id])]
    others = likeness.others(connection, corpus, anchor, filters)
    found = {axis: likeness.scored(anchor, others, axis, corpus) for axis in axes}
    every = [hit for hits in found.values() for hit in hits]
    return found, _same_episode(connection, incident_id, own, every) if incident_id is not None else set()


def scores_of(connection: sqlite3.Connection, corpus: Corpus, incident_id: str) -> stored.Scores:
    """What `precedents` is to hold of a stored incident, computed."""
    anchor = profile.of_incidents(connection, corpus, [incident_id])[incident_id]
    found, episode = computed(connection, corpus, anchor, AXES, incident_id)
    return {axis: [(hit.id, hit.score, int(hit.id in episode)) for hit in hits] for axis, hits in found.items()}


def _compared(connection: sqlite3.Connection, corpus: Corpus, anchor: Profile, axis: str, filters: Filters) -> list[Hit]:
    if axis not in AXES:
        raise ValueError(f"axis must be one of {AXES}, not {axis!r}")
    return likeness.scored(anchor, likeness.others(connection, corpus, anchor, filters), axis, corpus)


def _same_episode(connection: sqlite3.Connection, incident_id: str, carriers: Sequence[int], hits: Sequence[Hit]) -> set[str]:
    """Incidents of the same carrier within days and with the same cause chain."""
    start = _day(connection, incident_id)
    if start is None:
        return set()
    marks = ", ".join("?" * len(carriers))
    sql = f"SELECT DISTINCT incident_id FROM incident_carriers WHERE carrier_id IN ({marks})"
    same_carrier = {row[0] for row in connection.execute(sql, carriers)}
    close = set()
    for hit in hits:
        day = _day(connection, hit.id) if hit.id in same_carrier else None
        if day and abs((day - start).days) <= EPISODE_DAYS and max(hit.signals.get("words", 0), hit.signals.get("mechanism", 0)) >= EPISODE_LIKENESS:
            close.add(hit.id)
    return close


def _day(connection: sqlite3.Connection, incident_id: str) -> datetime.date | None:
    """The day an incident began; None when its source gives a month at best."""
    started_at = connection.execute("SELECT started_at FROM incidents WHERE id = ?", [incident_id]).fetchone()[0]
    return datetime.date.fromisoformat(started_at[:10]) if started_at and len(started_at) >= 10 else None


def result_json(connection: sqlite3.Connection, result: Precedents, *, explain: bool = False) -> dict[str, Any]:
    """The contract's object for precedents."""
    answer: dict[str, Any] = {
        "query": result.anchor, "axis": result.axis, "terms": [], "expansions": {}, "total": result.total,
        "hits": hits_json(connection, result.hits, explain=explain),
        "same_episode": hits_json(connection, result.same_episode, explain=explain),
    }  # fmt: skip
    if result.anchor:
        answer["anchor"] = summary(connection, result.anchor)
    if result.read:
        answer["draft"] = draft_json(connection, result.read)
    if result.notice:
        answer["notice"] = result.notice
    return answer
