"""Rulings of a page → its tables as boxes of cells, by pdfplumber's way of joining and crossing edges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kb.formats.pdf_page import Letter, Ruling

_TOLERANCE = 3  # points by which rulings miss each other
_SHORTEST = 3
_MAX_EDGES = 600  # crossing them takes the square of their number

Box = tuple[float, float, float, float]  # x0, top, x1, bottom


@dataclass(frozen=True)
class RuledTable:
    """Boxes of at least two cells."""

    boxes: tuple[Box, ...]

    @cached_property
    def box(self) -> Box:
        """The rectangle around all cells: left, top, right, bottom in points."""
        xs0, tops, xs1, bottoms = zip(*self.boxes, strict=True)
        return min(xs0), min(tops), max(xs1), max(bottoms)

    @cached_property
    def xs(self) -> list[float]:
        """Where upright rulings stand, from left to right."""
        return sorted({x for box in self.boxes for x in (box[0], box[2])})

    @cached_property
    def ys(self) -> list[float]:
        """Where level rulings stand, from top to bottom."""
        return sorted({y for box in self.boxes for y in (box[1], box[3])})

    @cached_property
    def _squares(self) -> dict[tuple[int, int], Box]:
        return {
            (column, row): box
            for box in self.boxes
            for column in range(self.xs.index(box[0]), self.xs.index(box[2]))
            for row in range(self.ys.index(box[1]), self.ys.index(box[3]))
        }

    def box_of(self, letter: Letter) -> Box | None:
        """The cell in which the middle of a letter lies."""
        return self._squares.get((bisect_right(self.xs, letter.x) - 1, bisect_right(self.ys, letter.y) - 1))

    def span(self, box: Box) -> tuple[int, int, int, int]:
        """Row, column, rows and columns spanned of a cell."""
        row, column = self.ys.index(box[1]), self.xs.index(box[0])
        return row, column, self.ys.index(box[3]) - row, self.xs.index(box[2]) - column


def ruled_tables(rulings: Sequence[Ruling]) -> list[RuledTable] | None:
    """Tables from top to bottom; None where the edges are too many to be a table's."""
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges: list[dict[str, Any]] = [
        {
            "x0": r.x0, "x1": r.x1, "top": r.top, "bottom": r.bottom, "width": r.x1 - r.x0, "height": r.bottom - r.top,
            "orientation": "h" if r.x1 - r.x0 > r.bottom - r.top else "v", "object_type": "line", "doctop": r.top,
        }
        for r in rulings
        if max(r.x1 - r.x0, r.bottom - r.top) >= 1
    ]  # fmt: skip
    if not edges:
        return []
    edges = merge_edges(edges, _TOLERANCE, _TOLERANCE, _TOLERANCE, _TOLERANCE)
    edges = [edge for edge in edges if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) >= _SHORTEST]
    if len(edges) > _MAX_EDGES:
        return None
    cells = intersections_to_cells(edges_to_intersections(edges, _TOLERANCE, _TOLERANCE))
    return [RuledTable(tuple(table)) for table in cells_to_tables(cells) if len(table) > 1]
