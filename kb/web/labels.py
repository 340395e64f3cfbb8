"""Japanese names of the codes that the database keeps in English. Data only."""

from __future__ import annotations

FIELDS = {
    "title": "表題", "keyword": "キーワード", "cause": "原因", "prolonging": "長引いた理由", "measure": "再発防止策", "impact": "影響", "area": "地域",
    "lesson": "教訓", "exchange": "会議での質疑", "meeting": "検証会議", "guidance": "行政の求め", "consequence": "波及した被害", "disagreement": "出典の食い違い", "notification": "利用者への周知", "note": "注記",
}  # fmt: skip

FACTORS = {"equipment": "設備要因", "human": "人為要因", "external": "外的要因", "other": "その他の要因"}

STATUSES = {"done": "実施済み", "planned": "予定", "ongoing": "継続中"}

UNITS = {"users": "人", "lines": "回線", "contracts": "契約", "households": "世帯", "base_stations": "局", "cases": "件"}

MEASURE_KINDS = {"prevention": "再発を防ぐ", "recovery": "復旧", "compensation": "補償", "report": "報告・調査"}

ROLES = {"responsible": "原因の側", "affected": "影響を受けた側", "reseller": "再販"}

QUALIFIERS = {"approx": "約", "max": "最大"}  # set before the number

AXES = {
    "trigger": "引き金", "mechanism": "障害の仕組み", "prolonging": "長引いた理由", "measure": "対策", "equipment": "設備", "service": "サービス",
}  # fmt: skip

# Which search parameter filters by a tag of the axis.
AXIS_PARAMETERS = {
    "trigger": "cause", "mechanism": "cause", "prolonging": "cause", "measure": "measure", "equipment": "tag", "service": "tag",
}  # fmt: skip

METHODS = {"curated": "人が付けた", "rule": "規則で付けた", "model": "模型が付けた"}

MODES = {"hybrid": "語と意味", "keyword": "語だけ", "semantic": "意味だけ"}

SIMILAR_AXES = {"all": "総合", "trigger": "引き金", "mechanism": "障害の仕組み", "equipment": "設備", "measure": "対策"}

FOUND_BY = {"keyword": "語の一致", "semantic": "意味の近さ", "tag": "タグの一致"}

SIGNALS = {
    "words": "語の一致", "bigrams": "文字の並びの一致", "concepts": "同じ用語(言い換えを含む)", "passage": "一文の中での一致", "tags": "タグの一致",
    "semantic": "意味の近さ", "carriers": "検索語にある事業者", "years": "検索語にある年",  "sizes": "長さ・規模の条件", "official": "重大な事故とその区分", "areas": "検索語にある地域", "trigger": "引き金", "mechanism": "障害の仕組み",
    "prolonging": "長引いた理由", "equipment": "設備", "measure": "対策", "service": "サービス", "measure_words": "対策の語の一致", "measure_concepts": "対策の用語の一致", "measure_semantic": "対策の意味の近さ",
}  # fmt: skip

DOCUMENT_KINDS = {"catalogue": "当方の記録", "annual-report": "年次報告", "council-minutes": "検証会議の議事概要", "web": "公表資料・報道", "meeting": "当方の会議の記録", "company-report": "事業者の報告", "guidance": "行政指導"}

EXCHANGES = {"question": "質問", "answer": "回答", "remark": "発言", "summary": "まとめ"}

# Fields that a source can support, by the names of `kb.model.Incident` and of the catalogue's files.
SUPPORTED = {
    "title": "表題", "carriers": "事業者", "fiscal_year": "年度", "started_at": "発生日時", "ended_at": "復旧日時", "duration": "継続時間",
    "area": "地域", "official": "重大な事故の別", "statutory_class": "基準の区分", "factor": "要因", "impacts": "影響", "users": "影響数",
    "cause": "原因", "causes": "原因", "statements": "経過・原因", "prolonging": "長引いた理由", "keywords": "キーワード", "measures": "再発防止策",
    "inquiries": "申告・問合せ", "notification": "利用者への周知", "notifications": "利用者への周知", "lessons": "教訓", "notes": "注記",
    "exchanges": "会議での質疑", "tags": "タグ",
}  # fmt: skip

PRINTED = {"started_at": "発生", "ended_at": "復旧", "duration": "継続時間", "users": "影響数", "unit": "単位", "service": "サービス"}

CHANGED = {
    **PRINTED, "area": "地域", "factor": "要因", "statutory_class": "基準の区分", "impact": "影響", "cause": "原因", "prolonging": "長引いた理由",
    "measure": "再発防止策", "measure_status": "対策の状況",
}  # fmt: skip
REPORT_STAGES = {"first": "第一報", "interim": "中間報告", "final": "最終報告"}

STATUTORY_CLASSES = {1: "1号", 2: "2号", 3: "3号", 4: "4号"}
# Kinds of conditions that a query states.
CONDITIONS = {
    "date": "時期", "duration": "継続時間", "users": "影響の数", "carrier": "事業者", "area": "地域", "class": "役務の区分", "official": "重大な事故",
    "emergency": "緊急通報", "not": "除く",
}  # fmt: skip
