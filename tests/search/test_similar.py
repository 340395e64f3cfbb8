from __future__ import annotations

import json

import pytest

from kb.errors import NotFoundError
from kb.search import drafts, profile, similar


def first(connection, corpus, source, limit=3, **options):
    return [hit.id for hit in similar.of(connection, corpus, source, limit=limit, **options).hits]


def test_the_loop_of_2015_brings_the_storm_of_2025(connection, corpus):
    assert "2025-09-16-ntt-west" in first(connection, corpus, "2015-07-15-ctc")


def test_an_incident_is_no_precedent_of_itself(connection, corpus):
    assert "2015-07-15-ctc" not in first(connection, corpus, "2015-07-15-ctc", 200)


def test_the_same_episode_stands_apart(connection, corpus):
    result = similar.of_incident(connection, corpus, "2013-05-29-kddi")
    assert "2013-05-30-kddi" in [hit.id for hit in result.same_episode]
    assert "2013-05-30-kddi" not in [hit.id for hit in result.hits]


def test_other_carriers_only(connection, corpus):
    found = first(connection, corpus, "2022-07-02-kddi", 50, other_carriers=True)
    carriers = dict(connection.execute("SELECT incident_id, group_concat(name) FROM incident_carriers GROUP BY incident_id"))
    assert found and all("KDDI" not in carriers[i] for i in found)


@pytest.mark.parametrize("axis", ["all", "trigger", "mechanism", "equipment", "measure"])
def test_every_axis_answers(connection, corpus, axis):
    result = similar.of_incident(connection, corpus, "2022-07-02-kddi", axis=axis)
    assert result.hits and result.axis == axis


def test_a_draft_weighs_its_cause_over_its_boilerplate(connection, corpus):
    boilerplate = "利用者の皆様には多大なるご迷惑をおかけしましたことをお詫び申し上げます。自社サイトに掲載し、随時更新しました。" * 150
    draft = f"1. 利用者への周知\n{boilerplate}\n2. 発生原因\nスイッチの設定を誤り、ループが生じてブロードキャストが増え、SIPサーバが過負荷になった。\n3. お詫び\n{boilerplate}"
    assert len(draft) > 15_000
    assert set(first(connection, corpus, "-", stdin=draft.encode())) & {"2015-07-15-ctc", "2025-09-16-ntt-west"}


def test_files_and_stdin_on_the_command_line(kb, database, tmp_path):
    draft = tmp_path / "draft.txt"
    draft.write_text("更新通知が大量に送られ、アプリが一斉に認証サーバへ問い合わせたため、認証サーバが過負荷で停止した。", encoding="cp932")
    from_file = json.loads(kb("similar", draft, "--json", "--db", database).stdout)
    assert from_file["hits"][0]["id"] == "2016-03-11-line"
    from_stdin = json.loads(kb("similar", "-", "--json", "--db", database, input=draft.read_bytes()).stdout)
    assert [hit["id"] for hit in from_stdin["hits"]] == [hit["id"] for hit in from_file["hits"]]


def test_unknown_sources_are_named(connection, corpus, kb, database):
    with pytest.raises(NotFoundError, match="1999-01-01-nobody"):
        similar.of(connection, corpus, "1999-01-01-nobody")
    empty = kb("similar", "-", "--db", database, input=b"")
    assert empty.exit_code == 1 and "Traceback" not in empty.stderr


def test_places_do_not_make_accidents_alike(connection, corpus):
    found = profile.of_incidents(connection, corpus, ["2024-01-01-noto", "2016-04-14-kumamoto-earthquake"])
    assert found and not [c for one in found.values() for c in one.concepts if c.startswith(profile.PLACES)]


CAUSE = "ルータの交換作業において経路の設定を誤り、位置登録の信号が集中して輻輳した。切り戻した後も加入者データベースの不一致が残り、復旧が長引いた。"


def test_the_cause_of_a_long_draft_counts_and_its_courtesies_do_not(connection, corpus):
    before = "".join(f"第{n}に、当社の経営の考え方と会社の沿革について申し述べます。" for n in range(300))
    after = "".join(f"お客様にご迷惑をおかけしましたことを、{n}度お詫び申し上げます。" for n in range(300))
    text = f"{before}\n原因\n{CAUSE}\n{after}"
    assert len(text) > 18_000
    short, long = (similar.of_text(connection, corpus, draft, limit=5).hits for draft in (CAUSE, text))
    assert [hit.id for hit in long] == [hit.id for hit in short] and long[0].id == "2022-07-02-kddi"


def test_an_opening_that_tells_the_cause_beforehand_does_not_take_it_away():
    told = drafts.sections(f"{CAUSE}\n挨拶の文です。\n原因\n{CAUSE}")
    assert dict(map(reversed, told))[CAUSE.split("。")[0] + "。"] == "cause" and ("note", "挨拶の文です。") in told


def test_a_cause_that_is_being_looked_for_leaves_the_opening():
    assert ("cause", "全国で電話がつながらなくなった。") in drafts.sections("全国で電話がつながらなくなった。\n原因は調査中")


def test_a_description_without_headings_is_all_cause():
    assert drafts.sections("ルータが故障した。輻輳が起きた。ルータが故障した。") == [("cause", "ルータが故障した。"), ("cause", "輻輳が起きた。")]


def test_a_draft_without_a_cause_section_says_so(connection, corpus):
    described = similar.of_text(connection, corpus, "全国で電話とメールが使えなくなりました。")
    assert described.hits and "節が見つからなかった" in described.notice
    told = similar.of_text(connection, corpus, f"1 原因\n{CAUSE}")
    assert told.hits and told.notice is None


def test_a_title_alone_makes_no_precedent(connection, corpus):
    cause = "◆何が起きたか\n経路を絞る条件が抜けており、約4万の経路が隣の事業者に広告され、回線があふれた。"
    neutral, speaking = ([hit.id for hit in similar.of_text(connection, corpus, f"{title}\n{cause}", limit=5).hits] for title in ("ご報告", "迷惑メールの件のご報告"))
    assert neutral == speaking


def test_every_precedent_has_a_reason_that_is_not_its_title(connection, corpus):
    for axis in ("all", "measure", "mechanism"):
        for hit in similar.of_incident(connection, corpus, "2022-07-02-kddi", axis=axis, limit=20).hits:
            title = connection.execute("SELECT title FROM incidents WHERE id = ?", [hit.id]).fetchone()[0]
            assert hit.why and title not in [why.text for why in hit.why]


def test_shared_tags_name_a_sentence_of_both_sides(connection, corpus):
    hit = similar.of_text(connection, corpus, f"1 原因\n{CAUSE}").hits[0]
    shared = [why for why in hit.why if why.by == "tag"]
    assert shared and all(why.own in CAUSE and why.tags for why in shared)


def test_tags_are_proposed_from_stdin(kb):
    found = json.loads(kb("tag", "-", "--json", input=f"1 原因\n{CAUSE}".encode()).stdout)
    assert {"mechanism/signalling-congestion"} <= {p["tag"] for p in found["incidents"][0]["proposals"] if p["taken"]}
