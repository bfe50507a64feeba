"""How Sphinx makes the site of the pages that `pages` writes: `make docs`."""

import re
from importlib.metadata import version as version_of

from sphinx.util.nodes import make_refnode

from epochreel.look import formats
from epochreel.look.style import load

project = "Epochreel"
version = release = version_of("epochreel")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_click"]
myst_enable_extensions = ["html_image"]
myst_heading_anchors = 3

default_role = "py:obj"  # of what stands between backticks in docstrings
add_module_names = False
autodoc_default_options = {"members": True}
autodoc_mock_imports = ["lightning", "transformers"]  # extras, which are heavy
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # docstrings say shapes and units
toc_object_entries_show_parents = "hide"

# What Furo's colours are in the stylesheet of the project; the rest of Furo's follow from these.
COLOURS = {
    "background-primary": "background",
    "background-secondary": "background",
    "background-border": "frame",
    "background-hover": "panel",
    "inline-code-background": "cell",
    "foreground-primary": "maths",
    "foreground-secondary": "axis",
    "foreground-muted": "muted",
    "foreground-border": "muted",
    "brand-primary": "symbol-loss",
    "brand-content": "maths",
    "brand-visited": "maths",
    "link-underline": "muted",
    "link-underline--visited": "muted",
    "link-underline--hover": "symbol-loss",
    "link-underline--visited--hover": "symbol-loss",
    "sidebar-link-text--top-level": "maths",
    "highlighted-background": "frame",
    "highlight-on-target": "panel",
    "api-name": "symbol-loss",
    "api-pre-name": "axis",
    "problematic": "symbol-C",
}


def variables(theme: str) -> dict[str, str]:
    """Return the colours of a theme as variables of CSS, and Furo's in terms of them."""
    ours = dict(re.findall(r"--([\w-]+): (.+);", formats.css(load(theme))))
    return ours | {f"color-{name}": f"var(--{colour})" for name, colour in COLOURS.items()}


html_theme = "furo"
html_title = "Epochreel"
html_static_path = ["style.css", "site.js"]
html_css_files = ["style.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_favicon = "icon.svg"
html_show_copyright = False
html_use_index = False
html_show_search_summary = False  # it would fetch pages, which no browser does from the disk
html_theme_options = {
    "light_css_variables": variables("print"),
    "dark_css_variables": variables("dark"),
}
pygments_style = "docs.site.highlighting.Print"
pygments_dark_style = "docs.site.highlighting.Dark"


def by_last_name(app, environment, node, content):
    """Let the name of a class between backticks lead to it, in whatever module it is."""
    name = node["reftarget"]
    objects = environment.domains.python_domain.objects
    told = (each for each in objects if each.endswith(f".{name}") and not objects[each].aliased)
    found = [objects[each] for each in told]
    if not name[0].isupper() or len(found) != 1:
        return None
    return make_refnode(app.builder, node["refdoc"], found[0].docname, found[0].node_id, content)


def as_code(app, what, name, member, options, lines):
    """Set what is indented in a docstring as code."""
    for i in reversed(range(2, len(lines))):
        before = [line for line in lines[:i] if line]
        if lines[i].startswith("    ") and not lines[i - 1] and before[-1][0] != " ":
            lines[i:i] = ["::", ""]


def setup(app):
    """Lead names to their meaning; leave out that a command needs its arguments: usage says it."""
    app.connect("autodoc-process-docstring", as_code)
    app.connect("missing-reference", by_last_name)
    app.connect("sphinx-click-process-arguments", lambda app, command, lines: lines.clear())
