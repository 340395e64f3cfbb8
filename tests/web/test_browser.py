"""A real browser: search, open the first hit, follow a similar incident; with JavaScript switched off, from this host alone."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMEDRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and CHROMEDRIVER), reason="no chromium with chromedriver on this machine: install the packages chromium and chromium-driver"
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


@pytest.fixture(scope="module")
def address(built_folder: Path) -> Iterator[str]:
    """Plain `datasette serve` on the built database, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "datasette", "serve", str(built_folder / "jiko.db"), "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/index.json", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, "datasette stopped"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def browse(tmp_path: Path) -> Iterator:
    """`browse(width, javascript=…)` → a browser that logs every request."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    opened = []

    def start(width: int = 1200, javascript: bool = False):
        options = Options()
        options.binary_location = CHROMIUM
        for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        preferences = {"intl.accept_languages": "ja"} | ({} if javascript else {"profile.managed_default_content_settings.javascript": 2})
        options.add_experimental_option("prefs", preferences)
        browser = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
        opened.append(browser)
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        )
        return browser

    yield start
    for browser in opened:
        browser.quit()


def until(browser, condition, seconds: float = 60):
    """What `condition(browser)` gives once it is true.

    The driver returns from a key or a click before the next page has come when the server takes its time (the
    first search of a process reads the model), so nothing after one is read without waiting.
    """
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    gone = (NoSuchElementException, StaleElementReferenceException)
    return WebDriverWait(browser, seconds, ignored_exceptions=gone).until(condition)


def element(browser, css: str):
    """The first element that `css` names, as soon as there is one."""
    return until(browser, lambda b: b.find_element("css selector", css))


def hosts_asked(browser) -> set[str]:
    """Hosts that the pages asked for something; the browser's own start page is no page of ours."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return {urlparse(url).netloc for url in urls if urlparse(url).scheme not in ("data", "chrome", "about")}


def test_search_open_the_first_hit_and_follow_a_similar_incident(address: str, browse) -> None:
    from selenium.webdriver.common.keys import Keys

    browser = browse(javascript=False)
    browser.get(address + "/")
    assert element(browser, "html").get_attribute("lang") == "ja"
    element(browser, "[name=q]").send_keys("証明書 期限切れ", Keys.ENTER)
    first = element(browser, "article.hit h2 a")
    assert first.get_attribute("href").endswith("/incidents/2018-12-06-softbank")
    assert browser.find_elements("css selector", "article.hit mark")
    first.click()
    until(browser, lambda b: b.current_url.endswith("/incidents/2018-12-06-softbank"))
    until(browser, lambda b: "証明書期限切れ" in b.find_element("tag name", "h1").text)
    similar = element(browser, "#similar ~ article.hit h3 a")
    title = similar.text
    similar.click()
    until(browser, lambda b: b.find_element("tag name", "h1").text == title)
    assert element(browser, "html").get_attribute("lang") == "ja"
    assert hosts_asked(browser) == {urlparse(address).netloc}


def test_javascript_is_really_off_in_the_test_above(browse) -> None:
    browser = browse(javascript=False)
    browser.get("data:text/html,<title>off</title><script>document.title='on'</script>")
    assert browser.title == "off"


def test_the_keyboard_reaches_the_content_first(address: str, browse) -> None:
    from selenium.webdriver.common.keys import Keys

    browser = browse(javascript=True)
    browser.get(address + "/search?q=%E8%BC%BB%E8%BC%B3")
    element(browser, "body").send_keys(Keys.TAB)
    until(browser, lambda b: b.switch_to.active_element.get_attribute("class") == "skip")
    focused = browser.switch_to.active_element
    until(browser, lambda b: focused.rect["x"] >= 0)  # the skip link comes into sight
    assert focused.value_of_css_property("outline-style") == "solid"
    focused.send_keys(Keys.ENTER)
    until(browser, lambda b: b.switch_to.active_element.get_attribute("id") == "content")


@pytest.mark.parametrize("path", ["/", "/search?q=%E8%BC%BB%E8%BC%B3", "/incidents/2022-07-02-kddi", "/similar", "/similar?id=2022-07-02-kddi"])
def test_pages_fit_a_phone(address: str, browse, path: str) -> None:
    browser = browse(width=390, javascript=True)
    browser.get(address + path)
    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width <= 390


def test_pasted_text_is_compared(address: str, browse) -> None:
    browser = browse(javascript=False)
    browser.get(address + "/similar")
    element(browser, "[name=text]").send_keys("交換機のTLS証明書の有効期限が切れ、全装置が一斉に再起動した。")
    element(browser, "form.draft button").click()
    element(browser, "article.hit")
    links = [a.get_attribute("href") for a in browser.find_elements("css selector", "article.hit h3 a")]
    assert any(link.endswith("/incidents/2018-12-06-softbank") for link in links[:3])
