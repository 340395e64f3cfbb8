"""The words that head the columns and rows of annual accident reports, by what they mean.

The form changed over the years (影響数, 影響者数, 影響利用者数 …); a heading is recognised by its word, never by its place.
"""

from __future__ import annotations

import re

from kb.formats.repair import squeeze
from kb.japanese.widths import narrow

# field → headings met, without white space and in NFKC
LABELS: dict[str, tuple[str, ...]] = {
    "no": ("No", "No.", "NO", "NO.", "no.", "番号", "項番", "整理番号", "通番", "#"),
    "carriers": (
        "事業者名", "事業者", "電気通信事業者名", "電気通信事業者", "会社名", "報告事業者", "報告事業者名", "事業者名称", "提供事業者",
    ),
    "started_at": (
        "発生日時", "発生時刻", "発生年月日", "事故発生日時", "障害発生日時", "発生日", "発生日時等", "事故発生日", "発生年月日時刻",
    ),
    "ended_at": ("復旧日時", "回復日時", "復旧時刻", "回復時刻", "終了日時", "収束日時", "事故回復日時"),
    "duration": (
        "継続時間", "障害継続時間", "事故継続時間", "影響時間", "停止時間", "障害時間", "継続した時間", "影響継続時間", "事故の継続時間",
    ),
    "users": (
        "影響利用者数", "影響数", "影響者数", "影響を受けた利用者数", "影響利用者", "影響回線数", "影響契約数", "影響規模", "利用者数",
        "影響を与えた利用者数", "影響ユーザ数", "影響ユーザー数",
    ),
    "area": ("影響地域", "影響エリア", "対象地域", "発生地域", "影響範囲", "影響を受けた地域", "影響を与えた地域", "影響都道府県", "地域"),
    "inquiries": (
        "事業者への問合せ件数", "事業者への問い合わせ件数", "事業者への問合わせ件数", "問合せ件数", "問い合わせ件数", "問合せ数", "申告件数",
        "申告数", "利用者からの問合せ件数", "利用者からの申告件数", "苦情等件数", "利用者からの申告数", "問合せ等件数",
    ),
    "service": ("影響サービス", "対象サービス", "サービス名", "影響を受けたサービス", "影響役務", "影響を与えたサービス", "サービス"),
    "symptom": (
        "障害内容", "主な障害内容", "事故内容", "事故の内容", "事故概要", "障害の内容", "障害概要", "影響内容", "事故の概要", "主な事故内容",
        "主な事故の内容", "主な障害の内容", "概要", "影響の内容", "障害状況",
    ),
    "statutory_class": (
        "重大な事故に該当する電気通信役務の区分", "電気通信役務の区分", "役務の区分", "役務区分", "区分", "該当区分", "サービス区分",
        "重大な事故に該当する役務の区分", "事故の区分", "該当する電気通信役務の区分",
    ),
    "factor": ("発生要因", "要因", "事故発生要因", "要因区分", "発生要因区分", "事故要因", "主な発生要因"),
    "causes": ("発生原因", "原因", "事故原因", "事故の原因", "障害原因", "主な発生原因", "事故発生原因", "障害の原因", "主な原因"),
    "diagram": ("機器構成図", "システム構成図", "構成図", "ネットワーク構成図", "概要図", "設備構成図", "機器構成", "構成概要図", "概略図"),
    "measures": (
        "再発防止策", "再発防止対策", "再発防止", "再発防止のための対策", "再発防止に向けた取組", "対策", "防止策", "再発防止措置",
        "主な再発防止策",
    ),
    "notifications": ("情報周知", "利用者周知", "周知", "情報", "利用者への周知", "利用者への情報提供", "情報提供", "周知状況", "利用者対応",
                      "利用者への情報周知", "情報周知状況"),
    "response": ("復旧措置", "応急措置", "措置模様", "対応状況", "復旧対応", "対処", "対応", "復旧状況", "応急復旧措置"),
    "remarks": ("備考", "その他", "特記事項", "参考"),
}  # fmt: skip
# Rows within 情報周知; the word becomes Notification.channel
CHANNELS = {
    "自社": "自社サイト", "サイト": "自社サイト", "自社サイト": "自社サイト", "自社HP": "自社サイト", "自社ホームページ": "自社サイト",
    "ホームページ": "自社サイト", "自社ウェブサイト": "自社サイト", "自社Webサイト": "自社サイト", "自社WEBサイト": "自社サイト",
    "報道発表": "報道発表", "報道": "報道発表", "プレス発表": "報道発表", "プレスリリース": "報道発表", "SNS": "SNS", "自社SNS": "SNS",
    "電子メール": "電子メール", "メール": "電子メール", "店頭": "店頭", "その他の周知": "その他",
}  # fmt: skip

# "情報 自社" and "周知 報道発表": halves of the group's label that a flattened table left before the channel.
_AFTER_GROUP = re.compile(r"^(?:情報周知|情報|周知)(?=.)")

_FIELD_OF = {label: field for field, labels in LABELS.items() for label in labels}
# Column heads that no list of words foresees; the first pattern that matches decides.
_BY_MEANING = (
    ("inquiries", r"(?:問い?合わ?せ|申告|苦情).*数"),
    ("users", r"影響.*(?:数|規模)$|利用者数"),
    ("duration", r"(?:継続|停止|影響|障害)時間"),
    ("ended_at", r"(?:復旧|回復|終了|収束).*(?:日時|時刻|年月日)"),
    ("started_at", r"(?:発生|障害).*(?:日時|時刻|年月日)|発生日"),
    ("carriers", r"事業者名|会社名"),
    ("measures", r"再発防止"),
    ("statutory_class", r"役務.*区分"),
    ("factor", r"発生要因|事故要因"),
    ("causes", r"(?:発生|事故|障害).*原因"),
    ("area", r"(?:影響|対象|発生).*(?:地域|エリア|都道府県)"),
    ("symptom", r"(?:障害|事故|影響).*(?:内容|概要|状況)"),
    ("service", r"(?:影響|対象).*(?:サービス|役務)"),
)
_MARKS = re.compile(r"\^\{[^}]*\}|\^\([^)]*\)|[※*＊]\d*|注\d+|[:：]+$|^[■◆○●・\d.．\s]+(?=\D)")
_PARENTHESIS = re.compile(r"[(（][^()（）]*[)）]")
_LONGEST = 24


def field_of(text: str) -> str | None:
    """The field that a whole cell or line names, or None; CHANNELS are not fields."""
    return _FIELD_OF.get(_bare(text)) if len(text) < 60 else None


def channel_of(text: str) -> str | None:
    """The channel of notification that a whole cell or line names, or None."""
    return CHANNELS.get(_AFTER_GROUP.sub("", _bare(text))) if len(text) < 40 else None


def column_field(text: str) -> str | None:
    """Like `field_of` for the head of a column, where an unknown word is judged by its parts."""
    exact = field_of(text)
    bare = _bare(text)
    if exact or not bare or len(bare) > _LONGEST or "。" in bare:
        return exact
    return next((field for field, pattern in _BY_MEANING if re.search(pattern, bare)), None)


def column_unit(text: str) -> str:
    """What stands in brackets in a column's head: 影響利用者数（万人） → 万人."""
    inside = _PARENTHESIS.findall(text)
    return squeeze(inside[-1]).strip("()") if inside else ""


def _bare(text: str) -> str:
    narrowed = _MARKS.sub("", narrow(text)).strip() or narrow(text).strip()
    return squeeze(_PARENTHESIS.sub("", narrowed)).rstrip(":").strip("<>[]【】〈〉")


# A label at the beginning of a line of running text needs a separator after it; longer labels are tried first.
_SPACED = {label: r"\s*".join(map(re.escape, label)) for label in _FIELD_OF}
_CHANNEL_SPACED = {label: r"\s*".join(map(re.escape, label)) for label in CHANNELS}
_LINE_LABELS = sorted((set(_FIELD_OF) - {"情報", "周知", "対応", "対処", "サービス", "地域", "利用者数", "#", "対策", "参考", "概要"}), key=len, reverse=True)
_ALTERNATIVES = "|".join(_SPACED[label] for label in _LINE_LABELS)
_CHANNEL_ALTERNATIVES = "|".join(
    _CHANNEL_SPACED[label] for label in sorted(CHANNELS, key=len, reverse=True) if label not in ("自社", "サイト", "メール", "報道")
)
_GROUPED = rf"(?:情報\s*周知|情報|周知)\s+(?:{'|'.join(_CHANNEL_SPACED[label] for label in sorted(CHANNELS, key=len, reverse=True))})"
LINE_LABEL = re.compile(
    rf"(?:(?<=\s)|^)[■◆○●・]?(?P<label>{_ALTERNATIVES}|{_GROUPED}|{_CHANNEL_ALTERNATIVES})(?:[(（][^()（）\n]{{1,12}}[)）])?(?P<gap>\s*[:：]\s*|[ \t　]+|$)"
)
