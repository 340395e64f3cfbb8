"""How a query is read: what it states as a condition, and the terms and concepts of its topic."""

from kb.search.query.condition import Condition
from kb.search.query.names import AMBIGUOUS_NAMES, stored_carrier_names
from kb.search.query.reading import Knowledge, ReadQuery, read_query, stored_lexicon

__all__ = ["AMBIGUOUS_NAMES", "Condition", "Knowledge", "ReadQuery", "read_query", "stored_carrier_names", "stored_lexicon"]
