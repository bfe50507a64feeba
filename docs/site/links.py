"""Hold the built site to its links: each leads to a page or a file of it, or elsewhere."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Page(HTMLParser):
    """What a page links to, and the names by which its parts can be."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attributes if value}
        self.links |= {given[name] for name in ("href", "src") if name in given}
        self.anchors |= {given["id"]} if "id" in given else set()


def check(site: Path) -> tuple[list[str], list[str]]:
    """Return a sentence for each link that leads nowhere, and all addresses elsewhere."""
    read = cache(_Page)
    broken, elsewhere = [], set()
    for path in sorted(site.rglob("*.html")):
        for link in sorted(each for each in read(path).links if not each.startswith("data:")):
            name, _, fragment = unquote(link).partition("#")
            target = (path.parent / name.partition("?")[0]).resolve() if name else path.resolve()
            if urlsplit(link).scheme:
                elsewhere.add(link)
            elif not target.is_file() or (fragment and fragment not in read(target).anchors):
                broken.append(f"{path.relative_to(site)} links to {link}, which is not there.")
    return broken, sorted(elsewhere)
