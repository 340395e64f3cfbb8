"""What --fy takes."""

from __future__ import annotations

import click
import pytest

from kb.cli.main import fiscal_years


@pytest.mark.parametrize(
    ("written", "read"),
    [("2015", (2015, 2015)), ("2015-2019", (2015, 2019)), ("2015-", (2015, None)), ("-2019", (None, 2019)), ("", (None, None)), (None, (None, None))],
)
def test_a_range_of_fiscal_years(written: str | None, read: tuple[int | None, int | None]) -> None:
    assert fiscal_years(written) == read


@pytest.mark.parametrize("written", ["平成27", "2015-2019-2020", "2015/2019"])
def test_what_is_no_range_is_refused_with_what_to_write(written: str) -> None:
    with pytest.raises(click.BadParameter, match="write 2015, 2015-2019"):
        fiscal_years(written)
