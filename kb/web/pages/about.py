"""What the base is, what it is made of, what it lacks, and how well its search was measured to work.

The scores are measured when they are published, not when the page is asked for: `python -m bench.scores` writes them.
"""

from __future__ import annotations

import json
import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb.reports import ledger
from kb.store.rows import named_rows
from kb.web import metadata
from kb.web.page import Answer, Ask
from kb.web.parameters import Form

SCORES = Path(__file__).resolve().parent.parent / "scores.json"
PUBLISHERS = 12  # shown before the rest is summed up

COUNTS = """
SELECT (SELECT count(*) FROM incidents WHERE near_miss = 0) AS incidents,
       (SELECT count(*) FROM incidents WHERE near_miss = 1) AS near_misses,
       (SELECT count(*) FROM incidents WHERE official = 1) AS official,
       (SELECT count(*) FROM incidents WHERE official IS NULL) AS official_not_established,
       (SELECT count(*) FROM incidents WHERE factor_basis = 'inferred') AS factor_inferred,
       (SELECT count(*) FROM incidents WHERE users IS NULL) AS without_users,
       (SELECT count(*) FROM incidents WHERE duration_minutes IS NULL) AS without_duration,
       (SELECT count(*) FROM measures) AS measures,
       (SELECT min(fiscal_year) FROM incidents) AS first_fiscal_year,
       (SELECT max(fiscal_year) FROM incidents) AS last_fiscal_year
"""
# What the scores depend on; keys of `builds`, and what they are called when they differ from the measured ones.
MEASURED = {
    "sha256_catalogue": "目録", "sha256_lexicon": "用語集", "sha256_taxonomy": "タグの体系", "embedding_location": "意味ベクトルの模型",
    "tokenizer": "形態素解析器と辞書",
}  # fmt: skip
VERSIONS = {
    "program": "プログラム", "schema": "データベースの版", "tokenizer": "形態素解析", "embedding_name": "意味ベクトルの模型",
    "embedding_dimension": "意味ベクトルの次元",
}  # fmt: skip
KINDS = {
    "keyword": "用語", "natural": "文", "paraphrase": "言い換え(同じ語を使わない)", "english": "英語", "variant": "表記ゆれ", "symptom": "症状",
    "measure": "対策", "conditional": "事業者・時期の条件つき", "precedent": "似た先例", "all": "全体",
}  # fmt: skip
SETS = {"test.jsonl": "検索(判定済みの問い)", "similar-test.jsonl": "似た先例(判定済みの事故)"}
LIMITS = (
    "問いを書き、どの事故が当てはまるかを判定したのは、この知識ベースの作り手自身です。利用者の実際の検索語ではなく、第三者の判定でもありません。",
    "意味ベクトルの模型と重みは、別の問いで調整しましたが、対象は同じ事故です。新しい事故や別の資料では、これより低くなると考えてください。",
    "問いの少ない種類は区間が広く、種類どうしの小さな差に意味はありません。区間は問いを選び直したときの幅で、判定そのものの揺れは含みません。",
    "広い問いでは、評点1(関連はあるが主題ではない)をどこまで付けるかに好みが入ります。評点の付けられていない事故は、無関係として数えました。",
)


def answer(ask: Ask) -> Answer:
    """`/about`."""
    connection = ask.connection
    held = ledger.ledger(connection)
    facts = dict(connection.execute("SELECT key, value FROM builds"))
    data: dict[str, Any] = {
        "title": "この知識ベースについて",
        "counts": named_rows(connection, COUNTS)[0],
        "licence": {key: metadata.instance().get(key) for key in ("license", "license_url", "source")},
        "sources": {"cited": held["cited_not_held"], "read_in": len(held["documents"]), "catalogue": held["catalogue"]["documents"]},
        "coverage": [
            {key: year[key] for key in ("fiscal_year", "official", "held_official", "held_not_established", "held", "missing", "state", "state_ja")}
            for year in held["fiscal_years"]
        ],
        "build": {key: facts[key] for key in facts if key in VERSIONS or key.startswith("sha256_")},
        "search": {**published(), "limits_ja": list(LIMITS), "weakest": weakest(), "changed_since": _changed(connection)},
    }
    urls = {year["fiscal_year"]: Form(fy_from=year["fiscal_year"], fy_to=year["fiscal_year"]).url() for year in data["coverage"] if year["fiscal_year"]}
    return Answer(data, {"year_urls": urls, "versions": VERSIONS, "kinds": KINDS, "sets": SETS, "publishers": PUBLISHERS})


@lru_cache(maxsize=1)
def published() -> dict[str, Any]:
    """The scores that ship with the package: date, commands, tables, and the facts of the database they were measured on."""
    read: dict[str, Any] = json.loads(SCORES.read_text(encoding="utf-8"))
    return read


def weakest() -> str:
    """The kind of query with the lowest nDCG@10."""
    kinds: dict[str, dict[str, float]] = published()["sets"][0]["kinds"]
    return min((kind for kind in kinds if kind != "all"), key=lambda kind: kinds[kind]["ndcg@10"])


def measured_facts(connection: sqlite3.Connection) -> dict[str, object]:
    """What the scores depend on: hashes of the data, model, tokenizer, and the number of incidents."""
    facts = dict(connection.execute("SELECT key, value FROM builds"))
    incidents = connection.execute("SELECT count(*) FROM incidents").fetchone()[0]
    return {key: facts.get(key) for key in MEASURED} | {"incidents": incidents}


def _changed(connection: sqlite3.Connection) -> list[str]:
    """In Japanese, what of this database is not as it was when the scores were measured."""
    then, now = published()["database"], measured_facts(connection)
    return [name for key, name in (MEASURED | {"incidents": "収録件数"}).items() if then[key] != now[key]]
