"""The tables of `jiko.db` as SQL. Times, units and the meaning of NULL follow kb.model."""

# In tables WITHOUT ROWID the columns of the primary key come first and in its order: SQLite 3.40's integrity check takes
# a value for NULL otherwise.
TABLES = """
CREATE TABLE builds (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('catalogue', 'meeting', 'annual-report', 'council-minutes', 'company-report', 'guidance', 'web')),
    title TEXT,
    publisher TEXT,
    url TEXT,
    original_url TEXT,
    path TEXT,
    sha256 TEXT UNIQUE,
    published_on TEXT,
    fiscal_year INTEGER,
    characters INTEGER CHECK (characters >= 0),
    read_characters INTEGER CHECK (read_characters BETWEEN 0 AND characters),
    stage TEXT CHECK (stage IN ('first', 'interim', 'final')),
    secondary INTEGER NOT NULL DEFAULT 0 CHECK (secondary IN (0, 1)),
    source_kind TEXT CHECK (source_kind IN ('ministry', 'company', 'press', 'copy', 'blog')),
    accessed_on TEXT,
    archived_url TEXT,
    content BLOB
);
CREATE TABLE document_changes (
    id INTEGER PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    earlier_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    later_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    before TEXT,
    after TEXT
);
CREATE TABLE unread (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    page INTEGER,
    line INTEGER,
    text TEXT NOT NULL
);
CREATE TABLE document_notes (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    page INTEGER,
    line INTEGER
);
CREATE TABLE warnings (
    id INTEGER PRIMARY KEY,
    document_id INTEGER REFERENCES documents(id) ON DELETE CASCADE,
    incident_id TEXT REFERENCES incidents(id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    page INTEGER,
    line INTEGER
);
CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    title TEXT NOT NULL,
    fiscal_year INTEGER,
    started_at TEXT,
    ended_at TEXT,
    duration_minutes INTEGER CHECK (duration_minutes >= 0),
    users INTEGER CHECK (users >= 0),
    users_unit TEXT CHECK (users_unit IN ('users', 'lines', 'contracts', 'households', 'base_stations', 'cases')),
    area TEXT,
    official INTEGER CHECK (official IN (0, 1)),
    official_basis TEXT CHECK (official_basis IN ('stated', 'figures')),
    near_miss INTEGER NOT NULL DEFAULT 0 CHECK (near_miss IN (0, 1)),
    statutory_class INTEGER CHECK (statutory_class BETWEEN 1 AND 4),
    factor TEXT CHECK (factor IN ('equipment', 'human', 'external', 'other')),
    factor_basis TEXT CHECK (factor_basis IN ('stated', 'inferred')),
    title_en TEXT,
    summary_ja TEXT,
    summary_en TEXT
);
CREATE TABLE carriers (
    id INTEGER PRIMARY KEY,
    slug TEXT UNIQUE,
    name TEXT NOT NULL UNIQUE,
    short_name TEXT,
    name_en TEXT,
    group_name TEXT
);
CREATE TABLE carrier_names (
    carrier_id INTEGER NOT NULL REFERENCES carriers(id) ON DELETE CASCADE,
    folded TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('own', 'brand', 'absorbed', 'group')),
    name TEXT NOT NULL,
    PRIMARY KEY (carrier_id, folded, kind)
) WITHOUT ROWID;
CREATE TABLE incident_carriers (
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    carrier_id INTEGER NOT NULL REFERENCES carriers(id),
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    role TEXT CHECK (role IN ('responsible', 'affected', 'reseller')),
    role_basis TEXT CHECK (role_basis IN ('stated', 'inferred')),
    PRIMARY KEY (incident_id, carrier_id)
) WITHOUT ROWID;
CREATE TABLE incident_sources (
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    supports TEXT NOT NULL DEFAULT '[]',
    started_at TEXT,
    ended_at TEXT,
    area TEXT,
    page INTEGER,
    line INTEGER,
    PRIMARY KEY (incident_id, document_id)
) WITHOUT ROWID;
CREATE TABLE impacts (
    id INTEGER PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    label TEXT,
    carrier_id INTEGER REFERENCES carriers(id),
    service TEXT NOT NULL,
    symptom TEXT,
    started_at TEXT,
    duration_minutes INTEGER CHECK (duration_minutes >= 0),
    users INTEGER CHECK (users >= 0),
    users_max INTEGER CHECK (users_max >= users),
    users_qualifier TEXT CHECK (users_qualifier IN ('exact', 'approx', 'max', 'at_least', 'range')),
    unit TEXT NOT NULL CHECK (unit IN ('users', 'lines', 'contracts', 'households', 'base_stations', 'cases')),
    printed TEXT NOT NULL DEFAULT '{}',
    page INTEGER,
    line INTEGER
);
CREATE TABLE statements (
    id INTEGER PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('cause', 'prolonging', 'lesson', 'notification', 'consequence', 'disagreement', 'note')),
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    channel TEXT,
    at TEXT,
    page INTEGER,
    line INTEGER
);
CREATE TABLE keywords (
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    keyword TEXT NOT NULL,
    PRIMARY KEY (incident_id, keyword)
) WITHOUT ROWID;
CREATE TABLE measures (
    id INTEGER PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    completed_on TEXT,
    status TEXT CHECK (status IN ('done', 'planned', 'ongoing')),
    printed TEXT,
    carrier_id INTEGER REFERENCES carriers(id),
    owner TEXT,
    kind TEXT CHECK (kind IN ('prevention', 'recovery', 'compensation', 'report')),
    followed_up TEXT,
    owner_basis TEXT CHECK (owner_basis IN ('stated', 'inferred')),
    kind_basis TEXT CHECK (kind_basis IN ('stated', 'inferred')),
    page INTEGER,
    line INTEGER
);
CREATE TABLE guidance (
    id INTEGER PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    due_on TEXT,
    authority TEXT,
    issued_on TEXT,
    page INTEGER,
    line INTEGER
);
CREATE TABLE inquiries (
    id INTEGER PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    carrier_id INTEGER REFERENCES carriers(id),
    count INTEGER NOT NULL CHECK (count >= 0),
    as_of TEXT,
    printed TEXT
);
CREATE TABLE meetings (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    held_on TEXT NOT NULL,
    number INTEGER,
    place TEXT,
    hours TEXT,
    items TEXT NOT NULL DEFAULT '[]',
    label TEXT,
    ended_on TEXT,
    note TEXT
);
CREATE TABLE meeting_incidents (
    meeting_id INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    PRIMARY KEY (meeting_id, incident_id)
) WITHOUT ROWID;
CREATE TABLE exchanges (
    id INTEGER PRIMARY KEY,
    meeting_id INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
    incident_id TEXT REFERENCES incidents(id) ON DELETE SET NULL,
    position INTEGER NOT NULL,
    viewpoint TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('question', 'answer', 'remark', 'summary')),
    text TEXT NOT NULL,
    answers_id INTEGER REFERENCES exchanges(id) ON DELETE SET NULL,
    page INTEGER,
    line INTEGER
);
CREATE TABLE tags (
    id TEXT PRIMARY KEY,
    axis TEXT NOT NULL CHECK (axis IN ('trigger', 'mechanism', 'prolonging', 'measure', 'equipment', 'service')),
    label_ja TEXT NOT NULL,
    label_en TEXT NOT NULL,
    group_name TEXT,
    definition TEXT NOT NULL
);
CREATE TABLE external_ids (
    tag_id TEXT NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
    scheme TEXT NOT NULL,
    code TEXT NOT NULL,
    title TEXT,
    PRIMARY KEY (tag_id, scheme, code)
) WITHOUT ROWID;
CREATE TABLE incident_tags (
    incident_id TEXT NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    tag_id TEXT NOT NULL REFERENCES tags(id),
    evidence TEXT NOT NULL CHECK (evidence <> ''),
    passage_id INTEGER REFERENCES passages(id) ON DELETE CASCADE,
    method TEXT NOT NULL CHECK (method IN ('curated', 'rule', 'model')),
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    PRIMARY KEY (incident_id, tag_id, evidence)
) WITHOUT ROWID;
CREATE TABLE statistics (
    id INTEGER PRIMARY KEY,
    document_id INTEGER REFERENCES documents(id) ON DELETE CASCADE,
    fiscal_year INTEGER,
    "table" TEXT NOT NULL,
    row TEXT NOT NULL,
    "column" TEXT NOT NULL,
    value REAL NOT NULL,
    unit TEXT NOT NULL,
    note TEXT,
    page INTEGER,
    line INTEGER
);
"""
