"""The search page: hits with marked sentences, facets, and how the query was read."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from kb.errors import EmbeddingError
from kb.reports import meetings
from kb.search import candidates, no_hits
from kb.search.as_json import result_json
from kb.search.conditions import Binding
from kb.search.query import ReadQuery
from kb.search.ranking import SIGNAL_WEIGHTS
from kb.web.condition_labels import condition_label
from kb.web.examples import EXAMPLES
from kb.web.facets import TAG_AXES, facets
from kb.web.finding import Found, find
from kb.web.labels import AXES, CONDITIONS, FACTORS, MODES
from kb.web.page import Answer, Ask
from kb.web.parameters import Form, read_form

WITHOUT_MODEL = "意味による検索は使えません。語だけで検索しました。理由: "
SHOWN_FACET_VALUES = 8  # the rest is folded away


def answer(ask: Ask) -> Answer:
    """`/search`: a ranked list for a query, or the newest incidents that pass the filters when there is no query."""
    form = read_form(ask)
    found, mode, warning = _found(ask, form)
    query, data, matched = found.result.query, result_json(ask.connection, found.result, explain=True), found.matching
    counted = facets(ask.connection, form, matched)
    data |= {"page": form.page, "size": form.size, "pages": -(-data["total"] // form.size), "mode": mode}
    data["meetings"] = meetings.find(ask.connection, form.q) if form.q and form.page == 1 else []
    if warning:
        data["warning"] = warning
    if not data["hits"] and data["total"]:
        data["notice"] = f"{form.page} 頁目はありません。該当する {data['total']} 件は {data['pages']} 頁までです。"
    suggested = [] if data["hits"] else suggestions(ask.connection, form, query, mode)
    data |= {
        "facets": {name: [{k: v for k, v in asdict(value).items() if k != "url"} for value in values] for name, values in counted.items()},
        "suggestions": [{"label": label, "url": url} for label, url in suggested],
    }
    extra = {
        "form": form, "facets": counted, "facet_names": FACET_NAMES, "shown": SHOWN_FACET_VALUES, "removable": removable(ask.connection, form),
        "reading": reading(ask.connection, form, query), "conditions": conditions(form, found.result.bindings), "suggestions": suggested, "examples": EXAMPLES, "weights": {**SIGNAL_WEIGHTS, "semantic": ask.corpus.embedding_weight or 1.0},
        "modes": MODES, "fiscal_years": _fiscal_years(ask.connection), "everything": _everything(ask.connection, form),
        "listed": query.empty, "openings": _openings(ask.connection, data["hits"]) if query.empty else {},
    }  # fmt: skip
    return Answer(data, extra)


FACET_NAMES = {
    "carrier": "事業者(合併した会社を含む)", "fiscal_year": "年度", "factor": "要因(総務省の4区分)", "official": "重大な事故", **{axis: AXES[axis] for axis in TAG_AXES},
}  # fmt: skip


def _found(ask: Ask, form: Form) -> tuple[Found, str, str | None]:
    """(what was found, mode used, warning); keyword search stands in when the vectors cannot be used."""

    def look(mode: str) -> Found:
        return find(ask.connection, ask.corpus, form.q, form.filters, mode, form.size, form.offset, frozenset(form.off), frozenset(form.soft))

    try:
        return look(form.mode), form.mode, None
    except EmbeddingError as error:
        return look("keyword"), "keyword", WITHOUT_MODEL + str(error)


def _openings(connection: sqlite3.Connection, hits: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Incident → the beginning of its causal chain, for lists that no query made."""
    sql = "SELECT text FROM statements WHERE incident_id = ? AND kind = 'cause' ORDER BY document_id, position LIMIT 1"
    rows = {hit["id"]: connection.execute(sql, [hit["id"]]).fetchone() for hit in hits}
    return {incident_id: row[0] for incident_id, row in rows.items() if row}


def removable(connection: sqlite3.Connection, form: Form) -> list[tuple[str, str]]:
    """(label, address without it) of every active filter."""
    found = [(f"事業者: {name}", form.without("carrier", name)) for name in form.carrier]
    if form.fy_from is not None or form.fy_to is not None:
        years = f"{form.fy_from}年度" if form.fy_from == form.fy_to else f"{form.fy_from or ''}〜{form.fy_to or ''}年度"
        found.append((f"年度: {years}", form.url(fy_from=None, fy_to=None)))
    if form.factor:
        found.append((f"要因: {FACTORS[form.factor]}", form.url(factor=None)))
    if form.official:
        found.append(("重大な事故のみ", form.url(official=False)))
    for parameter, name in (("cause", "原因"), ("measure", "対策"), ("tag", "タグ")):
        found += [(f"{name}: {_tag_label(connection, tag)}", form.without(parameter, tag)) for tag in getattr(form, parameter)]
    return found


def _tag_label(connection: sqlite3.Connection, tag: str) -> str:
    row = connection.execute("SELECT label_ja FROM tags WHERE id = ?1 OR substr(id, instr(id, '/') + 1) = ?1 LIMIT 1", [tag]).fetchone()
    return row[0] if row else tag


def reading(connection: sqlite3.Connection, form: Form, query: ReadQuery) -> Mapping[str, list[Any]]:
    """How the query was read, each part with the address that leaves it out."""
    terms = []
    for term in query.terms:
        rest = " ".join((form.q[: term.start] + " " + form.q[term.end :]).split())
        terms.append({"text": form.q[term.start : term.end], "read_as": term.text, "url": replace(form, q=rest).url() if rest else None})
    labels = dict(connection.execute("SELECT id, label_ja FROM concepts"))
    forms = dict(query.expansions)
    return {
        "terms": terms,
        "concepts": [
            {"id": m.concept_id, "surface": m.surface, "label": labels.get(m.concept_id, m.concept_id), "forms": forms.get(m.surface, ()),
             "url": form.with_value("off", m.concept_id)}
            for m in query.concepts
        ],
        "off": [{"id": name, "label": labels.get(name, name.partition(":")[2] or name), "url": form.without("off", name)} for name in form.off],
        "heard": [{"text": form.q[t.start : t.end], "read_as": t.text} for t in query.heard],
    }  # fmt: skip


def conditions(form: Form, bindings: Sequence[Binding]) -> list[dict[str, object]]:
    """What the query states as a condition, in words, each with the addresses that drop it and that make it bind or only raise."""
    found: list[dict[str, object]] = []
    for binding in bindings:
        one = binding.condition
        softened = one.key in form.soft
        found.append(
            {
                "text": one.text, "kind": CONDITIONS[one.kind], "label": condition_label(one), "strict": binding.strict, "left_out": binding.left_out,
                "drop": form.with_value("off", one.key), "soften": form.with_value("soft", one.key) if binding.strict and one.kind != "not" else None,
                "harden": form.without("soft", one.key) if softened else None,
            }
        )  # fmt: skip
    return found


def suggestions(connection: sqlite3.Connection, form: Form, query: ReadQuery, mode: str) -> list[tuple[str, str]]:
    """(label, address) of what to try when nothing was found."""
    found = []
    if form.page > 1:
        found.append(("1頁目を見る", form.url()))
    if form.filters and form.q:
        found.append(("絞り込みをすべて外す", form.unfiltered.url()))
    if form.mode == "keyword" and mode == "keyword" and form.q:
        found.append(("意味の近さも使って検索する", form.url(mode="hybrid")))
    found += [(f"「{word}」で検索する", form.url(q=word)) for word in no_hits.nearest_terms(connection, query)]
    known = candidates.frequencies(connection, "word", [term.text for term in query.terms])
    if len(query.terms) > 1:
        for term in query.terms:
            if term.text in known:
                word = form.q[term.start : term.end]
                found.append((f"「{word}」だけで検索する", form.unfiltered.url(q=word)))
    return found


def _fiscal_years(connection: sqlite3.Connection) -> list[int]:
    rows = connection.execute("SELECT DISTINCT fiscal_year FROM incidents WHERE fiscal_year IS NOT NULL ORDER BY fiscal_year DESC")
    return [row[0] for row in rows]


def _everything(connection: sqlite3.Connection, form: Form) -> str | None:
    """The address that lists all incidents, newest first."""
    first = connection.execute("SELECT min(fiscal_year) FROM incidents").fetchone()[0]
    return Form(fy_from=first, size=form.size).url() if first is not None else None
