"""Proposing tags for an accident, and measuring the proposals."""
