"""Records into rows: knowledge, catalogue entries, and documents joined to the incidents they tell of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.catalogue.incidents import CatalogueEntry
from kb.knowledge.carriers import Carriers, fold_name, load_carriers
from kb.knowledge.external_ids import ExternalId, load_external_ids
from kb.knowledge.lexicon import Lexicon, load_lexicon
from kb.knowledge.taxonomy import Taxonomy, load_taxonomy
from kb.store.writer import CarrierRow, Writer

KNOWLEDGE = ("carriers", "taxonomy", "lexicon", "thresholds", "external_ids")


@dataclass(frozen=True)
class Knowledge:
    """The YAML files of `db/` that are no incidents; `digests` maps a file's name to the SHA-256 of its content."""

    carriers: Carriers
    taxonomy: Taxonomy
    lexicon: Lexicon
    external_ids: tuple[ExternalId, ...]
    digests: dict[str, str]


def load_knowledge(directory: Path) -> Knowledge:
    """Read carriers.yml, taxonomy.yml, lexicon.yml and external_ids.yml; raises CatalogueError naming file and field."""
    files = {name: directory / f"{name}.yml" for name in KNOWLEDGE}
    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    taxonomy = load_taxonomy(files["taxonomy"])
    external_ids = load_external_ids(files["external_ids"], taxonomy)
    return Knowledge(load_carriers(files["carriers"]), taxonomy, load_lexicon(files["lexicon"]), external_ids, digests)


def write_knowledge(writer: Writer, knowledge: Knowledge) -> None:
    """Tags with their codes elsewhere, concepts with their forms, and companies with their names."""
    writer.tags(
        {
            "id": tag.key, "axis": tag.axis, "label_ja": tag.label_ja, "label_en": tag.label_en, "group_name": tag.group,
            "definition": tag.definition,
        }
        for tag in sorted(knowledge.taxonomy.tags, key=lambda tag: tag.key)
    )  # fmt: skip
    writer.external_ids({"tag_id": one.tag, "scheme": one.scheme, "code": one.code, "title": one.title} for one in knowledge.external_ids)
    tags = {tag.key for tag in knowledge.taxonomy.tags}
    writer.concepts(
        [
            {"id": c.id, "label_ja": c.label_ja, "label_en": c.label_en, "tag_id": c.tag if c.tag in tags else None, "broader": c.broader}
            for c in knowledge.lexicon.concepts
        ],
        ((c.id, form.text, form.kind) for c in knowledge.lexicon.concepts for form in c.forms),
    )
    write_carriers(writer, knowledge.carriers)


def write_carriers(writer: Writer, carriers: Carriers) -> None:
    """Companies, and every name that finds them: their own, brands, those of companies they absorbed, and groups."""
    for c in carriers.carriers:
        short = c.short_names[0] if c.short_names else None
        writer.carriers([CarrierRow(c.formal_names, c.slug, short, c.english, carriers.group_of(c.name))])
    names: list[tuple[str, str]] = []
    for c in carriers.carriers:
        names += [(name, "own") for name in c.own_names] + [(name, "brand") for name in c.everyday_names]
    for group in carriers.groups:
        names += [(name, "group") for name in (group.name, *group.names)]
    writer.carrier_names(
        (formal, name, "absorbed" if kind == "own" and not _bears(carriers, formal, name) else kind, fold_name(name))
        for name, kind in sorted(set(names))
        for formal in carriers.resolve(name)
    )


def _bears(carriers: Carriers, formal: str, name: str) -> bool:
    carrier = carriers.carrier_of(formal)
    return carrier is not None and name in carrier.own_names


def write_entry(writer: Writer, entry: CatalogueEntry) -> None:
    """A catalogue entry: the incident, what it says, and the documents that it cites."""
    incident = entry.incident
    document = writer.document(kind="catalogue", title=incident.title, publisher="jiko-kb", path=entry.path, sha256=entry.sha256)
    writer.incident(incident)
    writer.details(entry.id, incident, document)
    writer.cite(entry.id, document, ())
    for source in incident.sources:
        writer.cite(entry.id, writer.source_document(source), source.supports)


def write_tags(writer: Writer, entries: Iterable[CatalogueEntry]) -> None:
    """Curated tags, each tied to the passage that holds its evidence."""
    for entry in entries:
        passages = writer.db.execute("SELECT id, text FROM passages WHERE incident_id = ? ORDER BY id", [entry.incident.id]).fetchall()
        writer.incident_tags(
            {
                "incident_id": entry.incident.id, "tag_id": tag.tag, "evidence": tag.evidence, "method": tag.method, "confidence": tag.confidence,
                "passage_id": passage_of(tag.evidence, passages),
            }
            for tag in entry.incident.tags
        )  # fmt: skip


def passage_of(evidence: str, passages: Sequence[tuple[int, str]]) -> int | None:
    """The passage that holds the evidence; where it runs over several, the longest of them: "全国" in a sentence is no evidence of it."""
    whole = next((i for i, text in passages if evidence in text), None)
    parts = [(len(text), -i) for i, text in passages if text in evidence]
    return whole if whole is not None else -max(parts)[1] if parts else None
