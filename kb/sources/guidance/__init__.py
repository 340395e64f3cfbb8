"""The ministry's administrative guidance and requests to a company after an accident (行政指導, 要請) → `Report`."""

from kb.sources.guidance.paper import KIND, LOOKED_FOR, parse, reasons, recognises

__all__ = ["KIND", "LOOKED_FOR", "parse", "reasons", "recognises"]
