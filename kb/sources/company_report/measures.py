"""Recurrence-prevention measures with their month and how they stand, from lists and from prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.formats.layout import Document
from kb.japanese.context import moments_in_context
from kb.japanese.dates import parse_moment
from kb.japanese.text import nfkc, sentences
from kb.model import Measure
from kb.sources.company_report.blocks import OPENING, Block, Piece, of_topic

COURTESY = re.compile(
    r"お詫び|おわび|ご迷惑|ご不便|ご心配|ご愛顧|厚く御礼|御礼申し上げ|深く反省|信頼(?:の)?回復|厳粛に|重く受け止め|申し訳|ご理解(?:と|・|を賜)|ご了承|平素(?:は|より)|拝啓|敬具|お願い(?:申し上げ|いたし)|最優先(?:に|で)?取り組|誠にありがとう|全社を挙げて|(?:努め|取り組ん)て(?:まい|参)り|(?:お知らせ|ご報告|ご案内)(?:いた|致)?します。?$"
)
_MARK = re.compile(r"【(?P<square>[^【】]{1,40})】|[(（](?P<round>[^()（）]{1,30})[)）]|\s[-―–→⇒:：]\s*(?P<dash>[^。]{2,24})$")
_STATUS_WORD = re.compile(r"実施|完了|予定|済|対応中|検討|継続|適用|導入|未定|着手|目途|目処|順次|\d\s*月|\d/\d|年度|Q\d|四半期|done|planned", re.IGNORECASE)
_PLANNED = re.compile(r"予定|未着手|未実施|見込|検討|計画|未定|今後|までに|目途|目処|planned|を目標")
_ONGOING = re.compile(r"実施中|対応中|継続|随時|推進中|進行中|作業中|順次|着手(?:済|し)|開始し(?:て|ました|た)|進めて(?:い|おり)|ongoing")
_DONE = re.compile(r"完了|済み?|実施(?!予定|する|を予定|いたします|します)|適用|導入|対応(?!予定)|done|completed")
_VERB_DONE = re.compile(r"(?:しました|いたしました|致しました|した|りました|えました|きました|めました|せました|けました|[めけえしっいれせきみん][ただ]|実施済み?|完了済み?|済み|した。?)$")
_VERB_PLANNED = re.compile(r"(?:予定(?:です|である|としている)?|計画(?:です|である|している)?|検討(?:します|する|しています|している|してまいります|を進める|を行う|中)?(?:です)?|見込み(?:です)?|目指し(?:ます|ている)?)$")
_VERB_ONGOING = re.compile(r"(?:実施中|対応中|継続(?:中|する|します|して(?:いる|います|まいります))?|進めて(?:いる|います|おります|まいります)|順次(?:実施|進め|展開).{0,8})(?:です|である)?$")
LEAD = re.compile(
    r"^今後[、,]\s*(?:(?:同様|このよう)の?(?:な)?(?:事象|障害|事故)(?:が|を)(?:発生|起き|起こ|再発)[^、]{0,6}(?:ないよう|ぬよう)(?:に)?[、,])?|^(?:(?:今後の)?(?:対応|対策|再発防止策?|取り?組み?)(?:として|としては|は|について(?:は)?)|また|さらに|加えて|併せて|あわせて|なお|次に|まず|そして|このほか|これに加え)[、,]?\s*|^(?:当社|弊社)(?:で)?(?:は|として(?:は)?)[、,]?\s*"
)
_INTRODUCES = re.compile(r"(?:以下|次|下記)の(?:とおり|通り|対策|措置|取り?組み?|再発防止)|次の(?:対策|措置)を|講じ(?:る|ます|てまいります|ることと(?:し|いた)ました)。?$|再発防止に(?:努め|取り?組)")
_PREVENTS = re.compile(r"再発(?:を)?防止|今後(?:の対応|は|、)|対策(?:として|を)|見直し|改善|強化|防止(?:する|に)")
_REPAIR = re.compile(r"復旧(?:しました|した|済)|回復(?:しました|した)|を再起動し|切り戻し(?:た|ました)")
_OPENS = re.compile(r"^(?:今後|再発防止|(?:今後の)?(?:対応|対策|取り?組み?)として|当社(?:で)?は|弊社(?:で)?は|これを(?:受け|踏まえ)|このような事|同様の事)")
_ASIDE = re.compile(r"問い?合わ?せ|お客(?:様|さま)窓口|電話番号|\d{2,4}-\d{2,4}-\d{3,4}|同社|によると|としている。|影響(?:は|利用者)")
_UNDERTAKES = re.compile(r"^(?:(?:また|さらに|加えて|あわせて)[、,])?(?:今後(?:は|の)?|これを(?:受け|踏まえ)|(?:当社|弊社|私ども)(?:で)?(?:は|として(?:は)?))[、,]?[^。]*(?:ます|ました|ている|する|した|予定(?:です|である)?|です)。?", re.MULTILINE)
_CHANGES = re.compile(r"改修|導入|追加|整備|体制を(?:整え|構築|強化)|増強|冗長化|二重化|多重化|自動化|点検|訓練|見直|試験を|監視を|手順(?:書)?を|更新を")
NO_CHANGE = re.compile(r"続報|(?:判明|分かり|わかり)次第|^\S*(?:株式|有限|合同)会社\S*\s*\S{0,20}(?:窓口|センター|部|課|担当)$|サポート(?:窓口|センター)$")
_NOTHING_YET = re.compile(r"(?:現在)?、?(?:原因)?(?:調査|検討|確認|究明)中(?:です|であり.{0,20})?|未定|以上|なし|特になし")
_SUBHEAD = re.compile(r"^(?:[(（]?(?:\d{1,2}|[一二三四五])[)）.]?\s*)?(?:恒久|暫定|短期|中期|長期|中長期|直接(?:原因)?|根本(?:原因)?|ハード(?:面|ウェア)?|ソフト(?:面|ウェア)?|運用(?:面)?|設備(?:面)?|体制(?:面)?|組織(?:面)?|技術(?:面)?|人的?|監視|周知)(?:的な?|面|の)?(?:対策|対応|措置)?(?:に対する対策)?$")


def measures(found: list[Block], document: Document, published: str | None, started_at: str | None) -> list[Measure]:
    """Measures under headings that announce them; in a paper without such a heading, sentences that tell of prevention."""
    reference = published or (started_at if started_at and len(started_at) >= 10 else None)
    pieces = [piece for block in of_topic(found, "measures") for piece in block.pieces]
    if not pieces:
        pieces = [p for block in of_topic(found, OPENING, "recovery", "overview", "other", "apology", "next") for p in block.pieces if prevents(p.text) or (block.topic == "recovery" and _promised(p)) or undertakes(p.text)]
        return [one for piece in pieces for one in _of_piece(piece, document, reference, published, prose=not _promised(piece))]
    return [one for piece in pieces for one in _of_piece(piece, document, reference, published, prose=False)]


def undertakes(text: str) -> bool:
    """Whether a company says what it will change: 当社では、…の改修を9月中に完了し、…することといたします。."""
    plain = nfkc(text)
    return bool(_UNDERTAKES.search(plain)) and bool(_CHANGES.search(plain)) and not re.search(r"原因", plain)


def _promised(piece: Piece) -> bool:
    """Whether a list item of what was done says in a bracket how it stands: 修正パッチを適用（2月末予定）."""
    return piece.item and not piece.timed and _marked_status(piece.text) is not None and not _REPAIR.search(nfkc(piece.text))


def prevents(text: str) -> bool:
    """Whether a text speaks of keeping the accident from coming back."""
    plain = nfkc(text)
    return bool(_PREVENTS.search(plain)) and not re.search(r"原因です|が原因", plain)


def _of_piece(piece: Piece, document: Document, reference: str | None, published: str | None, prose: bool) -> Iterator[Measure]:
    rows = [cell.strip() for cell in piece.text.split("\t") if cell.strip()]
    if len(rows) > 1:  # a row of a table: measure, then when and how it stands
        yield from _of_row(rows, piece, document, reference, published)
        return
    told = [text for _, text in sentences(piece.text)] or [piece.text]
    begun = not prose
    for sentence in _whole(told):
        plain = nfkc(sentence).strip()
        # Running text comes to its measures with one that says so (今後、…); what follows goes on about them.
        begun = begun or undertakes(plain) or bool(prevents(plain) and (_OPENS.search(plain) or _MARK.search(plain) or _VERB_DONE.search(plain.rstrip("。")) or _VERB_PLANNED.search(plain.rstrip("。"))))
        if not begun or (prose and (_ASIDE.search(plain) or (_REPAIR.search(plain) and not prevents(plain)))):
            continue
        if COURTESY.search(plain) or NO_CHANGE.search(plain) or _NOTHING_YET.fullmatch(plain.rstrip("。")) or _SUBHEAD.fullmatch(plain.rstrip(":")) or (_INTRODUCES.search(plain) and not _marked_status(sentence)):
            continue
        yield _measure(sentence, piece, document, reference, published)


def _marked_status(text: str) -> re.Match[str] | None:
    """The last bracket of a text that says when or how a measure stands."""
    return next((m for m in reversed(list(_MARK.finditer(text))) if _is_status(next(g for g in m.groups() if g is not None))), None)


def _whole(told: list[str]) -> list[str]:
    """A mark that a full stop cut off goes back to its sentence: …する。【H27.5 実施済】, …した。(完了)."""
    joined: list[str] = []
    for text in told:
        if joined and re.fullmatch(r"\s*(?:【[^】]*】|[(（][^)）]*[)）])。?\s*", text):
            joined[-1] += text
        elif joined and (match := re.match(r"\s*(【[^】]*】|[(（][^)）]*(?:済|完了|予定|実施)[^)）]*[)）])\s*(?=\S)", text)):
            joined[-1] += match[1]
            joined.append(text[match.end() :])
        else:
            joined.append(text)
    return joined


def _of_row(cells: list[str], piece: Piece, document: Document, reference: str | None, published: str | None) -> Iterator[Measure]:
    if all(re.fullmatch(r"(?:No\.?|番号|項目?|対策|内容|再発防止策|実施(?:時期|日|状況)|時期|状況|期限|担当|備考|完了(?:日|時期|予定)|区分|分類|原因|ステータス|#)", nfkc(c)) for c in cells):
        return
    body = max(cells, key=len)
    marks = [c for c in cells if c is not body and (_STATUS_WORD.search(nfkc(c)) or parse_moment(c))]
    printed = " ".join(marks) or None
    one = _measure(body, piece, document, reference, published)
    if printed:
        yield Measure(one.text, _month(printed, reference) or one.completed_on, _status(printed) or one.status, printed, one.position)
    else:
        yield one


def _measure(sentence: str, piece: Piece, document: Document, reference: str | None, published: str | None) -> Measure:
    text = sentence.strip()
    plain = nfkc(text)
    mark = _marked_status(text)
    printed = next(g for g in mark.groups() if g is not None).strip() if mark else None
    if mark:
        text = (text[: mark.start()] + text[mark.end() :]).strip()
    body = nfkc(text).rstrip("。. 、")
    status = _status(printed) if printed else None
    month = _month(printed, reference) if printed else None
    if status is None:
        status = "planned" if _VERB_PLANNED.search(body) else "ongoing" if _VERB_ONGOING.search(body) else "done" if _VERB_DONE.search(body) else None
    if month is None and not printed:
        month = _month(plain, reference) if status in ("done", "planned") or re.search(r"までに|付けで|付で|月に|中に", plain) else None
        if month and status is None and re.search(r"までに|予定", plain):
            status = "planned"
    if status == "done" and month and published and month > published[:7] and not re.search("済|完了", printed or ""):
        status = "planned"  # 7月中に実施 in a paper of June
    return Measure(LEAD.sub("", text).strip(), month, status, printed, document.position(piece.start))


def _is_status(text: str) -> bool:
    plain = nfkc(text)
    return (bool(_STATUS_WORD.search(plain)) and not re.search(r"以下|約|等$|[a-z]{6,}", plain)) or bool(parse_moment(plain))


def _status(printed: str) -> str | None:
    plain = nfkc(printed)
    if _PLANNED.search(plain) and not re.search(r"(?:実施|完了|対応)済", plain):
        return "planned"
    if _ONGOING.search(plain):
        return "ongoing"
    return "done" if _DONE.search(plain) else None


def _month(text: str, reference: str | None) -> str | None:
    """The month that a text names; 3月中 and 10月 in the year of the reference, 年度末 as the March that ends it, 年度内 likewise."""
    plain = nfkc(text)
    end = re.search(r"(?:(?P<era>令和|平成|[HR])\s?(?P<eray>\d{1,2})|(?P<year>20\d\d))年度(?P<half>上期|上半期|下期|下半期|末|内|中)?", plain)
    if end:
        year = int(end["year"]) if end["year"] else int(end["eray"]) + (2018 if end["era"] in ("令和", "R") else 1988)
        return f"{year}-09" if end["half"] in ("上期", "上半期") else f"{year + 1}-03"
    moments = [m for m in moments_in_context(plain, reference) if len(m.value) >= 7]
    if moments:
        return moments[-1].value[:7]
    alone = re.search(r"(?<!\d)(?P<next>翌年|来年|本年|今年|同年)?\s*(?P<month>1[0-2]|[1-9])月(?!間)", plain)
    if alone and reference:
        year, now, month = int(reference[:4]), int(reference[5:7]), int(alone["month"])
        planned = bool(_PLANNED.search(plain))
        if alone["next"] in ("翌年", "来年"):
            year += 1
        elif planned and month < now - 1:
            year += 1
        elif not planned and month > now + 1 and not re.search(r"中に|末", plain):
            year -= 1
        return f"{year}-{month:02d}"
    year_only = re.search(r"(20\d\d)年(?:春|夏|秋|冬|末|内|中)", plain)
    return year_only[1] if year_only else None
