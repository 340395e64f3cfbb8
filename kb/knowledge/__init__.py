"""What we know of the field: carriers, lexicon, taxonomy, reporting rules, identity of accidents."""
