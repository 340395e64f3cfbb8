"""A sheet as one HTML file: inline styles, no script, nothing from elsewhere; prints on A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from kb.reports.drawing.svg import Picture
from kb.reports.papers.blocks import Block, Heading, Items, Line, Paragraph, Section, Sheet, Source, Table

STYLE = """
:root { --ink: #111; --soft: #444; --line: #999; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 50rem; padding: 1rem; color: var(--ink); background: #fff; line-height: 1.6; overflow-wrap: anywhere;
  font-family: "Yu Mincho", "游明朝", "Hiragino Mincho ProN", "Noto Serif CJK JP", "MS Mincho", serif; font-size: 11pt; }
h1, h2, h3, th, b { font-family: "Yu Gothic", "游ゴシック", "Hiragino Sans", "Noto Sans CJK JP", Meiryo, sans-serif; }
h1 { font-size: 1.35rem; margin: 0; } .subtitle { font-size: 1.1rem; margin: .2rem 0 .6rem; }
h2 { font-size: 1.12rem; border-bottom: 1px solid var(--line); margin: 1.3rem 0 .5rem; } h3 { font-size: 1rem; margin: .8rem 0 .2rem; }
p, ol, ul { margin: .3rem 0; } ol, ul { padding-left: 1.6rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: .92em; margin: .4rem 0; }
th, td { border: 1px solid var(--line); padding: .2rem .4rem; text-align: left; vertical-align: top; } th { background: #eee; font-weight: 600; }
td p, th p { margin: 0; } .note { color: var(--soft); font-size: .88em; } .notice { border: 1px solid var(--line); padding: .3rem .6rem; }
sup a { text-decoration: none; color: inherit; } .sources { font-size: .85em; } .drawing { margin: .6rem 0; break-inside: avoid; } .picture { width: 100%; height: auto; font-family: "Yu Gothic", "Hiragino Sans", "Noto Sans CJK JP", Meiryo, sans-serif; } .made { font-size: .85em; color: var(--soft); border-top: 1px solid var(--line); }
@page { size: A4; margin: 15mm 17mm 15mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; } }
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; line-height: 1.36; } p, ol, ul { margin: .12rem 0; } h2 { margin: .7rem 0 .25rem; } h3 { margin: .4rem 0 .1rem; }
  table { margin: .2rem 0; } th, td { padding: .1rem .3rem; }
  .summary { break-after: page; } h2, h3 { break-after: avoid; } tr, li { break-inside: avoid; } thead { display: table-header-group; }
  th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

_END = Markup("</section>")


def html(sheet: Sheet, drawings: Sequence[Picture] = ()) -> str:
    """A whole document; `drawings` stand after the section on the accident itself."""
    sections = [part for section in sheet.sections for part in _section(section, "section")]
    after = next((place for place, part in enumerate(sections, start=1) if part == _END), 0)
    sections[after:after] = [Markup('<figure class="drawing">{}</figure>').format(one.inline()) for one in drawings]
    body = Markup("\n").join([
        Markup("<h1>{}</h1>").format(sheet.title), Markup('<p class="subtitle">{}</p>').format(sheet.subtitle),
        *(Markup('<p class="notice">{}</p>').format(notice) for notice in sheet.notices),
        Markup('<div class="summary">'), *_section(sheet.summary, "first"), Markup('<p class="made">{}</p></div>').format(sheet.made), *sections,
        Markup("<section><h2>{}</h2>").format(sheet.sources_title), Markup('<ol class="sources">'), *map(_source, sheet.sources), Markup("</ol></section>"),
    ])  # fmt: skip
    head = Markup(
        '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{}: {}</title>\n<style>{}</style>\n</head>\n<body>\n"
    ).format(sheet.lang, sheet.title, sheet.subtitle, Markup(STYLE))
    return str(head + body + Markup("\n</body>\n</html>\n"))


def _section(section: Section, kind: str) -> Iterator[Markup]:
    title = f"{section.number} {section.title}" if section.number else section.title
    yield Markup('<section class="{}"><h2>{}</h2>').format(kind, title)
    yield from map(_block, section.blocks)
    yield _END


def _block(block: Block) -> Markup:
    if isinstance(block, Heading):
        return Markup("<h3>{}</h3>").format(block.text)
    if isinstance(block, Paragraph):
        return _paragraph(block.line)
    if isinstance(block, Items):
        tag = "ul" if block.start is None else "ol"
        start = "" if block.start in (None, 1) else Markup(' start="{}"').format(block.start)
        items = Markup("").join(Markup("<li>{}</li>").format(Markup("").join([_line(item[0]), *map(_paragraph, item[1:])])) for item in block.items)
        return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), start, items)
    return _table(block)


def _table(table: Table) -> Markup:
    columns = Markup("").join(Markup('<col style="width:{:.0f}%">').format(width * 100) for width in table.widths)
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in table.head)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<th scope="row">{}</th>' if not table.head and not place else "<td>{}</td>").format(Markup("").join(map(_paragraph, cell)))
                for place, cell in enumerate(row)
            )
        )
        for row in table.rows
    )
    top = Markup("<thead><tr>{}</tr></thead>").format(head) if table.head else Markup("")
    return Markup('<table aria-label="{}"><colgroup>{}</colgroup>{}<tbody>{}</tbody></table>').format(table.name, columns, top, rows)


def _paragraph(line: Line) -> Markup:
    return Markup('<p class="note">{}</p>' if line.note else "<p>{}</p>").format(_line(line))


def _line(line: Line) -> Markup:
    label = Markup("<b>{}</b> ").format(line.label) if line.label else Markup("")
    refs = Markup("").join(Markup('<sup><a href="#s{0}">[{0}]</a></sup>').format(ref) for ref in line.refs)
    return label + escape(line.text) + refs


def _source(source: Source) -> Markup:
    documents = [Markup('<a href="{1}" rel="noopener noreferrer">{0}</a>').format(name, url) if url else escape(name) for name, url in source.documents]
    told = Markup("<br>") + Markup("、").join(documents) if documents else Markup("")
    return Markup('<li id="s{}" value="{}">{}{}</li>').format(source.number, source.number, source.text, told)
