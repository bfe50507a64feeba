"""Chromium for tests: pages that must stay free of errors and of requests to anywhere else."""

import functools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser with a profile of its own, or a skipped test where there is none."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium; `scripts/setup browser` installs it on Debian")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def copyfile(self, source, outputfile) -> None:
        with suppress(ConnectionError):  # a browser stops loading a film when it has enough
            super().copyfile(source, outputfile)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on Python's own server, which serves no parts of files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def page(browser: Browser, base: str, path: str, **options) -> Iterator[Page]:
    """A page that is loaded; in the end nothing may have gone wrong or left `base`."""
    context = browser.new_context(**options)
    context.set_default_timeout(20_000)
    shown = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.on("requestfailed", lambda request: said.append(f"{request.url}: {request.failure}"))
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(f"{base}/{path}")
    yield shown
    context.close()
    aborted = ("net::ERR_ABORTED",)  # a film that was left before it was loaded
    assert [words for words in said if not words.endswith(aborted)] == []
    own = (base, "data:", f"blob:{base}")
    assert [address for address in asked if not address.startswith(own)] == []


def violations(shown: Page) -> list[str]:
    """What axe-core finds that shuts people out."""
    found = Axe().run(shown).response["violations"]
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
