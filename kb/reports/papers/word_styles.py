"""Page, language, fonts and styles of our Word documents, on top of python-docx's template."""

from __future__ import annotations

import datetime

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from lxml import etree

from kb.reports.papers.word_xml import added, element, replaced

MARGIN = 18  # mm
INDENT = 7.5
MINCHO, GOTHIC = "游明朝", "游ゴシック"
# What stands in where a font is missing: on older Windows, on a Mac, on Linux.
FALLBACKS = {MINCHO: "Yu Mincho,Hiragino Mincho ProN,Noto Serif CJK JP,MS Mincho", GOTHIC: "Yu Gothic,Hiragino Sans,Noto Sans CJK JP,MS Gothic"}
FAMILIES = {MINCHO: "roman", GOTHIC: "swiss"}
LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}
INK = RGBColor(0x11, 0x11, 0x11)


def settle(document: WordDocument, lang: str, title: str, subtitle: str) -> None:
    """Make an empty document ours."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin = section.bottom_margin = Mm(15)
    section.footer_distance = Mm(7)
    properties = document.core_properties
    properties.title, properties.subject, properties.language = title, subtitle, LANGUAGES[lang]
    properties.author, properties.comments, properties.keywords = "jiko-kb", "", ""
    properties.created = properties.modified = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)
    _language(document, lang)
    _fonts(document)
    _styles(document)


def _language(document: WordDocument, lang: str) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    replaced(defaults, "w:lang", {"w:val": LANGUAGES[lang], "w:eastAsia": "ja-JP", "w:bidi": "ar-SA"})
    for old in defaults.findall(qn("w:rFonts")):
        defaults.remove(old)
    defaults.insert(0, element("w:rFonts", dict.fromkeys(("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"), MINCHO)))
    settings = document.settings.element
    for old in settings.findall(qn("w:themeFontLang")):
        old.set(qn("w:val"), LANGUAGES[lang])
        old.set(qn("w:eastAsia"), "ja-JP")


def _fonts(document: WordDocument) -> None:
    """Name the fonts, and what stands in for them, in the table of fonts."""
    table = element("w:fonts")
    for name, others in FALLBACKS.items():
        font = added(table, "w:font", {"w:name": name})
        added(font, "w:altName", {"w:val": others})
        added(font, "w:charset", {"w:val": "80"})
        added(font, "w:family", {"w:val": FAMILIES[name]})
        added(font, "w:pitch", {"w:val": "variable"})
    part: Part = next(p for p in document.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml")
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)


def _styles(document: WordDocument) -> None:
    styles = document.styles
    _set(styles["Normal"], 9.5, MINCHO, after=2, line=13)
    _set(styles["Title"], 16, GOTHIC, bold=True, after=2, line=22)
    border = styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        styles["Title"].element.pPr.remove(border)
    _set(styles["Subtitle"], 12, GOTHIC, after=4, line=17)
    _set(styles["Heading 1"], 12.5, GOTHIC, bold=True, before=9, after=3, line=17)
    _set(styles["Heading 2"], 10, GOTHIC, bold=True, before=5, after=1, line=14)
    _set(styles["Heading 3"], 10, GOTHIC, bold=True, before=4, after=1, line=14)
    _set(styles["List Bullet"], 9.5, MINCHO, after=1, line=13)
    _set(styles["List Number"], 9.5, MINCHO, after=1, line=13)
    _set(styles["Intense Quote"], 9.5, MINCHO, after=4, line=14)
    _set(styles["Footer"], 9, MINCHO, line=12)
    for name, size, font, bold, after, line in (
        ("Note", 8.5, MINCHO, False, 1, 11.5), ("Table Text", 9, MINCHO, False, 0, 12), ("Table Note", 8, MINCHO, False, 0, 10.5),
        ("Table Head", 9, GOTHIC, True, 0, 12), ("After Table", 4, MINCHO, False, 0, 6), ("Endnote Text", 8, MINCHO, False, 1, 10.5),
    ):  # fmt: skip
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _set(style, size, font, bold=bold, after=after, line=line)
    styles["Endnote Text"].paragraph_format.left_indent = Mm(6)
    styles["Endnote Text"].paragraph_format.first_line_indent = Mm(-6)
    mark = styles.add_style("Endnote Reference", WD_STYLE_TYPE.CHARACTER)
    mark.font.superscript = True
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.underline = True
    link.font.color.rgb = RGBColor(0x0B, 0x57, 0xB0)


def _set(
    style: ParagraphStyle | CharacterStyle, size: float, font: str, *, bold: bool | None = False, before: float = 0, after: float = 0, line: float,
) -> None:  # fmt: skip
    style.font.size, style.font.bold, style.font.italic, style.font.name = Pt(size), bold, False, font
    style.font.color.rgb = INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), font)
    if isinstance(style, ParagraphStyle):
        shape = style.paragraph_format
        shape.space_before, shape.space_after = Pt(before), Pt(after)
        # Exact, because fonts differ much in the height of their lines, and the pages are counted.
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
