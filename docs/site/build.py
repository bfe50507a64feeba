"""Build the site: `make docs`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from docs.site import links
from docs.site.pages import ROOT, Site

SETTINGS = ("--quiet", "--fail-on-warning", "--conf-dir", str(Path(__file__).parent))


def build(folder: Path) -> tuple[list[str], list[str]]:
    """Make the pages and, of them, the site, in `folder`/pages and /html; see `links.check`.

    Raises SiteError where there is no page to be made of a document, SystemExit where Sphinx warns.
    """
    shutil.rmtree(folder, ignore_errors=True)
    Site.of_documents().write(folder / "pages")
    places = map(str, (folder / "pages", folder / "html"))
    if status := build_main([*SETTINGS, "--doctree-dir", str(folder / "read"), *places]):
        raise SystemExit(status)
    return links.check(folder / "html")


def main() -> None:
    """Build the site, and tell where it is and which links nobody has followed."""
    folder = ROOT / "build" / "docs"
    broken, elsewhere = build(folder)
    print("Links elsewhere, which were not followed:", *elsewhere, sep="\n  ")
    if broken:
        sys.exit("\n".join(broken))
    print(folder / "html" / "index.html")


if __name__ == "__main__":
    main()
