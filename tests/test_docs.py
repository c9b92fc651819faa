"""Every code block of the README and of docs/ runs.

A Python block with tests is run as a test module.  A block that begins with a comment
naming a file (``# shop.py``, ``# conftest.py``) is that file, for the tests of its page.
A block without tests is run as a script would be.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# ([\w/]+\.py)\n")


class Block(NamedTuple):
    page: Path
    line: int
    code: str

    @property
    def file_name(self) -> str | None:
        found = FILE_NAME.match(self.code)
        return found and found[1]


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 2, found[1])
        for found in BLOCK.finditer(text)
    ]


BLOCKS = [block for page in PAGES for block in blocks_of(page) if block.file_name is None]


def label(block: Block) -> str:
    return f"{block.page.relative_to(ROOT)}:{block.line}"


@pytest.mark.parametrize("block", BLOCKS, ids=label)
def test_a_block_runs(block: Block, pytester: pytest.Pytester) -> None:
    for other in blocks_of(block.page):
        if other.file_name is not None:
            pytester.path.joinpath(other.file_name).write_text(other.code, encoding="utf-8")
    if "def test_" in block.code:
        pytester.path.joinpath("test_block.py").write_text(block.code, encoding="utf-8")
        result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "test_block.py")
    else:
        pytester.path.joinpath("block.py").write_text(block.code, encoding="utf-8")
        result = pytester.runpython(pytester.path / "block.py")
    assert result.ret == 0, f"{label(block)} does not run"


def test_every_page_is_linked_from_the_contents() -> None:
    contents = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [
        page.relative_to(ROOT / "docs").as_posix()
        for page in PAGES[1:]
        if page.name != "index.md"
        and f"({page.relative_to(ROOT / 'docs').as_posix()})" not in contents
    ]
    assert missing == []
    assert "(docs/index.md)" in readme


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
