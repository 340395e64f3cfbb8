"""What search stands on in `jiko.db`, as SQL: its own tables, indexes and full-text tables; the record itself is in kb.store.tables."""

# "-" and "_" stay inside a token, because concept ids are kebab-case.
TOKENIZER = "unicode61 remove_diacritics 0 tokenchars '-_'"

# What search reads: the lexicon, passages, vectors and frequencies.
SEARCH_TABLES = """
CREATE TABLE concepts (
    id TEXT PRIMARY KEY,
    label_ja TEXT NOT NULL,
    label_en TEXT NOT NULL,
    tag_id TEXT REFERENCES tags(id),
    broader TEXT REFERENCES concepts(id)
);
CREATE TABLE concept_forms (
    concept_id TEXT NOT NULL REFERENCES concepts(id) ON DELETE CASCADE,
    form TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (concept_id, form)
) WITHOUT ROWID;
CREATE TABLE readings (
    reading TEXT NOT NULL,
    word TEXT NOT NULL,
    form INTEGER NOT NULL CHECK (form IN (0, 1)),
    PRIMARY KEY (reading, word, form)
) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    incident_id TEXT REFERENCES incidents(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    words TEXT NOT NULL DEFAULT '',
    concepts TEXT NOT NULL DEFAULT '',
    statement_id INTEGER REFERENCES statements(id) ON DELETE CASCADE,
    measure_id INTEGER REFERENCES measures(id) ON DELETE CASCADE,
    impact_id INTEGER REFERENCES impacts(id) ON DELETE CASCADE,
    exchange_id INTEGER REFERENCES exchanges(id) ON DELETE CASCADE
);
CREATE TABLE embeddings (
    passage_id INTEGER PRIMARY KEY REFERENCES passages(id) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
CREATE TABLE incident_embeddings (
    incident_id TEXT PRIMARY KEY REFERENCES incidents(id) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    terms INTEGER NOT NULL CHECK (terms > 0),
    dimension INTEGER NOT NULL CHECK (dimension > 0),
    vocabulary TEXT NOT NULL,
    weights BLOB NOT NULL
);
CREATE TABLE precedents (
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    axis TEXT NOT NULL CHECK (axis IN ('all', 'trigger', 'mechanism', 'equipment', 'measure')),
    same_episode INTEGER NOT NULL CHECK (same_episode IN (0, 1)),
    rank INTEGER NOT NULL CHECK (rank > 0),
    other_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    score REAL NOT NULL CHECK (score > 0),
    PRIMARY KEY (incident_id, axis, same_episode, rank)
) WITHOUT ROWID;
CREATE TABLE recurrences (
    id INTEGER PRIMARY KEY,
    earlier_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    later_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    relation TEXT NOT NULL CHECK (relation IN ('company', 'group')),
    strength TEXT NOT NULL CHECK (strength IN ('strong', 'medium', 'weak')),
    score REAL NOT NULL,
    days INTEGER,
    tags TEXT NOT NULL,
    companies TEXT NOT NULL,
    UNIQUE (relation, later_id, earlier_id)
);
CREATE TABLE frequencies (
    unit TEXT NOT NULL CHECK (unit IN ('word', 'bigram', 'concept')),
    term TEXT NOT NULL,
    passages INTEGER NOT NULL CHECK (passages > 0),
    incidents INTEGER NOT NULL CHECK (incidents >= 0),
    PRIMARY KEY (unit, term)
) WITHOUT ROWID;
"""

INDEXES = """
CREATE INDEX documents_kind ON documents(kind);
CREATE INDEX incidents_fiscal_year ON incidents(fiscal_year);
CREATE INDEX incidents_started_at ON incidents(started_at);
CREATE INDEX incidents_factor ON incidents(factor);
CREATE INDEX carrier_names_folded ON carrier_names(folded);
CREATE INDEX incident_carriers_carrier ON incident_carriers(carrier_id);
CREATE INDEX incident_sources_document ON incident_sources(document_id);
CREATE INDEX incident_tags_tag ON incident_tags(tag_id, incident_id, confidence);
CREATE INDEX incident_tags_passage ON incident_tags(passage_id);
CREATE INDEX statistics_year ON statistics(fiscal_year, "table");
CREATE INDEX exchanges_meeting ON exchanges(meeting_id, position);
CREATE INDEX passages_field ON passages(field);
CREATE INDEX precedents_other ON precedents(other_id);
CREATE INDEX recurrences_earlier ON recurrences(earlier_id);
CREATE INDEX recurrences_later ON recurrences(later_id);
CREATE INDEX recurrences_order ON recurrences(relation, strength, score);
"""
# Every child table is looked up, and deleted from, by its incident and its document.
INDEXES += "".join(
    f"CREATE INDEX {table}_{column} ON {table}({column}_id);\n"
    for table, columns in {
        "unread": ("document",),
        "document_notes": ("document",),
        "document_changes": ("incident", "earlier", "later"),
        "meeting_incidents": ("incident",),
        "warnings": ("document", "incident"),
        "impacts": ("incident", "document"),
        "statements": ("incident", "document"),
        "measures": ("incident", "document", "carrier"),
        "measure_sources": ("measure", "document"),
        "impact_sources": ("impact", "document"),
        "statement_sources": ("statement", "document"),
        "guidance": ("incident", "document"),
        "inquiries": ("incident", "document"),
        "meetings": ("document",),
        "exchanges": ("incident", "answers"),
        "statistics": ("document",),
        "passages": ("incident", "document", "statement", "measure", "impact", "exchange"),
    }.items()
    for column in columns
)

# The two without content serve the search boxes of their tables' pages; the index fills them from passages. That of incidents
# holds them as wholes: it is what search asks of every incident at once.
FULL_TEXT = f"""
CREATE VIRTUAL TABLE incidents_fts USING fts5(words, concepts, content='', tokenize="{TOKENIZER}");
CREATE VIRTUAL TABLE measures_fts USING fts5(words, content='', tokenize="{TOKENIZER}");
CREATE VIRTUAL TABLE passages_fts USING fts5(words, concepts, content=[passages], content_rowid=id, tokenize="{TOKENIZER}");
CREATE TRIGGER passages_ai AFTER INSERT ON passages BEGIN
    INSERT INTO passages_fts(rowid, words, concepts) VALUES (new.id, new.words, new.concepts);
END;
CREATE TRIGGER passages_ad AFTER DELETE ON passages BEGIN
    INSERT INTO passages_fts(passages_fts, rowid, words, concepts) VALUES ('delete', old.id, old.words, old.concepts);
END;
CREATE TRIGGER passages_au AFTER UPDATE OF words, concepts ON passages BEGIN
    INSERT INTO passages_fts(passages_fts, rowid, words, concepts) VALUES ('delete', old.id, old.words, old.concepts);
    INSERT INTO passages_fts(rowid, words, concepts) VALUES (new.id, new.words, new.concepts);
END;
"""
