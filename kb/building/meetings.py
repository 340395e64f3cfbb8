"""Meetings of `db/meetings/` into rows, and their giving way to the official minutes of the same meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kb.catalogue.meetings import MeetingEntry
from kb.model import Meeting
from kb.store.meetings import drop_meeting_document
from kb.store.writer import Writer

COUNCIL = "総務省 電気通信事故検証会議"

# A meeting of ours on the same day; where both are numbered, of the same number: there can be two bodies on one day.
SAME = """
SELECT m.id, m.document_id, m.label, m.note, m.ended_on FROM meetings m JOIN documents d ON d.id = m.document_id AND d.kind = 'meeting'
WHERE m.held_on = ? AND length(m.held_on) = 10 AND (m.number IS NULL OR ? IS NULL OR m.number = ?) ORDER BY m.id LIMIT 1"""


def write_meeting(writer: Writer, entry: MeetingEntry) -> None:
    """A meeting with its turns; the incidents that it heard of cite it and the pages that tell of it."""
    meeting = entry.meeting
    first = meeting.sources[0] if meeting.sources else None
    document = writer.document(
        kind="meeting", title=meeting.label, publisher=first.publisher if first else COUNCIL, url=first.url if first else None,
        source_kind=first.kind if first else None, accessed_on=first.accessed_on if first else None, archived_url=first.archived_url if first else None,
        path=f"meetings/{entry.path}", sha256=entry.sha256, published_on=meeting.held_on,
    )  # fmt: skip
    writer.meeting(document, meeting, entry.abouts)
    told = set(entry.abouts)
    for incident_id in meeting.heard:
        writer.cite(incident_id, document, ["exchanges"] if incident_id in told else [])
        for source in meeting.sources[1:]:
            writer.cite(incident_id, writer.source_document(source), source.supports)


def write_official_meeting(writer: Writer, document: int, meeting: Meeting, heard: Sequence[str], abouts: Sequence[str | None]) -> None:
    """A meeting as its official minutes tell it, in place of our own record of it; its name and what it heard of are kept."""
    row = writer.db.execute(SAME, [meeting.held_on, meeting.number, meeting.number]).fetchone()
    label, note, ended_on, known = None, None, None, []
    if row:
        ours, our_document, label, note, ended_on = row
        known = [i for (i,) in writer.db.execute("SELECT incident_id FROM meeting_incidents WHERE meeting_id = ? ORDER BY incident_id", [ours])]
        drop_meeting_document(writer.db.conn, our_document)
    merged = replace(
        meeting, label=meeting.label or label, note=meeting.note or note, ended_on=meeting.ended_on or ended_on,
        heard=tuple(dict.fromkeys((*meeting.heard, *heard, *known))),
    )  # fmt: skip
    writer.meeting(document, merged, abouts)
