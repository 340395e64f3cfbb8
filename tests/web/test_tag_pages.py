"""Pages of a tag."""

from __future__ import annotations


def test_a_tag_of_many_accidents_is_turned_page_by_page(site, connection) -> None:
    tag = connection.execute("SELECT tag_id FROM incident_tags GROUP BY 1 ORDER BY count(DISTINCT incident_id) DESC LIMIT 1").fetchone()[0]
    first = site.soup(f"/tags/{tag}")
    following = first.select_one("a[rel=next]")["href"].split("#")[0]
    second = site.soup(following)
    titles = [{a["href"] for a in page.select("#incidents ~ ol > li > a")} for page in (first, second)]
    assert titles[0] and titles[1] and not titles[0] & titles[1] and second.select_one("a[rel=prev]")
    for wrong in ("99999", "x", "0"):
        assert site.get(f"/tags/{tag}?page={wrong}").status_code in (400, 404)
