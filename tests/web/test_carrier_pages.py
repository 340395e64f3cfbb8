"""Companies on the web: what each promised, by cause, and what came back."""

from __future__ import annotations

import pytest

from kb.reports.carrier import STATES


def test_the_list_leads_to_companies(site) -> None:
    page, rows = site.soup("/carriers"), site.json("/carriers.json")["carriers"]
    links = [a["href"] for a in page.select("tbody th a")]
    assert len(links) == len(rows) > 20 and "/carriers/kddi" in links
    assert site.get(links[0]).status_code == 200


def test_promises_stand_by_cause_with_what_came_back(site) -> None:
    page, data = site.soup("/carriers/kddi"), site.json("/carriers/kddi.json")
    counts = [int(dd.contents[0]) for dd in page.select("dl.counts dd")]
    assert counts == [data["counts"][name] for name in ("accidents", "promises", *STATES, "repeated")]
    told = [promise for cause in data["causes"] for promise in cause["promises"]]
    assert len(page.select("ul.measures > li")) == len(told)
    assert len(page.select("p.since")) == sum(bool(promise["repeated_since"]) for promise in told) > 0
    assert len(page.select("ol.list > li")) == len(data["accidents"])


def test_filters_by_date_cause_and_state(site) -> None:
    later = site.json("/carriers/kddi.json?from=2022")
    assert later["accidents"] and all((a["started_at"] or f"{a['fiscal_year'] + 1}") >= "2022" for a in later["accidents"])
    cause = next(entry["tag"] for entry in later["causes"] if entry["tag"])
    page = site.soup(f"/carriers/kddi?from=2022&cause={cause}&state=done")
    assert len(page.select("section[aria-labelledby=promises-h] h3")) <= 1
    assert {status.text for status in page.select("section[aria-labelledby=promises-h] .status")} <= {STATES["done"]}
    assert page.select_one("#from")["value"] == "2022" and page.select_one(f"#cause option[value='{cause}']").has_attr("selected")
    repeated = site.soup("/carriers/kddi?repeated=1")
    assert len(repeated.select("p.since")) == len(repeated.select("section[aria-labelledby=promises-h] ul.measures > li"))


@pytest.mark.parametrize(("path", "status"), [
    ("/carriers/nobody", 404), ("/carriers/kddi?from=soon", 400), ("/carriers/kddi?from=2022&to=2013", 400), ("/carriers/kddi?cause=x", 400), ("/carriers/kddi?state=x", 400),
])  # fmt: skip
def test_what_does_not_exist_is_explained(site, path: str, status: int) -> None:
    page = site.soup(path, status=status)
    assert page.html["lang"] == "ja" and page.select("main p") and page.select("main ul a")


def test_accidents_link_their_companies(site) -> None:
    assert site.soup("/incidents/2022-07-02-kddi").select("dl.facts a[href='/carriers/kddi']")
