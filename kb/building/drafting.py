"""A document → draft records of the catalogue, every value with its place in the document; and an empty record to fill in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.building.proposals import trained_tagger
from kb.catalogue.draft import SCHEMA_PLACE, as_yaml
from kb.catalogue.place import data_directory
from kb.catalogue.record_keys import PRINTED
from kb.catalogue.schema import FILE
from kb.errors import CatalogueError, DocumentError
from kb.formats.document import Document
from kb.japanese.dates import find_moments, fiscal_year_of
from kb.knowledge.carrier_slugs import incident_stem
from kb.knowledge.carriers import Carriers, load_carriers
from kb.model import Impact, Incident, Measure, Position, Report
from kb.sources.moments import moment_problem
from kb.tagging.tagger import Tagger, propose


def drafts(document: Document, report: Report, carriers: Carriers) -> list[tuple[str, str]]:
    """(id, YAML) of every accident of a report. Raises DocumentError for a report without any."""
    if not report.incidents:
        raise DocumentError(f"{document.name}: no accident was read, so that there is nothing to draft; see what `kb parse` reads, or begin with `kb new`")
    tagger = trained_tagger()
    return [_draft(document, report, incident, carriers, tagger) for incident in report.incidents]


def _draft(document: Document, report: Report, incident: Incident, carriers: Carriers, tagger: Tagger) -> tuple[str, str]:
    """What the document does not state is null; a tag that is not likely enough to be taken is named in the head."""
    places = _Places(document, incident)
    values, comments = _values(report, incident, carriers, places)
    values["tags"] = []
    texts = _texts(values)
    doubtful = []
    for tag in propose(incident, tagger):
        quoted = next((text for text in (tag.evidence, tag.evidence.rstrip("。")) if any(text in whole for whole in texts)), None)
        if quoted and tag.confidence >= tagger.threshold(tag.tag.partition("/")[0]):
            comments[f"tags[{len(values['tags'])}].tag"] = f"proposed by {tag.method}, {tag.confidence:.2f}"
            values["tags"].append({"tag": tag.tag, "evidence": quoted})
        else:
            doubtful.append(f"{tag.tag} ({tag.confidence:.2f})")
    head = [f"Draft from {document.name} (SHA-256 {document.sha256}): check every value, then `kb check`.", "A comment names the line of the document; null = not stated there."]
    if doubtful:
        head.append(f"Tags that are less likely: {', '.join(doubtful)}")
    return values["id"], as_yaml(values, comments, head=head)


def empty_record(carrier: str | None, date: str | None) -> tuple[str | None, str]:
    """(id, YAML) of an empty record with every key explained. Raises CatalogueError for a date that is none."""
    if date is not None and (problem := moment_problem(date)):
        raise CatalogueError(f"--date {date!r} {problem}")
    carriers = load_carriers(data_directory() / "carriers.yml")
    known = carriers.carrier_of(carrier) if carrier else None
    formal = known.name if known else carrier
    incident_id = incident_stem(date, None, (formal,) if formal else (), carriers) if date or carrier else None
    values: dict[str, Any] = {"id": incident_id, "carriers": [formal] if formal else [], "started_at": date, "near_miss": False}
    if date and len(date) >= 7:
        values["fiscal_year"] = fiscal_year_of(date)
    head = ["Fill in what a source states, leave null what none does, then `kb check FILE` and `kb build`."]
    return incident_id, as_yaml(values, explained=True, head=head)


def place_record(text: str, incident_id: str | None, output: Path) -> Path:
    """Write a record to a file, or into a folder under its id; never over another. Raises CatalogueError."""
    path = output / f"{incident_id or 'new-incident'}.yml" if output.is_dir() else output
    schema = Path(os.path.relpath(FILE, path.parent)).as_posix()
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text.replace(SCHEMA_PLACE, schema, 1))
    except FileExistsError as error:
        raise CatalogueError(f"{path} is there already; name another file, or edit that one") from error
    except OSError as error:
        raise CatalogueError(f"{path} cannot be written ({error.strerror}); name a place where you may write") from error
    return path


class _Places:
    """Where values of an accident stand in its document."""

    def __init__(self, document: Document, incident: Incident) -> None:
        self._document = document
        self._incident = incident
        self._start = next((line.start for line in document.lines if line.position == incident.position), 0)
        found = [(m.value, m.start) for m in find_moments(document.text, incident.started_at)]
        self._moments = sorted(found, key=lambda moment: moment[1] < self._start)  # its own account first, then what stands before

    def of(self, position: Position | None) -> str:
        position = position or self._incident.position or Position()
        page, line = position.page, position.line
        return ", ".join(part for part in (f"page {page}" if page else "", f"line {line}" if line else "") if part) or "place not known"

    def text(self, text: str | None) -> str:
        offset = self._document.text.find(text, self._start) if text else -1
        if text and offset < 0:
            offset = self._document.text.find(text)
        return self.of(self._document.position(offset) if offset >= 0 else None)

    def moment(self, value: str) -> str:
        """The first place that gives the moment, else its day."""
        for length in (len(value), 10):
            for found, start in self._moments:
                if found[:length] == value[:length]:
                    return self.of(self._document.position(start))
        return self.of(None)


def _values(report: Report, incident: Incident, carriers: Carriers, places: _Places) -> tuple[dict[str, Any], dict[str, str]]:
    fiscal_year = incident.fiscal_year or fiscal_year_of(incident.started_at)
    values: dict[str, Any] = {
        "id": incident_stem(incident.started_at, fiscal_year, incident.carriers, carriers), "title": _title(report, incident), "carriers": list(incident.carriers),
        "fiscal_year": fiscal_year, "started_at": incident.started_at, "ended_at": incident.ended_at, "area": incident.area, "official": incident.official,
        "near_miss": incident.near_miss, "statutory_class": incident.statutory_class, "factor": incident.factor, "factor_basis": incident.factor_basis,
        "impacts": [_impact(i) for i in incident.impacts], "measures": [_measure(m) for m in incident.measures],
        "guidance": [{"text": d.text, "due_on": d.due_on, "authority": d.authority, "issued_on": d.issued_on} for d in incident.guidance],
        "roles": {name: role for name, role in incident.roles.items() if name in incident.carriers},
    }  # fmt: skip
    comments = {f"carriers[{n}]": places.text(name) for n, name in enumerate(incident.carriers)}
    comments |= {key: places.moment(values[key]) for key in ("started_at", "ended_at") if values[key]}
    comments |= {key: places.of(None) for key in ("official", "statutory_class", "factor") if values[key] is not None}
    if incident.area:
        comments["area"] = places.text(incident.area)
    comments |= {f"impacts[{number}].service": places.of(impact.position) for number, impact in enumerate(incident.impacts)}
    comments |= {f"measures[{number}].text": places.of(measure.position) for number, measure in enumerate(incident.measures)}
    comments |= {f"guidance[{number}].text": places.of(demand.position) for number, demand in enumerate(incident.guidance)}
    for key, kind in (("cause", "cause"), ("prolonging", "prolonging"), ("notes", "note")):
        found = [s for s in incident.statements if s.kind == kind]
        if found:
            values[key] = _paragraph([s.text for s in found])
            comments[key] = "; ".join(dict.fromkeys(places.of(s.position) for s in found))
    for key, kind in (("lessons", "lesson"), ("consequences", "consequence")):
        values[key] = list(dict.fromkeys(s.text for s in incident.statements if s.kind == kind))
    told = list(_told(incident))
    if told:
        values["notification"] = _paragraph(told)
        comments["notification"] = "; ".join(dict.fromkeys(places.of(n.position) for n in incident.notifications)) or places.of(None)
    supported = [key for key in ("started_at", "ended_at", "area", "impacts", "cause", "prolonging", "measures", "guidance", "notification") if values.get(key)]
    publisher = incident.carriers[0] if report.kind == "company-report" and incident.carriers else "総務省" if report.kind else None
    if publisher:
        kind = "company" if report.kind == "company-report" else "ministry"
        values["sources"] = [{"publisher": publisher, "title": report.title, "supports": supported, "kind": kind}]
    return values, comments


def _title(report: Report, incident: Incident) -> str:
    return incident.title or report.title or "表題は未記入"


def _paragraph(texts: list[str]) -> str:
    return "".join(text if text.endswith(("。", "」", ")", ")")) else f"{text}。" for text in dict.fromkeys(text.strip() for text in texts))


def _told(incident: Incident) -> Iterator[str]:
    yield from (s.text for s in incident.statements if s.kind == "notification")
    for notice in incident.notifications:
        yield f"{notice.channel}: {notice.text}" if notice.channel not in notice.text else notice.text
    for inquiry in incident.inquiries:
        yield f"申告・問合せ {inquiry.count:,}件" + (f"({inquiry.as_of}時点)" if inquiry.as_of else "")


def _impact(impact: Impact) -> dict[str, Any]:
    return {
        "label": impact.label, "carrier": impact.carrier, "service": impact.service, "symptom": impact.symptom, "started_at": impact.started_at,
        "duration_minutes": impact.duration_minutes, "users": impact.users, "users_max": impact.users_max, "users_qualifier": impact.users_qualifier,
        "unit": impact.unit, "printed": {name: text for name, text in impact.printed.items() if name in PRINTED},
    }  # fmt: skip


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "text": measure.text, "completed_on": measure.completed_on, "status": measure.status, "printed": measure.printed, "carrier": measure.carrier,
        "owner": measure.owner, "kind": measure.kind, "followed_up": measure.followed_up,
    }  # fmt: skip


def _texts(values: dict[str, Any]) -> list[str]:
    """Texts that a tag's evidence may quote."""
    found = [values.get(key) for key in ("title", "cause", "prolonging", "notification", "notes")]
    found += [text for impact in values["impacts"] for text in (impact["service"], impact["symptom"])]
    found += [measure["text"] for measure in values["measures"]] + [*values["lessons"], *values["consequences"]]
    return [text for text in found if isinstance(text, str)]
