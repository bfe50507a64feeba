"""The site is made of the documents: all of them, once, with links that lead somewhere."""

import re
import warnings

import pytest

import epochreel
from docs.site import links, pages
from docs.site.pages import Site, SiteError
from epochreel.cli import epochreel as command_line
from tests.gallery.browser import chromium, page, served, violations

DOCUMENTS = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *("docs/clips.md", "docs/words.md", "docs/pinwheel.ipynb"),
)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site.of_documents()


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of two documents and a picture, whose pages are three."""
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    stretches = {"index": ["A.md"], "more": ["A.md#more-of-it"], "other": ["docs/B.md"]}
    monkeypatch.setattr(pages, "PAGES", stretches)
    (tmp_path / "docs").mkdir()
    (tmp_path / "A.md").write_text("# A\n\n## More of it\n\n### Under it\n\n## The rest\n")
    (tmp_path / "docs" / "B.md").write_text("# B\n")
    (tmp_path / "picture.png").write_bytes(b"")
    return tmp_path


def test_every_section_stands_on_one_page() -> None:
    for document in DOCUMENTS:
        text = pages.written(document)
        taken = [
            pages.taken(each)
            for stretches in pages.PAGES.values()
            for each in stretches
            if each.partition("#")[0] == document
        ]
        assert sorted("".join(taken)) == sorted(text), document


def test_every_page_is_in_the_sidebar(site) -> None:
    listed = [each for group in pages.CONTENTS.values() for each in group]
    names = [re.sub(r".*<(.*)>", r"\1", each).replace("self", "index") for each in listed]
    assert sorted(names) == sorted(name for name in site.pages if not name.startswith("source/"))
    assert all(f"\n{each}\n" in site.pages["index"] for each in listed)


def test_links_lead_to_pages_and_pictures(site, tmp_path) -> None:
    site.write(tmp_path)
    for name, text in site.pages.items():
        prose = "".join(pages.CODE.split(text.partition("````")[0])[::2])
        for link in pages.LINK.findall(prose):
            if "://" not in link:
                assert (tmp_path / link.partition("#")[0].lstrip("/")).is_file(), (name, link)
    assert len(list(tmp_path.rglob("*.png"))) > 50


def test_a_page_begins_with_a_title_and_goes_on_with_sections(project) -> None:
    assert Site.of_documents().pages["more"] == "# More of it\n\n## Under it\n\n## The rest\n"


def test_links_are_led_over(project) -> None:
    (project / "docs" / "B.md").write_text(
        "# B\n\n[up](../A.md#under-it), [all](../A.md), [A.md](../A.md), [here](#b),\n"
        "[else](https://a.b/c.md) and `[code](A.md)`\n\n```md\n[code](A.md)\n```\n\n"
        '![it](../picture.png) <img src="../picture.png" alt=""> [file](../docs/B.md)\n'
    )
    made = Site.of_documents()
    assert made.pages["other"] == (
        "# B\n\n[up](/more.md#under-it), [all](/index.md), [](/index.md), [here](/other.md#b),\n"
        "[else](https://a.b/c.md) and `[code](A.md)`\n\n```md\n[code](A.md)\n```\n\n"
        '![it](/picture.png) <img src="/picture.png" alt=""> [file](/other.md)\n'
    )
    assert made.pictures == {"picture.png"}


def test_a_file_that_is_linked_to_is_shown(project) -> None:
    (project / "code.py").write_text("x = '```'\n")
    (project / "docs" / "B.md").write_text("# B\n\n[code](../code.py)\n")
    made = Site.of_documents()
    assert "[code](/source/code.py.md)" in made.pages["other"]
    assert made.pages["source/code.py"].endswith("# code.py\n\n````python\nx = '```'\n````\n")


def test_a_scene_leads_to_its_trainer(site) -> None:
    assert (
        "[trainers/autoencoder.py](/source/trainers/autoencoder.py.md)"
        in (site.pages["source/scenes/autoencoder.py"])
    )
    assert "def train(" in site.pages["source/trainers/autoencoder.py"]


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("gone.py", r"docs/B\.md links to gone\.py, which is no file of the project"),
        ("../../secret", r"docs/B\.md links to \.\./\.\./secret, which is no file of the project"),
        ("../A.md#gone", r"A\.md has no section #gone, to which there is a link"),
        ("#gone", r"docs/B\.md has no section #gone, to which there is a link"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(project, link, sentence) -> None:
    (project.parent / "secret").write_text("")
    (project / "docs" / "B.md").write_text(f"# B\n\n[it]({link})\n")
    with pytest.raises(SiteError, match=sentence):
        Site.of_documents()


def test_a_section_that_is_gone_is_told(project) -> None:
    (project / "A.md").write_text("# A\n\n```sh\n# More of it\n```\n")
    with pytest.raises(SiteError, match=r"A\.md has no section #more-of-it; PAGES asks for it"):
        Site.of_documents()


def test_the_reference_has_every_public_name_once(site) -> None:
    text = "".join(text for name, text in site.pages.items() if name.startswith("reference/"))
    told = re.findall(r"^\.\. auto\w+:: (epochreel[\w.]+)", text, re.MULTILINE)
    assert sorted(told) == sorted(set(told))
    names = {each.rpartition(".")[2] for each in told}
    assert not set(epochreel.__all__) - names, "a page of docs/site/reference has to tell them"


def test_the_reference_has_every_command(site) -> None:
    told = re.findall(r":prog: epochreel (\w+)", site.pages["reference/commands"])
    assert told == sorted(command_line.commands)


def test_links_of_a_built_site_are_held_to_what_is_there(tmp_path) -> None:
    (tmp_path / "style.css").write_text("")
    (tmp_path / "in").mkdir()
    (tmp_path / "index.html").write_text(
        '<link href="style.css?v=1"><a href="#top" id="top"><a href="in/b.html#there">'
        '<a href="https://elsewhere.org/"><link href="data:,">'
        '<img src="gone.png"><a href="in/b.html#gone">'
    )
    (tmp_path / "in" / "b.html").write_text('<p id="there"><a href="../index.html#top"><a href="">')
    broken, elsewhere = links.check(tmp_path)
    assert broken == [
        "index.html links to gone.png, which is not there.",
        "index.html links to in/b.html#gone, which is not there.",
    ]
    assert elsewhere == ["https://elsewhere.org/"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The site, where Sphinx is: `.venv/docs/bin/python -m pytest tests/test_site.py`."""
    pytest.importorskip("furo")
    from docs.site.build import build

    folder = tmp_path_factory.mktemp("site")
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # extensions of Sphinx's lag behind it
        broken, elsewhere = build(folder)
    assert broken == []
    assert all(address.startswith("https://") for address in elsewhere)
    return folder / "html"


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_has_the_pictures(built) -> None:
    read = (built / "words.html").read_text("utf-8")
    assert read.count("<img") == len(list((pages.ROOT / "docs" / "words").glob("*.png")))


@pytest.mark.slow
def test_the_site_is_searched_from_the_disk(built) -> None:
    with chromium() as browser, page(browser, built.as_uri(), "index.html") as shown:
        shown.get_by_role("textbox", name="Search").fill("interpolated")
        shown.keyboard.press("Enter")
        shown.locator("#search-results").get_by_role("link", name="Recordings").click()
        assert shown.get_by_role("heading", name="Recordings").is_visible()


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_site_can_be_read_by_all(built, theme) -> None:
    with chromium() as browser, served(built) as base:
        for width in (360, 768, 1440):
            options = {"viewport": {"width": width, "height": 900}, "color_scheme": theme}
            for name in ("index", "words", "clips", "reference/panels", "reference/commands"):
                with page(browser, base, f"{name}.html", **options) as shown:
                    assert violations(shown) == []
                    assert shown.evaluate("document.documentElement.scrollWidth") <= width
