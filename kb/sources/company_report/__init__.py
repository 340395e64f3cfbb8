"""A company's own report or announcement of an accident (報告書, 障害報告, お詫びとご報告) → `Report`."""

from kb.sources.company_report.report import KIND, LOOKED_FOR, parse, reasons, recognises

__all__ = ["KIND", "LOOKED_FOR", "parse", "reasons", "recognises"]
