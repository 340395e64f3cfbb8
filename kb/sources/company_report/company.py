"""Whose report it is, and which other companies it says were struck or at fault."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.formats.layout import Document
from kb.japanese.text import nfkc
from kb.sources.annual_report.sheet_values import carrier_name
from kb.sources.company_report.blocks import Block, of_topic

_FORM = re.compile(r"株式会社|有限会社|合同会社|\(株\)|\(有\)|(?:一般|公益)(?:社団|財団)法人|(?:協同)?組合(?=[\sのはが、。]|$)")
_BEFORE = re.compile(r"[一-鿿々ぁ-んァ-ヴーA-Za-z0-9・&.\-]{1,30}$")
_AFTER_WHOLE = re.compile(r"\s?(?![はがのをにとでへもや])[一-鿿々ぁ-んァ-ヴーA-Za-z0-9・&.\-]{2,20}(?=\s*(?:$|[\n(（、。:：」]|代表|お客|カスタマ))")
_AFTER = re.compile(r"\s?[一-鿿々ァ-ヴーA-Za-z0-9・&.\-]{2,30}(?:(?![はがのをにとでへもや])[ぁ-ん]{1,4}[一-鿿ァ-ヴー]{1,12})*")
_LABELS = re.compile(r"^(?:(?:.*(?:報告者|会社名|社名|事業者名?|商号|名称|発表者|当社|弊社|発信|提供))|(?:ならびに|および|及び|並びに|している|である|した|する|このたび|この度|今回|本日|かつ|また))+")
_HIRAGANA = re.compile("[ぁ-ん]")
_PARTICLE = re.compile(r"^.*(?:において|における|について|により|に対し|から|より|まで|[のはがをにとやで、])")
_NOT_THE_REPORTER = re.compile(r"委託|ベンダ|メーカ|協力会社|製造|納入|施工|保守(?:会社|業者|ベンダ)|卸(?:元|事業者)|接続(?:先|事業者)|他社|提供元|取引先|親会社|子会社|グループ会社|工事(?:会社|業者)|様(?:$|[、の])|御中|殿")
_NO_NAME = re.compile(r"^(?:平成|令和|昭和|\d|本日|同日|当該|各|同|他|両|数|複数)")


def carriers(found: list[Block], document: Document, by_grammar: bool = True) -> tuple[str, ...]:
    """Formal names of whom the report is by: labelled, else the first company of the head, else the one that signs.

    `by_grammar` cuts names off the words before them by their particles, for which a dictionary is loaded; a first look needs none.
    """
    for block in of_topic(found, "carrier"):
        named = [name for piece in block.pieces for name in companies(piece.text, by_grammar)]
        named = named or [name for piece in block.pieces[:1] if (name := _bare(piece.text))]
        if named:
            return tuple(dict.fromkeys(named))
    lines = [line.text.strip() for line in document.lines if line.text.strip()]
    for text in [*lines[:12], *reversed(lines[-6:])]:
        for name, before, after in _with_context(text, by_grammar):
            if not _NOT_THE_REPORTER.search(before[-10:]) and not re.match(r"\s*(?:様|御中|殿|製|の保守|が保守)", after):
                return (name,)
    for text in lines:
        for name, before, after in _with_context(text, by_grammar):
            if not _NOT_THE_REPORTER.search(before[-12:] + after[:4]) and re.match(r"\s*(?:は|が|では|の|において|に対し|から)", after):
                return (name,)
    return ()


def companies(text: str, by_grammar: bool = True) -> list[str]:
    """All company names of a text, as formal names."""
    return [name for name, _, _ in _with_context(text, by_grammar)]


def _with_context(text: str, by_grammar: bool) -> Iterator[tuple[str, str, str]]:
    """(formal name, what stands before it, what after); the form may lead the name or follow it."""
    plain = nfkc(text)
    taken = 0
    for form in _FORM.finditer(plain):
        if form.start() < taken:
            continue
        before = _BEFORE.search(plain[taken : form.start()])
        alone = before is not None and before.start() == 0 and not taken and form.end() == len(plain.rstrip())  # a line that only names it holds no particle
        stem = _LABELS.sub("", before.group() if alone else _cut(before.group(), by_grammar)) if before else ""
        if stem and not _NO_NAME.match(stem):
            start, end = form.start() - len(stem), form.end()
        elif after := _AFTER_WHOLE.match(plain[form.end() :]) or _AFTER.match(plain[form.end() :]):
            start, end = form.start(), form.end() + after.end()
        else:
            continue
        taken = end
        name = carrier_name(plain[start:end])
        if len(name) > 4:
            yield name, plain[:start], plain[end:]


def _cut(text: str, by_grammar: bool) -> str:
    if not by_grammar or not _HIRAGANA.search(text):
        return _PARTICLE.sub("", text)
    from kb.japanese.terms import after_particles

    return after_particles(text)


def _bare(text: str) -> str | None:
    name = nfkc(text).strip(" :・")
    return name if 2 <= len(name) <= 30 and "。" not in name else None
