"""The site of the pages: ``pip install -e '.[docs]' && sphinx-build -W docs site``.

The pages are Markdown that reads well without it, so what only the site needs is made here: the
tree of pages, from the links of index.md, and the ends of links that lead out of docs/.
"""

import re
from pathlib import Path
from typing import Any

from pygments.lexers.special import TextLexer

import pytest_fakemail

HERE = Path(__file__).parent
MODULES = ("policies", "notices", "providers", "zoo", "frameworks.smtpdfix")

project = "pytest-fakemail"
author = "The pytest-fakemail authors"
copyright = author  # noqa: A001  (Sphinx wants that name)
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["pictures/*.py"]
templates_path: list[str] = []

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_title = "pytest-fakemail"
html_theme_options = {"navigation_with_keys": True}
html_show_copyright = False
html_copy_source = False
pygments_style = "friendly"

default_role = "literal"  # docstrings write names as `name`
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
myst_heading_anchors = 4

HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
PAGE = re.compile(r"\]\(((?!\.\.|https?:)[^)#]+)\.md\)")
LINK = re.compile(r"\[([^\]]*)\]\(([^)#]*)(#[^)]*)?\)")


def trees(index: str) -> str:
    """Return a hidden tree for each heading of the contents, of the pages that stand there."""
    _, *rest = HEADING.split(index)
    made = []
    for caption, text in zip(rest[::2], rest[1::2], strict=True):
        pages = "\n".join(dict.fromkeys(PAGE.findall(text)))
        made.append(f"```{{toctree}}\n:hidden:\n:caption: {caption.rstrip(' …')}\n\n{pages}\n```")
    return "\n\n".join(made)


def inside(text: str, page: Path) -> str:
    """Leave of links that lead out of docs/ only the words."""

    def kept(link: re.Match[str]) -> str:
        words, target, _ = link.groups()
        if not target or "://" in target or HERE in (page.parent / target).resolve().parents:
            return link[0]
        return words

    return LINK.sub(kept, text)


def names() -> str:
    """Return what has autodoc write down each public name, in the order of the alphabet."""
    made = ["```{eval-rst}"]
    for name in sorted(pytest_fakemail.__all__, key=str.lower):
        public = getattr(pytest_fakemail, name)
        if isinstance(public, type) and issubclass(public, BaseException):
            made += [f".. autoexception:: pytest_fakemail.{name}", ""]
        elif isinstance(public, type):
            made += [f".. autoclass:: pytest_fakemail.{name}", "   :members:"]
            made += ["   :inherited-members: Sequence, str", ""]
        elif callable(public) and hasattr(public, "__name__"):
            made += [f".. autofunction:: pytest_fakemail.{name}", ""]
    for name in MODULES:
        made += [f".. automodule:: pytest_fakemail.{name}", "   :members:", ""]
    return "\n".join([*made, "```"])


def read(app: Any, name: str, source: list[str]) -> None:  # noqa: ANN401, ARG001  (Sphinx calls)
    """Take a page as it is read."""
    page = HERE / f"{name}.md"
    text = inside(source[0], page)
    more = {"index": lambda: trees(text), "reference/api": names}.get(name, str)()
    source[0] = f"{text}\n\n{more}\n"


def setup(app: Any) -> None:  # noqa: ANN401  (untyped where Sphinx is not installed)
    """Join in."""
    app.add_lexer("mermaid", TextLexer)  # GitHub draws it, here it is read
    app.connect("source-read", read)
