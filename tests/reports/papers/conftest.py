"""A brief with the keys of the contract alone, of invented companies, as the papers may get it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

MEASURE = {"text": "再登録の信号を段階的に絞る仕組みを入れる。", "status": "planned", "completed_on": "2031-03", "tags": ["measure/rate-limit"], "source": 7}
WHY = {"field": "cause", "text": "端末の再登録が一斉に起き、加入者情報の設備が輻輳した。", "marks": [[0, 2]], "by": "keyword", "source": 7}
BRIEF: dict[str, Any] = {
    "subject": {
        "id": None, "no": None, "title": "架空通信の音声が全国で不通 <b>&amp;</b> *速報*", "carriers": ["架空通信株式会社"], "fiscal_year": 2030,
        "started_at": "2030-06-01T02:10+09:00", "ended_at": None, "area": None, "official": None, "statutory_class": 1, "factor": "human", "factor_basis": "inferred",
        "impacts": [
            {"label": None, "carrier": None, "service": "携帯電話の音声", "symptom": None, "started_at": None, "duration_minutes": 400, "users": 1_200_000,
             "users_qualifier": "approx", "unit": "users", "printed": {}, "position": None},
        ],
        "inquiries": [], "report": "first", "causes": ["ルータの交換で経路を誤り、|音声|が途絶えた。"], "prolonging": [], "guidance": [],
        "statements": [{"kind": "cause", "text": "ルータの交換で経路を誤り、|音声|が途絶えた。", "position": None}],
        "measures": [{"text": "手順書を見直した。", "completed_on": "2030-07", "status": "done", "printed": None, "position": None}],
        "notifications": [], "position": None,
        "tags": [{"id": "trigger/maintenance-work", "label": "保守・工事作業", "evidence": "ルータの交換で経路を誤り、|音声|が途絶えた。", "method": "rule", "confidence": 0.8}],
    },
    "classification": {"service_class": 1, "duration_minutes": 400, "users": 1_200_000, "date": "2030-06-01", "rule_in_force": "four-classes", "serious": True, "verdicts": [
        {"rule": "four-classes", "label_ja": "役務の区分ごとの基準", "label_en": "four classes", "status": "enacted", "in_force_from": "2015-04-01", "in_force_to": None,
         "in_force": True, "serious": True, "clause": "class-1-1h-30k", "clauses": [], "not_judged": [], "note": None, "sources": []},
    ]},
    "not_stated": ["ended_at", "inquiries"],
    "precedents": [
        {"id": "2029-01-02-kakuu-a", "title": "切り戻し後の輻輳", "carriers": ["架空移動株式会社"], "started_at": "2029-01-02T10:00+09:00", "axis": "all", "score": 0.5,
         "shared_tags": ["trigger/maintenance-work"], "why": [WHY], "measures": [MEASURE]},
        {"id": "2028-03-04-kakuu-b", "title": "加入者設備の過負荷", "carriers": ["架空西通信株式会社"], "started_at": "2028-03-04", "axis": "all", "score": 0.4,
         "shared_tags": [], "why": [WHY], "measures": []},
    ],
    "missing_measures": [{"tag": "measure/rate-limit", "label": "流量制限", "against": ["mechanism/thundering-herd"], "taken_by": [
        {"id": "2029-01-02-kakuu-a", "text": MEASURE["text"], "status": "planned"}]}],
    "earlier_promises": [{"id": "2027-05-06-kakuu", "started_at": "2027-05-06", "measure": {"text": "作業の承認を二人で行う。", "status": "done", "completed_on": "2027-09"},
        "shared_tags": ["trigger/maintenance-work"], "timing": "completed-before"}],
    "earlier_questions": [{"meeting": "第3回", "held_on": "2029-07-01", "viewpoint": "事前防止", "question": "手順は試験したのか。", "answer": "一部のみ試験した。", "about": "2029-01-02-kakuu-a"}],
    "notification": {"first_notice_minutes": 110, "guideline_minutes": 30, "precedents": [{"id": "2029-01-02-kakuu-a", "minutes": 45, "quote": "45分後に公表した。"}]},
    "questions": [
        {"viewpoint": "事前防止", "text": "切り戻しは事前に試験したのか。", "basis": [
            {"kind": "report", "id": None, "quote": "ルータの交換で経路を誤り、|音声|が途絶えた。"}, {"kind": "precedent", "id": "2029-01-02-kakuu-a", "quote": WHY["text"]}]},
        {"viewpoint": "再発防止", "text": "=流量は|どこ|で絞るのか。", "basis": [{"kind": "measure", "id": "2029-01-02-kakuu-a", "quote": MEASURE["text"]}]},
        {"viewpoint": "事前防止", "text": "承認は誰が行ったのか。", "basis": [{"kind": "promise", "id": "2027-05-06-kakuu", "quote": "作業の承認を二人で行う。"}]},
    ],
    "made_from": {"program": "jiko-kb 0", "database": "0123456789abcdef", "as_of": "2030-05-01"},
}  # fmt: skip


@pytest.fixture
def brief() -> dict[str, Any]:
    return copy.deepcopy(BRIEF)
