"""The README as GitHub and PyPI show it, and its picture, which is of what really happens."""

import importlib.util
import re
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
import trustme  # noqa: F401  (cryptography, below it, cannot be imported anew by the inner run)
from readme_renderer.markdown import render

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURES = ROOT / "docs" / "pictures"


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_short_and_leads_with_the_picture_then_the_shortest_test() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.count("\n") <= 150
    picture, block, when_not = map(text.index, ("![", "```python", "## When not to use it"))
    assert picture < block < when_not
    assert text[:picture].count("\n") < 10


def test_it_renders_on_pypi_with_nothing_that_leads_nowhere() -> None:
    text = loaded(ROOT / "hatch_build.py").for_pypi(README)
    page = render(text)
    assert page is not None
    lead, _, _ = page.partition("<h2")
    assert "UnmetExpectation: no mail to" in lead  # the picture, as text
    assert "<img" not in page
    assert [
        link
        for link in re.findall(r'href="([^"]*)"', page)
        if "#" not in link and "://" not in link
    ] == []
    assert "<table>" in page
    assert "](" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)


def unchanging(text: str) -> list[str]:
    """Leave out ports, dates, names, how wide the screen is, and how smtplib spells its verbs."""
    text = re.sub(r"\b\d{5}\b|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d| in \d+\.\d+s", "…", text)
    text = re.sub(r"(?<=^C: ehlo ).*", "…", text, flags=re.MULTILINE)
    lines = [re.sub(r"([=_-])\1{5,}", r"\1", line).rstrip() for line in text.split("\n")]
    return [line.lower() if line.startswith("C: ") else line for line in lines]


def test_the_picture_is_of_what_happens(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = loaded(PICTURES / "make.py")
    pytester.makepyfile(shop=make.APP, test_shop=make.FAILURE)
    monkeypatch.setenv("COLUMNS", str(make.COLUMNS))
    monkeypatch.setenv("CI", "true")  # pytest then shortens no line
    result = pytester.runpytest("-q", "--no-header", "-p", "no:randomly", "test_shop.py")
    shown = (PICTURES / "failure.txt").read_text(encoding="utf-8")
    happened = unchanging(result.stdout.str())
    assert [line for line in unchanging(shown) if line not in happened and line != "1 failed"] == []


def test_the_picture_says_what_its_text_says() -> None:
    drawn = re.findall(r"<text[^>]*>(.*?)</text>", (PICTURES / "failure.svg").read_text("utf-8"))
    said = (PICTURES / "failure.txt").read_text(encoding="utf-8")
    assert re.sub(r"\s", "", unescape("".join(drawn))) == re.sub(r"\s", "", said)


def test_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 250_000
