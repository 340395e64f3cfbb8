"""Whose measure is it? What its words tell where no source tells it apart: a company of the accident, or an authority."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kb.japanese.text import nfkc

_AUTHORITY = r"総務省|経済産業省|国土交通省|金融庁|内閣府|政府|国|東京都|都|道|府|県|市|町|村|自治体|消防庁|警察庁|ICT-ISAC|業界団体|[^\s、。()]{2,8}(?:県|市|町|村)"
_SUBJECT = re.compile(rf"^(?P<owner>{_AUTHORITY})(?:の(?:指導|要請|指摘))?(?:[:は、]|が[、]?)")
_IN_BRACKETS = re.compile(rf"[(](?P<owner>{_AUTHORITY})(?:の(?:指導事項|要請事項|指導|要請|整備計画|計画|事業))?[)]$")
_ASKED_AGAIN = re.compile(r"[(]同[)]$")
_OUTSIDERS = re.compile(r"^(?:影響を受けた)?[^、。]{0,12}(?:銀行|利用企業|利用者|加入者|顧客)側で?は")
OUTSIDER = "利用者側"


def authority_of(text: str, before: str | None = None) -> str | None:
    """The ministry, authority or other outsider whose measure or demand it is; `before` is that of the measure printed before (「同」)."""
    plain = nfkc(text).rstrip("。")
    if _OUTSIDERS.match(plain):
        return OUTSIDER
    if _ASKED_AGAIN.search(plain):
        return before
    found = _SUBJECT.match(plain) or _IN_BRACKETS.search(plain)
    return found["owner"] if found else None


def company_of(text: str, names: Mapping[str, Iterable[str]]) -> str | None:
    """The one company that the text names as the doer ("KDDI: …", "…は", "…(ドコモ、6日…)"); `names` maps each to what it goes by."""
    plain = nfkc(text)
    found = {company for company, known in names.items() if any(_does(plain, nfkc(name)) for name in known if len(name) > 1)}
    return found.pop() if len(found) == 1 else None


def _does(plain: str, name: str) -> bool:
    escaped = re.escape(name)
    before = r"(?:^|[、。:\s])"
    return bool(
        re.search(rf"^{escaped}(?:グループ|社長)?(?:[:はがの]|社長)", plain)
        or re.search(rf"{before}{escaped}(?:は|が)(?![^()]*[)])", plain)
        or re.search(rf"[(]{escaped}[)、,]", plain)
    )
