"""The newcomer's page is true: its code runs, and the files that it names are there."""

import re
from pathlib import Path
from typing import Any

import pytest
from test_architecture import RANK

import pytest_fakemail

ROOT = Path(__file__).parents[1]
PACKAGE = Path(pytest_fakemail.__file__).parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILES = sorted(set(re.findall(r"`([\w/-]+\.(?:py|md))`", PAGE)))
PROOFS = sorted(
    (file, name)
    for file, names in re.findall(r"`(test_\w+\.py)`: ((?:`test_\w+`(?:, )?)+)", PAGE)
    for name in re.findall(r"\w+", names)
)
# They stand without their folder where a family of files is listed.
HOMES = (PACKAGE, ROOT, PACKAGE / "pop3", ROOT / "tests" / "properties")


def test_the_page_names_files() -> None:
    assert len(FILES) > 30


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_named_is_there(name: str) -> None:
    assert any((home / name).is_file() for home in HOMES)


def test_the_house_is_shown_whole_and_in_its_order() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", PAGE.partition("## Add a command")[0], re.MULTILINE)
    shown = [
        name.strip("/").removesuffix(".py") for row in rows for name in row.strip("`").split("` `")
    ]
    assert [RANK[name] for name in shown] == sorted(RANK[name] for name in shown)
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders - set(shown) == set()


def test_fast_paths_are_listed_with_their_proofs() -> None:
    assert len(PROOFS) > 15


@pytest.mark.parametrize(("file", "name"), PROOFS)
def test_a_proof_that_is_named_is_there(file: str, name: str) -> None:
    text = (ROOT / "tests" / "properties" / file).read_text(encoding="utf-8")
    assert f"def {name}(" in text


def test_the_fault_of_the_page_works_as_it_says() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {"__name__": "a_newcomers_fault"}
    for block in blocks:
        exec(compile(block, "CONTRIBUTING.md", "exec"), names)  # noqa: S102
    effects = [object()]
    assert names["nothing"]().change(None, effects) is effects
    names["test_the_command_has_happened_and_nobody_is_told"]()
