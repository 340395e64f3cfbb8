"""jiko-kb: a searchable knowledge base of Japanese telecom accidents, their causes and recurrence-prevention measures."""

__version__ = "0.1.0"
