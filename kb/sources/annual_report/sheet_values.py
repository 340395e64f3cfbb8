"""Single values of a list row or detail sheet: carriers, statutory class, factor, inquiries, service and symptom."""

from __future__ import annotations

import re

from kb.formats.repair import join_wrapped, squeeze
from kb.japanese.dates import parse_moment
from kb.japanese.quantities import parse_count, without_footnotes
from kb.japanese.widths import narrow
from kb.model import Inquiry
from kb.sources.annual_report.labelled import split_labelled
from kb.sources.spans import Span

_GROUP = re.compile(r"\[\s*(\d{1,2})\s*\]")
_BETWEEN_CARRIERS = re.compile(r"\n+|[、,，/／]|及び(?=.)|並びに|(?<=株式会社)(?:・|\s+(?=\S+株式会社|株式会社))")
_KANJI_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_CLASS = re.compile(r"^\W*(?:第\s*)?(?P<number>[一二三四五1-5①-⑤])\s*(?:号)?\s*(?=[:：、.．\s号)）]|$)")
FACTORS = (("equipment", r"設備(?:的)?要因"), ("human", r"人為(?:的)?要因"), ("external", r"外(?:的|部)(?:的)?要因"), ("other", r"その他"))
_INQUIRY = re.compile(r"(?P<count>(?:約|延べ|のべ|計|合計)*\s*[\d,]+(?:\.\d+)?\s*[千万]?)\s*件")
_SERVICE_WORDS = ("サービス", "回線|電話|通信|メール|役務|接続")
_SERVICE = [
    re.compile(rf"^(?P<service>.*?(?:{words})(?:\([^()]*\)|（[^（）]*）)?等?)の(?P<symptom>[^の].*)$", re.DOTALL)
    for words in _SERVICE_WORDS
]
_HAPPENED = re.compile(r"\s*(?:という)?(?:状況|事象|状態|障害)(?:が(?:発生|生じ)|[にと]な[っり]|に陥).*$", re.DOTALL)


def carrier_name(text: str) -> str:
    """LINE (株) → LINE株式会社; white space is a wrap, as no carrier's Japanese name has any."""
    name = re.sub(r"\(株\)|㈱|（株）", "株式会社", squeeze(without_footnotes(text)))
    name = re.sub(r"\(有\)|㈲", "有限会社", name)
    return re.sub(r"\(同\)", "合同会社", name).strip("、・,:：及び") or name


def carriers(span: Span) -> dict[int | None, str]:
    """Carriers by their number [1], [2]; without numbers the keys are None for one and 1, 2 … for several."""
    plain = narrow(span.text)
    marks = list(_GROUP.finditer(plain))
    if marks:
        # "[1] A [2] B" or "A[1]及びB[2]": which side the names stand on shows in what comes before the first mark.
        before = plain[: marks[0].start()].strip()
        named: dict[int | None, str] = {}
        edges = [0, *(m.end() for m in marks)] if before else [*(m.start() for m in marks), len(plain)]
        for mark, start, end in zip(marks, edges, edges[1:], strict=False):
            part = _GROUP.sub("", plain[start:end])
            named[int(mark.group(1))] = carrier_name(re.sub(r"^\s*(?:及び|並びに|、|,|・)", "", part))
        return {number: name for number, name in named.items() if name}
    lines = _BETWEEN_CARRIERS.split(_joined_name_lines(span.text))
    names = [name for part in lines if part and (name := carrier_name(part))]
    return {None: names[0]} if len(names) == 1 else dict(enumerate(names, 1))


def _joined_name_lines(text: str) -> str:
    """A line break parts two carriers only if both sides are whole company names."""
    lines = [line for line in text.split("\n") if line.strip()]
    whole = all(re.search(r"株式会社|\(株\)|（株）|㈱|会社|協会|法人", line) for line in lines)
    return "\n".join(lines) if whole else "".join(lines)


def statutory_class(text: str) -> int | None:
    """The number printed before the class of service: 二：… → 2, 第四号 → 4."""
    match = _CLASS.match(narrow(text))
    if not match:
        return None
    number = match.group("number")
    return _KANJI_NUMBERS.get(number) or ("①②③④⑤".find(number) + 1 or int(number))


def factor(text: str) -> str | None:
    """The ministry's word → one of model.FACTORS."""
    plain = squeeze(text)
    return next((name for name, pattern in FACTORS if re.search(pattern, plain)), None)


def inquiries(span: Span, names: dict[int | None, str], started_at: str | None) -> list[Inquiry]:
    """How many inquiries; "[1] 216件 (…時点) [2] 63件 (…)" makes one each."""
    found = []
    for labelled in split_labelled(span):
        match = _INQUIRY.search(narrow(labelled.value.text)) or re.fullmatch(r"\s*(?P<count>[\d,]+)\s*", narrow(labelled.value.text))
        count = parse_count(match.group("count")) if match else None
        if match is None or count is None:
            continue
        rest = labelled.value.text[match.end() :]
        carrier = names.get(labelled.group) if labelled.group is not None else None
        found.append(Inquiry(count.value, carrier, parse_moment(rest, started_at), join_wrapped(labelled.value.text)))
    return found


def service_and_symptom(text: str) -> tuple[str, str | None]:
    """電子メールサービスの送受信不可 → (電子メールサービス, 送受信不可); one text that names several services stays whole."""
    joined = join_wrapped(text)
    if not re.search(r"\w", joined.replace("ー", "")):
        return "", None
    plain = _HAPPENED.sub("", joined).rstrip("。、 ")
    plain = re.sub(r"^.*?が提供する", "", plain)
    about = re.match(r"(?P<service>.+?)(?:について|において|に関して)[、,\s]*(?P<symptom>.*)$", plain, re.DOTALL)
    if about:
        return about.group("service"), about.group("symptom") or None
    services = re.findall(r"サービス", plain)
    match = next((found for pattern in _SERVICE if (found := pattern.match(plain))), None)
    if match and (len(services) <= 1 or "サービス" not in match.group("symptom")):
        return match.group("service"), match.group("symptom")
    several = re.findall(r"([^、及び]+サービス等?)の", plain)
    if match and len(several) > 1:
        return "及び".join(several), plain
    failed = re.match(r"(?P<service>.+?)(?:が|を)(?P<symptom>[^がを]*(?:でき|不可|困難|しづら|つなが|遅延|停止).*)$", plain, re.DOTALL)
    if failed:
        return failed.group("service"), failed.group("symptom")
    return plain or joined, None
