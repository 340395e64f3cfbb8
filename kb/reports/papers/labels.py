"""Headings, labels and sentences of a paper in Japanese and English. Data only."""

from __future__ import annotations

LANGUAGES = ("ja", "en")

UNITS = {
    "users": ("人", "users"), "lines": ("回線", "lines"), "contracts": ("契約", "contracts"), "households": ("世帯", "households"),
    "base_stations": ("局", "base stations"), "cases": ("件", "cases"),
}  # fmt: skip

STATUSES = {"done": ("実施済み", "done"), "planned": ("予定", "planned"), "ongoing": ("継続中", "ongoing"), "unknown": ("実施状況の記載なし", "status not stated")}

SERVICE_CLASSES = {
    1: ("緊急通報を取り扱う音声の役務", "voice with emergency calls"), 2: ("緊急通報を取り扱わない音声の役務", "other voice"),
    3: ("利用者から料金を取らないインターネット関連の役務", "free internet services"), 4: ("その他の役務", "other services"),
}  # fmt: skip

AXES = {
    "trigger": ("引き金", "trigger"), "mechanism": ("障害の仕組み", "mechanism"), "prolonging": ("長引いた理由", "what prolonged it"),
    "equipment": ("設備", "equipment"), "measure": ("対策", "measure"), "service": ("サービス", "service"),
}  # fmt: skip

FIELDS = {
    "started_at": ("発生日時", "time of occurrence"), "ended_at": ("復旧日時・継続時間", "time of recovery, duration"), "services": ("影響したサービス", "services affected"),
    "users": ("影響利用者数", "number of users affected"), "area": ("影響地域", "area affected"), "emergency_calls": ("緊急通報への影響", "effect on emergency calls"),
    "cause": ("発生原因", "cause"), "prolonging": ("長時間化・拡大の要因", "what prolonged or spread it"), "measures": ("再発防止策", "measures against recurrence"),
    "completion": ("再発防止策の完了時期", "when measures are complete"), "first_notice": ("利用者への初報の時刻", "time of the first notice to users"),
    "inquiries": ("申告・問合せの件数", "number of inquiries"), "service": ("役務の区分", "class of service"), "duration": ("継続時間", "duration"),
}  # fmt: skip

BASIS_KINDS = {
    "precedent": ("類似事故", "precedent"), "measure": ("他社の対策", "measure of another"), "promise": ("過去の約束", "earlier promise"),
    "exchange": ("会議の質疑", "question at a meeting"), "rule": ("規則・指針", "rule"), "report": ("この報告", "this report"),
}  # fmt: skip

TEXTS = {
    "ask": ("質問", "Question"), "basis_kind": ("根拠の種別", "Kind of basis"), "basis_id": ("根拠の番号", "Id"), "basis_quote": ("引用", "Quote"),
    "basis_source": ("出典", "Source"),
    "title": ("電気通信事故 確認資料", "Telecom accident: hearing pack"),
    "summary": ("要点", "Summary"),
    "overview": ("概要(この事故)", "The accident"),
    "classification": ("規則上の区分と初報", "Class under the reporting rules, and first notice"),
    "precedents": ("類似事故", "Similar accidents"),
    "missing": ("他社が講じ、この報告に無い対策", "Measures that others took and this report lacks"),
    "promises": ("同じ事業者の過去の約束", "Earlier promises of the same company"),
    "exchanges": ("過去の会議での質疑", "Questions at earlier meetings"),
    "questions": ("質問案", "Questions to ask"),
    "absent": ("記載のない事項", "What is not stated"),
    "sources": ("出典", "Sources"),
    "item": ("項目", "Item"), "content": ("内容", "Content"),
    "company": ("事業者", "Company"), "started_at": ("発生", "Began"), "ended_at": ("復旧", "Recovered"), "area": ("地域", "Area"),
    "impact": ("影響", "Impact"), "service": ("サービス", "Service"), "symptom": ("状況", "Symptom"), "duration": ("継続時間", "Duration"), "users": ("影響利用者数", "Users affected"),
    "judgement": ("重大な事故", "Serious accident"), "first_notice": ("初報", "First notice"), "cause": ("原因", "Cause"), "prolonging": ("長引いた理由", "What prolonged it"),
    "stated_measures": ("この報告にある再発防止策", "Measures stated in this report"), "read_tags": ("分類", "Classified as"),
    "not_stated": ("記載なし", "not stated"), "no_date": ("時期の記載なし", "no date stated"), "and_more": ("ほか", " and others"), "none": ("該当するものはない。", "None."),
    "accident": ("事故", "Accident"), "shared": ("共通する点", "In common"), "told": ("似ている記述", "What is alike"), "nearest": ("最も近い事故", "Nearest accidents"),
    "by_axis": ("観点別に近い事故", "Near on one axis"), "same_episode": ("同じ一連の事故", "Same episode"),
    "measure": ("対策", "Measure"), "against": ("共通する原因", "Shared cause"), "taken_by": ("講じた事業者と内容", "Taken by"),
    "promised": ("約束した事故", "Promised after"), "promise": ("約束の内容と状況", "Promise, and its status"), "since": ("共通する原因と、その後", "Shared cause, and what happened since"),
    "group": ("同じグループの会社", "company of the same group"),
    "also_told": ("別の事故でも同じ約束がある", "promised again after another accident"),
    "since_none": ("この事故までに同じ原因の事故の記録はない。", "No accident of the same cause is on record until this one."),
    "since_some": ("その後に同じ原因の事故 {count} 件({which})。", "{count} accidents of the same cause since ({which})."),
    "question": ("問", "Q"), "answer": ("答", "A"), "basis": ("根拠", "Basis"), "own": ("本報告", "this report"), "number": ("番号", "No."), "viewpoint": ("観点", "Viewpoint"),
    "draft": ("本報告(入力された文書)", "This report (the document given)"), "record": ("当方の記録", "our record"), "meeting": ("会議", "Meeting"),
    "serious_yes": ("該当する", "yes"), "serious_no": ("該当しない", "no"), "serious_unknown": ("判定できない", "cannot be judged"),
    "class": ("区分", "Class"), "class_inferred": ("区分は当方の推定", "class inferred by us"),
    "rule": ("基準", "Rule"), "period": ("適用期間", "In force"), "verdict": ("判定", "Verdict"), "in_force": ("当時の基準", "in force then"), "recommended": ("答申のみ", "recommended only"),
    "from_to": ("{first}から{last}まで", "{first} to {last}"), "from_on": ("{first}から", "from {first}"), "until": ("{last}まで", "until {last}"), "unknown_period": ("施行日は未確認", "not established"),
    "judged": (
        "発生日に適用される基準「{rule}」の区分{number}({service})に照らし、継続時間{duration}、影響{users}であって、重大な事故に{verdict}。",
        "Under the rule in force that day ({rule}), class {number} ({service}): {duration}, {users} users. Serious accident: {verdict}.",
    ),
    "unjudged": ("{missing}の記載がなく、重大な事故に当たるかを判定できない。", "Not judged, because these are not stated: {missing}."),
    "official": ("公表資料では重大な事故として扱われている。", "A published source counts it as a serious accident."),
    "notice": ("利用者への初報は発生から{minutes}後である。", "Users were first told {minutes} after the beginning."),
    "notice_unknown": ("利用者への初報の時刻は記載がない。", "When users were first told is not stated."),
    "guideline": ("指針の目安は発生から原則{minutes}以内である({since}から適用)。", "The guideline asks for a first notice within {minutes} (in force from {since})."),
    "guideline_before": ("発生当時、この指針はまだ適用されていない。", "It was not yet in force then."),
    "notices": ("類似事故の初報", "First notices of similar accidents"),
    "sum_precedents": ("類似事故", "Similar accidents"), "sum_missing": ("無い対策", "Measures lacking"), "sum_promises": ("過去の約束", "Earlier promises"),
    "sum_promises_text": ("共通の原因に対する過去の約束が {count} 件ある。例: {first}", "{count} earlier promises against the shared causes, for instance {first}"),
    "sum_questions": ("主な質問", "Main questions"),
    "sum_absent": ("記載のない事項", "Not stated"),
    "left_out": ("ほかに {count} 件ある(画面と JSON に全件)。", "{count} more (all of them on the page and in the JSON)."),
    "not_found": ("公式の発言の要約である。", "Summaries of what was said."),
    "ask_absent": ("この種の報告に通常あり、この報告に見当たらない事項である。「なかった」ことを意味しない。", "Reports of this kind usually state these; this one does not. It does not mean that there was none."),
    "questions_note": ("各質問の下の根拠は、この報告と収録資料の記述である。", "Below each question stands what it rests on."),
    "made": (
        "{program} により作成。データベース {database}(収録は{as_of}発生の事故まで)。要約と分類は当方によるもので、正確な内容は各出典を確かめること。",
        "Made by {program} from database {database} (accidents until {as_of}). Summaries and tags are ours: check the sources.",
    ),
    "source_incident": ("{title}({companies}、{day}、{id})", "{title} ({companies}, {day}, {id})"),
    "added_precedents": ("この資料の作成後、類似事故の上位に次の事故が加わった: {which}。", "Since this case was saved, these accidents joined the nearest: {which}."),
    "added_documents": ("この資料の作成後、この事故の資料が加わった: {which}。", "Since this case was saved, these documents of the accident were added: {which}."),
    "now_held": ("この事故はその後データベースに収録されている: {which}。", "The accident is in the database by now: {which}."),
    "same_database": ("資料を作成したときと同じデータベースである。追加はない。", "Same database as when the case was saved: nothing was added."),
    "nothing_added": (
        "資料を作成したときのデータベース({database})とは版が違うが、類似事故の上位と、この事故の資料に追加はない。",
        "The case was made from another database ({database}); neither near accidents nor documents of this one were added.",
    ),
}  # fmt: skip
