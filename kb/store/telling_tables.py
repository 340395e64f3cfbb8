"""Which document tells what, as SQL: a measure, an impact or a statement is one row, however many documents tell of it."""

TELLINGS = """
CREATE TABLE measure_sources (
    id INTEGER PRIMARY KEY,
    measure_id INTEGER NOT NULL REFERENCES measures(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    status TEXT CHECK (status IN ('done', 'planned', 'ongoing')),
    completed_on TEXT,
    printed TEXT,
    likeness REAL NOT NULL CHECK (likeness BETWEEN 0 AND 1),
    page INTEGER,
    line INTEGER
);
CREATE TABLE impact_sources (
    id INTEGER PRIMARY KEY,
    impact_id INTEGER NOT NULL REFERENCES impacts(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    service TEXT NOT NULL,
    symptom TEXT,
    started_at TEXT,
    duration_minutes INTEGER,
    users INTEGER,
    users_max INTEGER,
    users_qualifier TEXT,
    unit TEXT NOT NULL,
    printed TEXT NOT NULL DEFAULT '{}',
    likeness REAL NOT NULL CHECK (likeness BETWEEN 0 AND 1),
    page INTEGER,
    line INTEGER
);
CREATE TABLE statement_sources (
    id INTEGER PRIMARY KEY,
    statement_id INTEGER NOT NULL REFERENCES statements(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    likeness REAL NOT NULL CHECK (likeness BETWEEN 0 AND 1),
    page INTEGER,
    line INTEGER
);
"""
