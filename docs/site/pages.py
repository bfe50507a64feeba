"""The pages of the site, put together of README, CONTRIBUTING and docs/: nothing is written twice.

A page is made of stretches of these documents, each from a heading to where another stretch of the
same document begins, so that a new section joins the page of the one before it. Links between the
documents become links between the pages; a link to any other file leads to a page that shows it.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from epochreel.cli import epochreel

ROOT = Path(__file__).parents[2]
REFERENCE = Path(__file__).with_name("reference")
PICTURES = (".png", ".jpg", ".svg")

# Each page's stretches: a document, or a document and the heading from which on it is taken.
PAGES = {
    "index": ["README.md", "README.md#licence"],
    "own_net": ["README.md#film-your-own-net", "CONTRIBUTING.md#a-new-clip"],
    "notebook": ["docs/pinwheel.ipynb"],
    "words": ["docs/words.md"],
    "clips": ["docs/clips.md"],
    "lecture": ["README.md#from-one-clip-to-a-lecture-and-a-feed"],
    "lecturing": ["docs/lecturing.md"],
    "speed": ["README.md#speed"],
    "machines": ["README.md#many-machines"],
    "contributing": ["CONTRIBUTING.md", "CONTRIBUTING.md#a-layer"],
    "changelog": ["CHANGELOG.md"],
}
# The index's lists of pages, under their captions.
CONTENTS = {
    "": [
        "Start <self>",
        "own_net",
        "In a notebook <notebook>",
        "The language by example <words>",
        "All clips <clips>",
    ],
    "Afterwards": ["Lectures, feeds, books <lecture>", "lecturing", "speed", "machines"],
    "Reference": [
        "reference/commands",
        "reference/recordings",
        "reference/functions",
        "reference/clips",
        "reference/panels",
        "reference/diagrams",
        "reference/layers",
        "reference/errors",
    ],
    "The project": ["contributing", "changelog"],
}

CODE = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
LINK = re.compile(r"""(?<=\]\()[^)\s]+(?=\))|(?<=\bsrc=")[^"]+(?=")""")
NAMED = re.compile(r"\[[\w/]+\.md\](?=\(/[\w/]+\.md)")


class SiteError(Exception):
    """A document of which no page can be made."""


def slug(heading: str) -> str:
    """Return the fragment by which a heading is linked to, as GitHub has it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def headings(text: str) -> list[re.Match[str]]:
    """Return the headings of a document, which are not the comments in its code."""
    code = [match.span() for match in CODE.finditer(text)]
    found = HEADING.finditer(text)
    return [each for each in found if not any(a <= each.start() < b for a, b in code)]


@dataclass
class Site:
    """The pages by their names, and the files of the project that they show or link to."""

    pages: dict[str, str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    pictures: set[str] = field(default_factory=set)

    @classmethod
    def of_documents(cls) -> Site:
        """Put the pages together; raises SiteError for a link that leads nowhere."""
        site = cls()
        for page, stretches in PAGES.items():
            parts = [site._linked(each.partition("#")[0], taken(each)) for each in stretches]
            site.pages[page] = promoted("\n".join(parts))
        for path in REFERENCE.glob("*.md"):
            site.pages[f"reference/{path.stem}"] = path.read_text("utf-8")
        site.pages["reference/commands"] = commands()
        site.pages["index"] += contents()
        site.shown |= {trainer for path in site.shown if (trainer := trainer_of(path))}
        for path in sorted(site.shown):
            site.pages[f"source/{path}"] = listing(path)
        return site

    def write(self, folder: Path) -> None:
        """Write the pages and their pictures into a folder, in the place of what is there."""
        shutil.rmtree(folder, ignore_errors=True)
        for page, text in self.pages.items():
            path = folder / f"{page}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        for picture in self.pictures:
            (folder / picture).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / picture, folder / picture)

    def _linked(self, document: str, text: str) -> str:
        """Let the links of a document lead to pages; what stands in code is left alone.

        Where a link says the name of a document, it says the title of the page instead.
        """
        parts = CODE.split(text)
        parts[::2] = [LINK.sub(lambda m: self._target(document, m[0]), part) for part in parts[::2]]
        return NAMED.sub("[]", "".join(parts))

    def _target(self, document: str, link: str) -> str:
        if re.match(r"\w+:", link):
            return link
        name, _, fragment = link.partition("#")
        path = (ROOT / document).parent.joinpath(name).resolve() if name else ROOT / document
        if not path.is_file() or not path.is_relative_to(ROOT):
            raise SiteError(f"{document} links to {link}, which is no file of the project.")
        target = path.relative_to(ROOT).as_posix()
        if page := page_of(target, fragment):
            return f"/{page}.md" + (f"#{fragment}" if fragment else "")
        if path.suffix in PICTURES:
            self.pictures.add(target)
            return f"/{target}"
        self.shown.add(target)
        return f"/source/{target}.md"


def written(document: str) -> str:
    """Return what is written in a document, which may be a notebook: its words and its code."""
    text = (ROOT / document).read_text("utf-8")
    if not document.endswith(".ipynb"):
        return text
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
    said = (f"```python\n{each}\n```" if kind == "code" else each for kind, each in cells)
    return "\n\n".join(said) + "\n"


def taken(stretch: str) -> str:
    """Return a stretch of a document: from its heading to the next one that begins a stretch."""
    document, _, start = stretch.partition("#")
    text = written(document)
    others = {
        each.partition("#")[2]
        for stretches in PAGES.values()
        for each in stretches
        if each != stretch and each.partition("#")[0] == document
    }
    places = {slug(each[2]): each.start() for each in headings(text)}
    if missing := ({start} | others) - {""} - set(places):
        raise SiteError(f"{document} has no section #{missing.pop()}; PAGES asks for it.")
    begin = places[start] if start else 0
    ends = [places[each] for each in others if each and places[each] > begin]
    return text[begin : min(ends, default=len(text))]


def page_of(document: str, fragment: str = "") -> str | None:
    """Return the page that a document begins on, or its section of that name."""
    for page, stretches in PAGES.items():
        for stretch in stretches:
            if stretch.partition("#")[0] == document:
                there = {slug(each[2]) for each in headings(taken(stretch))}
                if fragment in there or (not fragment and not stretch.partition("#")[2]):
                    return page
    if fragment and document in {each for stretches in PAGES.values() for each in stretches}:
        raise SiteError(f"{document} has no section #{fragment}, to which there is a link.")
    return None


def promoted(text: str) -> str:
    """Let a page that begins with a section begin with a title: lift it and what is under it."""
    first, *others = headings(text)
    lift = len(first[1]) - 1
    end = next((each.start() for each in others if each[1] == first[1]), len(text))
    for each in reversed([first, *others]):
        if lift and each.start() < end:
            text = text[: each.start()] + text[each.start() + lift :]
    return text


def contents() -> str:
    """Return the lists of all pages, which the sidebar shows."""
    return "".join(
        "\n```{toctree}\n:hidden:\n"
        + (f":caption: {caption}\n" if caption else "")
        + "\n"
        + "\n".join(pages)
        + "\n```\n"
        for caption, pages in CONTENTS.items()
    )


def commands() -> str:
    """Return the page of the command line, each command with its options; of a trainer's one."""
    blocks = [
        f".. click:: {command.callback.__module__}:{command.callback.__name__}\n"
        f"   :prog: epochreel {name}\n   :nested: full\n   :commands: classifier_unwarp\n"
        for name, command in sorted(epochreel.commands.items())
    ]
    return "# Commands\n\n```{eval-rst}\n" + "\n".join(blocks) + "```\n"


def trainer_of(path: str) -> str:
    """Return the file of the trainer that a scene films, or nothing."""
    named = re.search(r'^    trainer = "(\w+)"$', (ROOT / path).read_text("utf-8"), re.MULTILINE)
    return f"trainers/{named[1]}.py" if named and path.startswith("scenes/") else ""


def listing(path: str) -> str:
    """Return the page that shows a file of the project."""
    text = (ROOT / path).read_text("utf-8").rstrip("\n")
    head = f"---\norphan: true\nnosearch: true\n---\n\n# {path}\n\n"
    language = {".py": "python", ".toml": "toml"}.get(PurePosixPath(path).suffix, "text")
    trainer = trainer_of(path)
    films = f"It films [{trainer}](/source/{trainer}.md).\n\n" if trainer else ""
    return f"{head}{films}````{language}\n{text}\n````\n"
