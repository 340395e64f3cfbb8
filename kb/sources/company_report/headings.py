"""Headings of reports in many hands, and what stands below each: numbered, ■, 【…】, "label: value", a table's first cell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.japanese.text import nfkc

# What a label announces; the first that matches decides. Labels are compared without white space and numbering.
TOPICS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (topic, re.compile(pattern, re.IGNORECASE))
    for topic, pattern in (
        ("contact", r"^広報(?:部|室|課|担当|グループ)|(?:お?問い?合わ?せ|連絡|照会|相談)(?:先|窓口)|本件(?:に関|の|について)|お客(?:様|さま)(?:センター|窓口|相談)|担当(?:部署|者)?$|^お?問い?合わ?せ$|^contact"),
        ("inquiries", r"(?:お?問い?合わ?せ|申告|苦情|相談)(?:等)?(?:の)?(?:件数|状況|数)|^(?:利用者|お客(?:様|さま))?(?:から)?の?(?:申告|苦情)"),
        ("class", r"(?:役務|サービス)(?:の)?区分|該当(?:する)?(?:区分|性)|事故の?区分|重大な事故"),
        ("factor", r"^(?:事故|障害)?(?:の)?発生要因$|要因の?区分"),
        ("measures", r"再発(?:の)?防止|再発を防|^防止(?:策|対策)|是正|恒久(?:的)?(?:対策|対応|措置)|今後の(?:対応|対策|取|予定|改善|方針|措置)|^対策|対策(?:内容|等|について)?$|改善(?:策|措置|計画|の取)|繰り返さない|^今後$|実施する対策|講じた対策|アクションアイテム|(?:アクション|改善)(?:プラン|項目)|prevent|actionitems|corrective|remediation|nextsteps"),
        ("prolonging", r"長時間に(?:わた|渡|及)|時間を要した|長期化|長時間化|長引|復旧(?:に|が|まで).{0,6}(?:時間|遅)|(?:拡大|波及)(?:した)?(?:の)?(?:要因|原因|理由)|復旧を妨げ|復旧が遅れ"),
        ("cause", r"原因|要因|なぜ|メカニズム|何が(?:問題|悪)|背景$|rootcause|^cause|contributing"),
        ("started", r"(?:事故|障害)?(?:の)?発生(?:年月日|日時|時刻|日)(?:及び(?:その)?時刻|・時刻)?$|^発生$|開始(?:日時|時刻)|発生年月日及び時刻|^発生時間$|検知日時|^started"),
        ("ended", r"(?:復旧|回復|終了|収束|解消|解決|復帰)(?:年月日|日時|時刻|日|時間)(?:及び時刻)?$|^(?:復旧|回復|終了)$|^(?:resolved|ended)"),
        ("duration", r"継続時間|(?:影響|障害|停止|中断|ダウン|利用不可)(?:の?あった)?時間$|所要時間|^duration"),
        ("period", r"(?:発生|障害|影響|停止|対象|利用不可)(?:の)?(?:期間|時間帯|日時)|^(?:日時|期間|時間帯|時間)$|発生から復旧|発生.{0,3}(?:復旧|回復).{0,3}(?:日時|時刻)|発生・復旧"),
        ("users", r"影響(?:を(?:受け|与え)た)?(?:等)?(?:利用者|回線|契約者?|人|件|ユーザー?|加入者|世帯|お客(?:様|さま)|アカウント|規模|台|局|端末)(?:の)?(?:等)?(?:数|規模)?|影響数|^(?:利用者|対象者|回線|契約|世帯)数|^(?:世帯|契約|回線)$|^影響規模|対象(?:の)?(?:お客(?:様|さま)|利用者|回線)数|対象(?:の|となる)?(?:お客(?:様|さま)|利用者|ユーザー?)$|^users"),
        ("area", r"(?:影響|対象|発生|停止)(?:した)?(?:地域|エリア|区域|場所|箇所|都道府県|市町村)|^(?:地域|地区|エリア|場所)|(?:影響|対象)地区|^area"),
        ("service", r"(?:影響|対象|停止)(?:した|を受けた|のあった)?(?:する)?(?:サービス|役務|機能|システム)|電気通信役務|^(?:サービス|役務)(?:名|の種類|内容)?$|(?:主な)?(?:障害|影響|事象|症状|不具合|支障)(?:の)?(?:内容|事象)|^(?:事象|症状|現象|不具合)$|^symptom|^service"),
        ("emergency", r"(?:緊急通報|110番|119番|重要通信)(?:等)?(?:へ|に対する|の|に関する)?"),
        ("impact", r"影響(?:の)?(?:範囲|内容|状況|等)?$|^ご?影響|被害(?:状況)?|^impact"),
        ("timeline", r"経緯|経過|時系列|タイムライン|推移|対応(?:の)?(?:履歴|記録|状況|経過)|動き$|^timeline|クロノロジ"),
        ("recovery", r"(?:応急|復旧|暫定|緊急|当面|初動)(?:的な|の)?(?:復旧)?(?:措置|対応|対処|処置|作業|対策|方法|状況)|^(?:対応|対処|処置|措置|復旧)(?:内容|状況|等)?$|(?:当社|弊社)の(?:対応|対処)|行った対応|^現(?:在の)?(?:状況|況)|^(?:response|mitigation|recovery)"),
        ("notification", r"周知|広報(?!部|室|課|担当|グループ)|告知|公表|情報(?:提供|発信|公開)|(?:利用者|お客(?:様|さま)|ユーザー?|顧客)(?:等)?(?:へ|に対する|への)?(?:の)?(?:対応|案内|ご案内|お知らせ|連絡|説明)|お知らせ(?:状況|方法|の)|^報道|^notification|communication"),
        ("apology", r"お詫び|おわび|謝罪|ご迷惑"),
        ("carrier", r"^(?:報告(?:者|会社|事業者)|(?:電気通信)?事業者|会社|商号|法人|提供)(?:の)?(?:名称?)?$|氏名又は名称|^名称$|^発表者|^提供者|^発信(?:元|者)?$|^作成者?$|^文責$|^社名$"),
        ("published", r"(?:報告|公表|発表|掲載|提出|作成|更新|発行|公開)(?:年月)?日(?:時)?$|^日付$|^date$"),
        ("overview", r"概要|概況|発生状況|何が起|事故(?:の)?(?:内容|状況|発生)|障害(?:の)?(?:状況|発生|について)|事象(?:の)?(?:概要|状況)|^状況|^はじめに|^サマリー?$|^要約|^summary|^overview|whathappened|incidentdetails"),
        ("other", r"^その他|(?:復旧|回復)(?:の)?(?:見込み?|予定|目途|目処)|^備考|^参考|^別紙|^補足|^付記"),
        ("next", r"次回|続報|今後の報告|次報|報告予定"),
    )
)  # fmt: skip

_NUMBERING = re.compile(
    r"^(?:第\s?\d{1,2}\s?(?:章|節|条)?|\d{1,2}(?:[.\-]\d{1,2}){0,2}[.)]?(?=\s|[^\d.:/年月日時分万千億人件回名%,])|[(]\s?(?:\d{1,2}|[一二三四五六七八九十]{1,2}|[ア-ンa-z])\s?[)]|[①-⑳]|[ⅰ-ⅹⅠ-Ⅹ]{1,4}[.、]?|[一二三四五六七八九十]{1,2}[、.．](?!.*。)|[一二三四五六七八九十]{1,2}\s+(?=\S)|[IVX]{1,4}\.|#{1,6}\s)\s*"
)
_MARKS = "■◆●○◇□▼▶▽△★☆※◎❖◾▪・-*#＊"
_HEADING_MARKS = "■◆◇□▼▶▽★☆◎❖"  # ・ and - begin list items
_BRACKETS = (("【", "】"), ("[", "]"), ("〔", "〕"), ("<", ">"), ("≪", "≫"), ("《", "》"), ("「", "」"), ("『", "』"), ("**", "**"), ("(", ")"))
_LABELLED = re.compile(r"^(?P<label>[^:\t。、]{1,24}?)\s*(?::|\t|　|\s{2,}|…+|⇒|→)\s*(?P<value>\S.*)$", re.DOTALL)
_TIMED = re.compile(r"^[\[(【]?\s*(?:\d{1,4}[年/.-]\d{1,2}[月/.-]\d{1,2}日?\s*|\d{1,2}月\d{1,2}日\s*|\d{1,2}[/-]\d{1,2}\s+|(?:同|翌)日\s*|\d{1,2}日\s*)?(?:[(][月火水木金土日][)])?\s*(?:午前|午後|AM|PM)?\s*\d{1,2}(?::\d{2}|時(?!間)(?:\d{1,2}分)?)")
_LONGEST = 32  # characters of a heading


@dataclass(frozen=True)
class Heading:
    """A heading: its topic ("other" when none is known), its words, and how many characters of the line it takes; the rest is a value."""

    topic: str
    label: str
    length: int


HEADER_CELL = re.compile(r"(?:No\.?|番号|項目?|対策|内容|再発防止策|改善策|実施(?:時期|日|状況|内容)?|時期|状況|進捗|期限|期日|担当(?:部署)?|備考|完了(?:日|時期|予定)?|区分|分類|原因|要因|ステータス|#|日時|時刻|時間|出来事|事象|対応|状態|Status|Due|Owner|Action|Time|Event)")
_PAPER = re.compile(r"(?:について(?:の[^。]{0,16})?|に関する[^。]{0,24}|に対する[^。]{0,24}|お詫び(?:と[^。]{0,10})?|お知らせ|報告書?|資料|プレスリリース|ニュースリリース)\s*(?:[(【\[][^)】\]]{1,16}[)】\]])?$")


def is_header_row(line: str) -> bool:
    """Whether a table's row only names its columns."""
    cells = [cell.strip() for cell in nfkc(line).split("\t") if cell.strip()]
    return len(cells) > 1 and all(HEADER_CELL.fullmatch(cell) for cell in cells)


def is_title(line: str) -> bool:
    """Whether a line without marks names the whole paper (…について, …のお知らせ(第2報))."""
    plain = nfkc(line).strip()
    if re.match(r"# \S", plain):
        return True
    if re.fullmatch(r"(?:報道発表|広報)(?:資料)?|(?:重要な?)?お知らせ|プレスリリース|ニュースリリース|NEWS RELEASE|関係各位|お客(?:様|さま)各位|各位", plain):
        return True
    return bool(_PAPER.search(plain)) and len(plain) > 8 and plain[0] not in _MARKS and not _NUMBERING.match(plain)


def is_timed(line: str) -> bool:
    """Whether a line begins with a date or time: an entry of a timeline, never a heading."""
    return bool(_TIMED.match(nfkc(line).strip()))


def topic_of(label: str) -> str | None:
    """What a label announces, None when it is no label of a report."""
    bare = re.sub(r"\s", "", nfkc(label)).strip(":・。、")
    return next((topic for topic, pattern in TOPICS if pattern.search(bare)), None)


def heading(line: str) -> Heading | None:
    """The heading that a line is or begins with; None for running text."""
    plain = nfkc(line)
    if len(plain) != len(line):
        plain = line  # offsets must hold; such a line is read as it stands
    # A wide gap parts a label from its value, and ① before 4G is no digit of it.
    plain = "".join(c if c == "　" or "①" <= c <= "⑳" else p for c, p in zip(line, plain, strict=True))
    stripped = plain.strip()
    if not stripped or is_timed(stripped):
        return None
    lead = len(plain) - len(plain.lstrip())
    body, marked = _without_marks(stripped)
    offset = lead + len(stripped) - len(body)
    for opening, closing in _BRACKETS:
        if body.startswith(opening) and (end := body.find(closing, len(opening))) > 0 and end - len(opening) <= _LONGEST:
            label, rest = body[len(opening) : end], body[end + len(closing) :]
            inner = _NUMBERING.sub("", label).strip()
            topic = topic_of(inner)
            if (topic and opening not in ("(", "「", "『")) or (not rest.strip() and opening not in ("(", "「", "『")):
                return Heading(topic or "other", inner, offset + end + len(closing))
            if topic is None and rest.strip():
                return None
    if re.match(r"#{1,6}\s", stripped) and len(body) <= _LONGEST:
        return Heading(topic_of(body) or "other", body, len(line))
    labelled = _LABELLED.match(body)
    if labelled and not re.search(r"\d", labelled["label"]) and (topic := topic_of(labelled["label"])) and len(labelled["label"]) <= _LONGEST:
        return Heading(topic, labelled["label"].strip(), offset + labelled.start("value"))
    if led := _led(body, offset):
        return led
    bare = body.rstrip(":・ ")
    if len(bare) > _LONGEST or bare.endswith(("。", "、", "た", "す", "る", "い", "ん")) or "。" in bare:
        return None
    topic = topic_of(bare) or topic_of(re.sub(r"について(?:の(?:ご?報告|お知らせ))?$|に関して$", "", bare))
    if topic and (marked or len(bare) <= 16 or body.endswith((":", "："))) and not re.search(r"\d{2,}", bare):
        return Heading(topic, bare, len(line))
    if marked == "number" and not re.match("[①-⑳]", stripped) and topic is None and len(bare) <= 20 and not re.search(r"[はがをにで]\S{4,}", bare) and not re.search(r"\d", bare):
        return Heading("other", bare, len(line))
    if topic is None and stripped[0] in _HEADING_MARKS and len(bare) <= 24 and not re.search(r"\d", bare):
        return Heading("other", bare, len(line))
    return None


_STRUCK = re.compile(r"^影響を(?:受け|与え)た")


def _led(body: str, offset: int) -> Heading | None:
    """A numbered label with its value behind one space: 1 発生日時 令和5年…, 4. 原因 (1)…."""
    match = re.match(r"(?P<label>\S{2,14})\s+(?P<value>\S.*)$", body, re.DOTALL)
    if match is None:
        return None
    topic = topic_of(match["label"]) if not match["label"].isascii() and not re.search(r"\d|[をがはで、。]", _STRUCK.sub("", match["label"])) else None
    if topic in ("next", "apology") or (topic == "overview" and not re.fullmatch(r"(?:事故|障害|事象)?(?:の)?(?:概要|発生状況|内容)", match["label"])):
        return None  # such a word with text behind it begins a sentence or a title
    return Heading(topic, match["label"], offset + match.start("value")) if topic else None


def _without_marks(text: str) -> tuple[str, str]:
    """(text without numbering and marks, "number", "mark" or "" for what was taken off)."""
    marked = ""
    while True:
        bare = text.lstrip(_MARKS + " \u3000")
        if bare != text:
            marked, text = marked or "mark", bare
        match = _NUMBERING.match(text)
        if match and match.end() < len(text):
            marked, text = "number", text[match.end() :]
            continue
        return text, marked
