"""English where the address or the browser asks for it."""

from __future__ import annotations

import pytest

from kb.web.language import wants_english


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        ("lang=en", "ja", True),
        ("lang=ja", "en-US,en;q=0.9", False),
        ("", "", False),
        ("", "ja,en-US;q=0.9,en;q=0.8", False),
        ("", "en-GB,en;q=0.9,ja;q=0.5", True),
        ("q=x", "fr,en;q=0.3", True),
        ("", "en;q=x, ;;;", False),
    ],
)
def test_the_address_decides_and_then_the_browser(query: str, header: str, expected: bool) -> None:
    assert wants_english(query, header) is expected


def test_an_incident_has_its_english_title_and_summary(site) -> None:
    english = site.soup("/incidents/2018-12-06-softbank?lang=en")
    assert english.select_one("h1 [lang=en]").text == "Expired certificate in switches stops 4G nationwide"
    assert "SoftBank" in english.select_one("div[lang=en]").text
    assert site.soup("/incidents/2018-12-06-softbank").select_one("h1 [lang=en]") is None
