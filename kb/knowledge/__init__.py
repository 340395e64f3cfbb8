"""What we know of the field: lexicon, tags, reporting thresholds, identity of accidents."""
