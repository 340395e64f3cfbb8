"""A condition of a query in Japanese, as the page shows what it was read as."""

from __future__ import annotations

from kb.search.query import Condition
from kb.search.query.condition import Bounds, Period
from kb.web import formats


def condition_label(condition: Condition) -> str:
    """2022-07 → 2022年7月; 180.. → 3時間以上; 輻輳 → 輻輳を除く."""
    value = condition.value
    if isinstance(value, Period):
        return _period(value, condition.read)
    if isinstance(value, Bounds):
        return _bounds(condition.kind, value)
    if condition.kind == "not":
        return "重大な事故を除く" if condition.read == "official" else f"{condition.read}を除く"
    return {"official": "重大な事故", "emergency": "緊急通報に影響", "class": f"区分{condition.read}", "area": condition.text}.get(condition.kind, condition.read)


def _period(period: Period, read: str) -> str:
    if period.months:
        return f"毎年{period.months[0]}月"
    if period.fiscal_year is not None:
        return str(formats.fiscal_year(period.fiscal_year))
    if read[:4].isdigit() and ".." not in read:
        return str(formats.moment(read))
    first = str(formats.moment(period.first)) if period.first else ""
    last = str(formats.moment(period.last)) if period.last else ""
    return f"{first}〜{last}"


def _bounds(kind: str, bounds: Bounds) -> str:
    shown = formats.duration if kind == "duration" else formats.number
    least, most = (None if bound is None else str(shown(bound)) for bound in (bounds.least, bounds.most))
    if least and most:
        return f"{least}〜{most}"
    return f"{least}以上" if least else f"{most}以下"
