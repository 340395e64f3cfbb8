"""What a measure is for: keeping the accident from coming back, putting right, making good, or telling.

Only prevention keeps an accident from coming back. A measure's tags decide; its words decide between the two meanings of
a tag that covers both, and for a measure without tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.japanese.text import nfkc

# Measure tags that prevent nothing by themselves; every other one prevents, limits, or readies for the next time.
NOT_PREVENTION = {
    "measure/rollback": "recovery", "measure/restart-reset": "recovery", "measure/detour": "recovery", "measure/switch-to-spare": "recovery",
    "measure/emergency-power": "recovery", "measure/mobile-base-station": "recovery", "measure/physical-repair": "recovery",
    "measure/traffic-control": "recovery", "measure/alternative-means": "recovery",
    "measure/refund": "compensation",
    "measure/report-to-authority": "report", "measure/individual-contact": "report", "measure/user-notification": "report",
    "measure/recovery-notice-rule": "report", "measure/user-preparedness": "report",
}  # fmt: skip
# Tags that mean a repair of what broke or a standing precaution, as their words tell.
AMBIGUOUS = frozenset({"measure/hardware-replacement", "measure/backup-restore"})
_PRECAUTION = re.compile(r"全て|すべて|全[^国体般]|同種|同型|他の|別機種|別の機種|検査|潜んで|能力の高い|改修|2次|二次|外部|取得|定期|多重|世代")
# Telling users better next time speaks to a cause of its own; see kb.reports.promises.
NOTICE = frozenset({"measure/user-notification", "measure/recovery-notice-rule"})

_REPORTS = re.compile(r"(?:報告|公表|説明)(?:する|した|を行う|を行った|します|しました)(?:[。(（].*)?$")
_DEEDS = re.compile(r"(?:し|って|んで|いて|えて|め|け|げ|させ)、")
_COMPENSATES = re.compile(r"返金|返還|減額|減免|無償|補償|賠償|請求しない|徴収しない|値引")
_RECOVERS = re.compile(
    r"(?:復旧|回復|再起動|再開|切り?戻し|修理|迂回|応急|復元|リセット|再投入|張り?替え)[^。、]*(?:した|する|させる|させた|行った|行う|しました|終えた|終える)(?:[。(（].*)?$"
)
_PREVENTS = re.compile(
    r"見直|強化|改善|改修|改め|修正|直す|追加|導入|増設|増強|増や|冗長|二重|分割|分け|点検|徹底|防ぐ|防止|対処|整備|訓練|検証|監視|短縮|拡大|明確|ルール|手順|教育|設け|新設|移設|開発|自動化|更新|変更|標準|管理"
)


def measure_kind(text: str, tags: Iterable[str] = ()) -> str | None:
    """One of model.MEASURE_KINDS; None where neither tags nor words tell."""
    plain = nfkc(text)
    tags = frozenset(tags)
    told = _report_only(plain)
    if not tags:
        return _by_words(plain, told)
    kinds = {_of_tag(tag, plain) for tag in tags}
    if told and "measure/report-to-authority" in tags:
        return "report"
    return next(kind for kind in ("prevention", "recovery", "compensation", "report") if kind in kinds)


def _of_tag(tag: str, plain: str) -> str:
    if tag in AMBIGUOUS:
        return "prevention" if _PRECAUTION.search(plain) else "recovery"
    return NOT_PREVENTION.get(tag, "prevention")


def _report_only(plain: str) -> bool:
    """Is a report all that is done? 「予備設備を点検し、結果を報告する」 does more, 「総点検の結果を報告する」 does not."""
    return bool(_REPORTS.search(plain)) and not _DEEDS.search(plain)


def _by_words(plain: str, told: bool) -> str | None:
    if _COMPENSATES.search(plain):
        return "compensation"
    if told:
        return "report"
    if _RECOVERS.search(plain) and not _PREVENTS.search(plain):
        return "recovery"
    return "prevention" if _PREVENTS.search(plain) else None
