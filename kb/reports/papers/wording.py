"""Values in the words of a paper, in Japanese or English; what is not stated says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.japanese.reckoning import both
from kb.reports.papers.labels import FIELDS, LANGUAGES, STATUSES, TEXTS, UNITS

LONG_MINUTES = 72 * 60  # from here on days say more than hours
LONGEST_QUOTE = 130  # characters of a quote in a table; the page of the accident has it whole
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@dataclass(frozen=True)
class Wording:
    """`lang` is "ja" or "en"; `tags` are labels of tags in that language."""

    lang: str = "ja"
    tags: Mapping[str, str] = field(default_factory=dict)
    shorter: int = 0  # how many entries fewer than usual a list has

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            raise ValueError(f"unknown language {self.lang!r}; one of {', '.join(LANGUAGES)}")

    def __call__(self, name: str, **values: object) -> str:
        """A heading, a label or a sentence by its name."""
        text = TEXTS[name][LANGUAGES.index(self.lang)]
        return text.format(**values) if values else text

    def most(self, usual: int) -> int:
        """How many entries of a list are shown; two at least."""
        return max(usual - self.shorter, 2)

    @property
    def comma(self) -> str:
        """What stands between the parts of a list."""
        return "、" if self.lang == "ja" else ", "

    def joined(self, parts: Sequence[str]) -> str:
        """A list in one line."""
        return self.comma.join(parts)

    def moment(self, value: str | None, *, clock: bool = True) -> str:
        """A moment as finely as it is stated; without `clock` the day."""
        if not value:
            return self("not_stated")
        return both(value, clock=clock) if self.lang == "ja" else _english(value, clock)

    def day(self, value: str | None) -> str:
        """The day of a moment."""
        return self.moment(value, clock=False)

    def duration(self, minutes: int | None) -> str:
        """Minutes in words."""
        if minutes is None:
            return self("not_stated")
        hours, rest = divmod(minutes, 60)
        h, m = ("時間", "分") if self.lang == "ja" else (" h ", " min")
        text = ((f"{hours:,}{h}" if hours else "") + (f"{rest}{m}" if rest or not hours else "")).strip()
        if minutes >= LONG_MINUTES:
            text += f"(約{round(minutes / 1440)}日)" if self.lang == "ja" else f" (about {round(minutes / 1440)} days)"
        return text

    def number(self, value: int) -> str:
        """A number in words."""
        return f"{value // 10_000:,}万" if self.lang == "ja" and value >= 10_000 and value % 10_000 == 0 else f"{value:,}"

    def users(self, impact: Mapping[str, Any]) -> str:
        """約2,316万人, 1,000〜2,000回線, at least 7,750,000 users."""
        count, unit = impact.get("users"), UNITS[impact.get("unit") or "users"][LANGUAGES.index(self.lang)]
        if count is None:
            return self("not_stated")
        qualifier, most = impact.get("users_qualifier"), impact.get("users_max")
        if qualifier == "range" and most is not None:
            return f"{self.number(count)}〜{self.number(most)}{unit}" if self.lang == "ja" else f"{count:,} to {most:,} {unit}"
        if self.lang == "ja":
            before = {"approx": "約", "max": "最大"}.get(qualifier or "", "")
            return f"{before}{self.number(count)}{unit}{'以上' if qualifier == 'at_least' else ''}"
        before = {"approx": "about ", "max": "at most ", "at_least": "at least "}.get(qualifier or "", "")
        return f"{before}{count:,} {unit}"

    def status(self, measure: Mapping[str, Any]) -> str:
        """実施済み(令和4年(2022年)7月), 予定(時期の記載なし)."""
        name = STATUSES[measure.get("status") or "unknown"][LANGUAGES.index(self.lang)]
        when = measure.get("completed_on")
        bracket = "({})" if self.lang == "ja" else " ({})"
        return name + (bracket.format(self.moment(when)) if when else bracket.format(self("no_date")) if measure.get("status") == "planned" else "")

    def tag(self, key: str) -> str:
        """The label of a tag, or the tail of its key where it has none."""
        return self.tags.get(key) or key.split("/", 1)[-1]

    def labelled(self, keys: Sequence[str], most: int | None = None) -> str:
        """Labels of tags, the first `most` of them."""
        shown = list(keys)[:most]
        return self.joined([self.tag(key) for key in shown]) + (self("and_more") if len(shown) < len(keys) else "")

    def field(self, name: str) -> str:
        """A field that is not stated, by its name."""
        return FIELDS[name][LANGUAGES.index(self.lang)] if name in FIELDS else name

    def cut(self, text: str, most: int = LONGEST_QUOTE) -> str:
        """Without its full stop, and cut at a comma where it is long."""
        plain = text.strip().rstrip("。")
        if len(plain) <= most:
            return plain
        comma = plain[:most].rfind("、")
        return plain[: comma if comma > most // 2 else most] + "…"

    def quoted(self, text: str, most: int = LONGEST_QUOTE) -> str:
        """「…」."""
        return f"「{self.cut(text, most)}」"


def _english(value: str, clock: bool) -> str:
    year, month, day = value[:4], value[5:7], value[8:10]
    text = f"{int(day)} " if day else ""
    text += f"{MONTHS[int(month) - 1]} " if month else ""
    return text + year + (f", {value[11:16]}" if clock and len(value) >= 16 else "")
