"""Print docs/schema.md: every table and column of a fresh database with the descriptions of metadata.yml.

python docs/schema.py > docs/schema.md
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import yaml

from kb.store.schema import create

METADATA = Path(__file__).resolve().parent.parent / "metadata.yml"
HEAD = """# Schema of `jiko.db`

Made by `python docs/schema.py` from the schema and from `metadata.yml`; do not edit. Times are ISO 8601 as precise as the source; durations are minutes;
NULL is "not stated".
"""


def page() -> str:
    """The whole page as Markdown."""
    connection = sqlite3.connect(":memory:")
    create(connection)
    described = yaml.safe_load(METADATA.read_text(encoding="utf-8"))["databases"]["jiko"]["tables"]
    lines = [HEAD]
    for name in described:
        table = described[name]
        lines += [f"## {name}", "", f"{table['title']}: {table['description']}", "", "| column | type | meaning |", "|---|---|---|"]
        references = {row[3]: f"{row[2]}.{row[4] or 'rowid'}" for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')}
        for _, column, kind, required, _, key in connection.execute(f'PRAGMA table_info("{name}")'):
            marks = [kind.lower() or "any", *(["key"] if key else []), *(["required"] if required and not key else []), *([f"→ {references[column]}"] if column in references else [])]
            lines.append(f"| `{column}` | {', '.join(marks)} | {str(table['columns'].get(column, '')).replace('|', '/')} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(page())
