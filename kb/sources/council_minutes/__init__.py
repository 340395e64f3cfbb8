"""Minutes of the council (電気通信事故検証会議 議事要旨) → `Report`."""

from kb.sources.council_minutes.minutes import KIND, LOOKED_FOR, parse, reasons, recognises

__all__ = ["KIND", "LOOKED_FOR", "parse", "reasons", "recognises"]
