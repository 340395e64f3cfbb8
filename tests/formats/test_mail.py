from __future__ import annotations

from email.message import EmailMessage

import pytest

from kb.building.reading import read_bytes
from kb.catalogue.place import data_directory
from kb.errors import DocumentError
from kb.formats.document import document_from_bytes, documents_from_bytes
from kb.formats.mail import is_mail
from kb.knowledge.reporting_rules.judgement import load_thresholds
from tests.pdf_writer import PdfWriter

MINUTES = """電気通信事故検証会議(第3回)議事要旨
1 日時 平成28年9月9日(金)10:00～12:00
3 議事模様
(1)架空通信株式会社から、平成28年8月1日に発生した重大な事故について説明が行われた。主な内容は以下のとおり。
＜発生原因＞
・経路の設定を誤り、通信が停止した。
"""


def message(body: str = "お世話になっております。報告書をお送りします。") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "a@example.jp", "b@example.jp", "障害の報告", "<1@example.jp>"
    mail.set_content(body, charset="iso-2022-jp")
    return mail


def test_body_and_attachments_are_documents_of_their_own():
    mail = message()
    mail.add_alternative("<p>お世話になっております。</p>", subtype="html")
    mail.add_attachment(MINUTES.encode("cp932"), maintype="text", subtype="plain", filename="議事要旨.txt")
    writer = PdfWriter()
    writer.line("別紙の表")
    mail.add_attachment(writer.bytes(), maintype="application", subtype="pdf", filename="別紙.pdf")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="図.png")
    mail.add_attachment(b"PK\x03\x04broken", maintype="application", subtype="zip", filename="束.zip")
    found = documents_from_bytes(mail.as_bytes(), "届.eml")
    assert [document.name for document in found] == ["届.eml (body)", "議事要旨.txt", "別紙.pdf"]
    assert "報告書をお送り" in found[0].text and "経路の設定を誤り" in found[1].text
    assert [notice.code for notice in found[0].notices] == ["part-not-read"] and "束.zip" in found[0].notices[0].message
    assert len({document.sha256 for document in found}) == 1
    assert document_from_bytes(mail.as_bytes(), "届.eml").name == "議事要旨.txt"


def test_the_report_inside_is_read_and_the_other_parts_are_named():
    mail = message()
    mail.add_attachment(MINUTES.encode(), maintype="text", subtype="plain", filename="議事要旨.txt")
    document, report = read_bytes(mail.as_bytes(), "届.eml", "auto", load_thresholds(data_directory() / "thresholds.yml"))
    assert document.name == "議事要旨.txt" and report.kind == "council-minutes" and len(report.incidents) == 1
    assert [notice.code for notice in report.warnings][-1] == "other-part" and "(body)" in report.warnings[-1].message


def test_a_forwarded_message_is_opened():
    inner = message(MINUTES.replace("～", "から"))
    outer = message("転送します。")
    outer.add_attachment(inner)
    assert any("経路の設定を誤り" in document.text for document in documents_from_bytes(outer.as_bytes(), "転送.eml"))


def test_an_html_body_is_a_page():
    mail = message()
    mail.set_content("<p>甲<ruby>乙<rt>おつ</ruby>丙</p><p>丁</p>", subtype="html")
    assert document_from_bytes(mail.as_bytes(), "x.eml").text.split() == ["甲乙丙", "丁"]


def test_labels_with_colons_make_no_mail():
    assert not is_mail("発生日時: 5月1日\n復旧日時: 5月2日\n影響: 約1万\n\n本文".encode())
    assert not is_mail(b"Date: 2024-05-01\nTo: Osaka\nFrom: Tokyo\nline\n\nbody")


def test_a_mail_without_readable_parts_is_refused():
    mail = message()
    mail.set_content(b"\x89PNG", maintype="image", subtype="png")
    with pytest.raises(DocumentError, match="nothing in this e-mail can be read"):
        document_from_bytes(mail.as_bytes(), "x.eml")


def test_letters_that_mail_programs_add_to_iso_2022_jp():
    body = b"\x1b$B-!\x1b(B \x1b(I6\x1b(B \x1b$B5!4o\x1b(B"
    header = b"From: a@example.jp\nTo: b@example.jp\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
    assert document_from_bytes(header + body, "x.eml").text.strip() == "① カ 機器"
