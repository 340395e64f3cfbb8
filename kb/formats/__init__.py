"""Bytes of a file → laid-out text with offsets; knows no telecom."""
