"""What failing tests say, word for word, where somebody made a mistake in an example.

Who has not read the test can act on each of these texts; whoever changes one sees how it reads.
"""

import sys
from pathlib import Path

import pytest
from golden.broken import HOME, MISTAKES, outputs

NEEDED = ("dkim", "django", "flask_mail")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what each test says, of one run."""
    for module in NEEDED:
        pytest.importorskip(module, reason=f"needs {module}, of the extra 'test'")
    return outputs(tmp_path_factory.mktemp("broken"))


def test_there_are_ten_at_least_and_no_others() -> None:
    names = [one.name for one in MISTAKES]
    assert len(names) >= 10
    assert sorted(file.stem for file in HOME.glob("*.txt")) == sorted(names)


@pytest.mark.skipif(
    sys.version_info >= (3, 14), reason="imaplib has another conversation from Python 3.14 on"
)
@pytest.mark.parametrize("name", [one.name for one in MISTAKES])
def test_a_mistake_is_told_so_that_it_can_be_mended(said: dict[str, str], name: str) -> None:
    assert said[name] == Path(HOME, f"{name}.txt").read_text(encoding="utf-8")


def test_each_fits_a_screen(said: dict[str, str]) -> None:
    assert {name: text.count("\n") for name, text in said.items() if text.count("\n") > 70} == {}
