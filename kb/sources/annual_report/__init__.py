"""The ministry's annual report (電気通信サービスの事故発生状況) → `Report`."""

from kb.sources.annual_report.report import KIND, LOOKED_FOR, parse, reasons, recognises

__all__ = ["KIND", "LOOKED_FOR", "parse", "reasons", "recognises"]
