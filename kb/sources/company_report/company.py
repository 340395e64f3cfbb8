"""Whose report it is, and which other companies it says were struck or at fault."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.formats.layout import Document
from kb.japanese.text import nfkc
from kb.sources.annual_report.sheet_values import carrier_name
from kb.sources.company_report.blocks import Block, of_topic

_FORM = "株式会社|有限会社|合同会社"
_NAME = r"[一-鿿々ぁ-んァ-ヴーA-Za-z0-9・&＆.\-]{1,26}?"
_TAIL = r"[一-鿿々ァ-ヴーA-Za-z0-9・&＆.\-]{1,26}"
COMPANY = re.compile(rf"(?:(?:{_FORM}|\(株\)|\(有\))\s?{_TAIL}|(?!当社|弊社|本社|会社|委託先|当該|本日|同日|平成|令和)(?:[一-鿿々ァ-ヴーA-Za-z0-9・&＆]|(?:(?<=[、。(「:\s])|^)[ぁ-ん])(?:{_NAME})?\s?(?:{_FORM}|\(株\)|\(有\)))|一般(?:社団|財団)法人{_TAIL}|[一-鿿]{{2,12}}(?:市|町|村)(?:有線放送|ケーブルテレビ)?(?=\s*(?:情報|CATV|ケーブル))")
_NOT_THE_REPORTER = re.compile(r"委託|ベンダ|メーカ|協力会社|製造|納入|施工|保守(?:会社|業者|ベンダ)|卸(?:元|事業者)|接続(?:先|事業者)|他社|提供元|取引先|親会社|子会社|グループ会社|工事(?:会社|業者)|様(?:$|[、の])|御中|殿")
_PARTICLES = re.compile(r"^(?:報告者|会社名|社名|事業者名|商号|名称|発表者|当社|弊社|のは|である)[::]?\s*")
_ROLE = re.compile(r"\s*(?:代表取締役|取締役|社長|執行役員|技術(?:本部|部)|広報|お客様|カスタマー|ネットワーク|設備|運用|総務|サービス|本社|支店|支社|プレス|ニュース|お知らせ|報道|CSIRT).*$")


def carriers(found: list[Block], document: Document) -> tuple[str, ...]:
    """Formal names of whom the report is by: labelled, else the first company of the head, else the one that signs."""
    for block in of_topic(found, "carrier"):
        named = [name for piece in block.pieces for name in companies(piece.text)] or [_bare(piece.text) for piece in block.pieces[:1]]
        if any(named):
            return tuple(dict.fromkeys(filter(None, named)))
    lines = [line.text.strip() for line in document.lines if line.text.strip()]
    for text in [*lines[:12], *reversed(lines[-6:])]:
        for name, before, after in _with_context(text):
            if not _NOT_THE_REPORTER.search(before[-10:]) and not re.match(r"\s*(?:様|御中|殿|製|の保守|が保守)", after):
                return (name,)
    for text in lines:
        for name, before, after in _with_context(text):
            if not _NOT_THE_REPORTER.search(before[-12:] + after[:4]) and re.match(r"\s*(?:は|が|では|の|において|に対し|から)", after):
                return (name,)
    return ()


def companies(text: str) -> list[str]:
    """All company names of a text, as formal names."""
    return [name for name, _, _ in _with_context(text)]


def _with_context(text: str) -> Iterator[tuple[str, str, str]]:
    plain = nfkc(text)
    for match in COMPANY.finditer(plain):
        name = carrier_name(_ROLE.sub("", _PARTICLES.sub("", match.group().strip())))
        if len(name) > 4:
            yield name, plain[: match.start()], plain[match.end() :]


def _bare(text: str) -> str | None:
    name = _ROLE.sub("", nfkc(text)).strip(" :・")
    return name if 2 <= len(name) <= 30 and "。" not in name else None
