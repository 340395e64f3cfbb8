"""Reports as text for a terminal. Takes the same dictionaries that `--json` prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

NOT_STATED = "記載なし"
SHOWN_HOLDING = 20  # the rest is counted; --json has all
SHOWN_MEASURES = 2
CLASSIFIED = {True: "重大な事故に当たる", False: "重大な事故に当たらない", None: "数値だけでは決まらない"}
STATUSES = {"enacted": "施行", "recommended": "答申の段階"}


def recurrences(answer: Mapping[str, Any]) -> None:
    """Chains, then pairs with both quotes and the measures, then what has held so far; weak pairs are only counted."""
    click.echo(answer["note"])
    click.echo(f"収録した最後の事故: {answer['as_of'] or NOT_STATED}")
    if answer["chains"]:
        _heading("連鎖")
        for chain in answer["chains"]:
            click.echo(f"  {'、'.join(chain['companies'])}: " + " → ".join(incident["id"] for incident in chain["incidents"]))
    for key, title in (("recurrences", "同じ会社"), ("group_recurrences", "同じグループの別の会社")):
        shown = [pair for pair in answer[key] if pair["strength"] != "weak"]
        _heading(f"{title}: {len(shown)} 組(ほかに弱い一致 {len(answer[key]) - len(shown)} 組)")
        for pair in shown:
            _pair(pair)
    _heading(f"これまで同種の記録なし: {len(answer['holding'])} 件")
    for held in answer["holding"][-SHOWN_HOLDING:]:
        years = f"{held['years_since']}年" if held["years_since"] is not None else "期間不明"
        click.echo(f"  {held['incident']['id']}  {years}  {'、'.join(tag['label_ja'] for tag in held['tags'])}")
        click.echo(f"    対策: {_measure(held['measures'][0])}")
    if len(answer["holding"]) > SHOWN_HOLDING:
        click.echo(f"  (新しい {SHOWN_HOLDING} 件を表示。全件は --json)")


def _heading(text: str) -> None:
    click.echo()
    click.echo(click.style(text, bold=True))


def _pair(pair: Mapping[str, Any]) -> None:
    days = f"{pair['days_between']}日後" if pair["days_between"] is not None else "日数不明"
    click.echo(f"  {pair['earlier']['id']} → {pair['later']['id']}  {days}  一致: {pair['strength_ja']}  {'、'.join(pair['companies'])}")
    for tag in pair["tags"]:
        if not tag["generic"]:
            click.echo(f"    {tag['label_ja']}")
            click.echo(f"      先: {tag['earlier_evidence'][0]}")
            click.echo(f"      後: {tag['later_evidence'][0]}")
    matches = {True: "一致", False: "不一致", None: NOT_STATED}
    click.echo(f"    設備: {matches[pair['equipment']['matches']]}  サービス: {matches[pair['service']['matches']]}")
    for measure in pair["measures"][:SHOWN_MEASURES]:
        click.echo(f"    対策: {_measure(measure)} — {measure['timing_ja']}")
    if len(pair["measures"]) > SHOWN_MEASURES:
        click.echo(f"    (ほかに対策 {len(pair['measures']) - SHOWN_MEASURES} 件)")


def _measure(measure: Mapping[str, Any]) -> str:
    states = {"done": "実施済み", "planned": "予定", "ongoing": "継続中", None: NOT_STATED}
    month = f" {measure['completed_on']}" if measure["completed_on"] else ""
    return f"{measure['text']}[{states[measure['status']]}{month}]"


def statistics(answer: Mapping[str, Any]) -> None:
    """A table of counts; by fiscal year with the official figures, else over the spans between two changes of the rule."""
    click.echo(f"{answer['label']}別の件数(収録 {answer['total']} 件" + ("、重複して数える)" if answer["overlapping"] else ")"))
    if answer["by"] == "fy":
        rows = []
        for row in answer["rows"]:
            if row["change"]:
                rows.append([f"--- {row['change']}"])
            official = "・".join(str(value["value"]) for value in row["official_values"]) or NOT_STATED
            rows.append([row["label"], official, row["held_official"], row["held_not_stated"], row["held"]])
        table(["年度", "公式", "収録・重大な事故", "収録・区別の記載なし", "収録・合計"], rows)
        for matrix in [*answer["matrices"], answer["held_matrix"]]:
            _heading(f"{matrix['label']}" + (f" {matrix['fiscal_year']}年度(総務省)" if "fiscal_year" in matrix else ""))
            cells = [[row, *("-" if cell is None else f"{cell:g}" for cell in line)] for row, line in zip(matrix["rows"], matrix["cells"])]
            table(["", *matrix["columns"]], cells)
    else:
        spans = list(answer["rows"][0]["periods"]) if answer["rows"] else []
        table([answer["label"], *spans, "合計"], [[row["label"], *(row["periods"].get(span, 0) for span in spans), row["held"]] for row in answer["rows"]])
    for note in answer["notes"]:
        click.echo(f"注: {note['text_ja']}")


def ledger(answer: Mapping[str, Any]) -> None:
    """Documents with what stayed unread, fiscal years, and documents that are only cited."""
    _heading(f"読み込んだ文書: {len(answer['documents'])} 件(ほかに当方の記録 {answer['catalogue']['documents']} 件)")
    for document in answer["documents"]:
        share = "文字数不明" if document["share"] is None else f"{document['read']:,}/{document['characters']:,} 字 ({document['share']:.2%})"
        click.echo(f"  {document['title'] or document['file']}  {share}  事故 {document['incidents']} 件")
        for run in document["unread"]:
            click.echo(f"    未読 {_place(run['position'])}: {run['text']}")
        for warning in document["warnings"]:
            click.echo(f"    {warning['code']} {_place(warning['position'])}: {warning['message']}")
    _heading("年度ごとの重大な事故")
    rows = [
        [str(year["fiscal_year"] or NOT_STATED), NOT_STATED if year["official"] is None else year["official"], year["held_official"], year["held"], year["state_ja"]]
        for year in answer["fiscal_years"]
    ]  # fmt: skip
    table(["年度", "公式", "収録・重大な事故", "収録・合計", "状況"], rows)
    if answer["absent_years"]:
        click.echo(f"収録のない年度: {'、'.join(map(str, answer['absent_years']))}")
    shares = answer["shares"]
    click.echo(f"原因まで分かる事故 {shares['with_cause']}/{shares['accidents']} 件、再発を防ぐ対策のある事故 {shares['with_prevention']} 件")
    click.echo(f"重大な事故の別: 出典にある {shares['stated']} 件、数値だけが基準に届く {shares['by_figures']} 件、確かめられない {shares['not_established']} 件")
    click.echo(f"その後の知らせがない約束(2024年より前の予定): {len(answer['promises_without_news'])} 件")
    click.echo(f"写しや個人の記事だけにもとづく記録: {len(answer['resting_on_copies'])} 件 {' '.join(one['incident'] for one in answer['resting_on_copies'])}")
    cited = answer["cited_not_held"]
    _heading(f"引用しただけで保有していない文書: {cited['documents']} 件")
    for publisher in cited["publishers"]:
        click.echo(f"  {publisher['documents']:>4}  {publisher['publisher'] or NOT_STATED}")


def _place(position: Mapping[str, int | None]) -> str:
    parts = [f"p.{position['page']}" if position["page"] else "", f"{position['line']}行" if position["line"] else ""]
    return " ".join(part for part in parts if part) or "位置不明"


def classification(answer: Mapping[str, Any]) -> None:
    """The verdict under the rule in force, then under every rule, with what is missing."""
    verdict = CLASSIFIED[answer["serious"]]
    if answer["rule_in_force"] is None:
        verdict = "適用する基準を一つに決められない"
    click.echo(f"{answer['date'] or '日付の指定なし'}: {verdict}")
    for rule in answer["verdicts"]:
        mark = "(適用)" if rule["in_force"] else f"({STATUSES[rule['status']]})"
        click.echo(f"  {rule['label_ja']}{mark}: {CLASSIFIED[rule['serious']]}")
        for clause in rule["clauses"]:
            missing = [f"{clause['missing_minutes']}分" if clause["missing_minutes"] else "", f"{clause['missing_users']:,}人" if clause["missing_users"] else ""]
            lacking = "、".join(part for part in missing if part)
            condition = f"、条件: {clause['condition']}" if clause["condition"] else ""
            click.echo(f"    {clause['minutes']}分以上かつ{clause['users']:,}人以上{condition}: {'達する' if clause['reached'] else f'不足 {lacking}'}")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns as wide as their widest cell on a terminal, where a Japanese character takes two places; numbers to the right."""
    lines = [[str(cell) for cell in row] for row in rows]
    full = [line for line in lines if len(line) == len(head)]
    widths = [max(_width(line[i]) for line in [list(head), *full]) for i in range(len(head))]
    numeric = [i > 0 and all(line[i].replace("-", "0").replace(".", "").isdigit() or line[i] == NOT_STATED for line in full) for i in range(len(head))]
    for line in [list(head), *lines]:
        padded = [_pad(cell, widths[i], numeric[i]) for i, cell in enumerate(line)] if len(line) == len(head) else line
        click.echo("  " + "  ".join(padded).rstrip())


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
