"""The hearing pack: what an accident is, what it resembles, what others did, what was promised before, and what to ask now."""

from kb.reports.brief.assembly import brief, of_incident, of_report, of_text

__all__ = ["brief", "of_incident", "of_report", "of_text"]
