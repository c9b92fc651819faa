"""The README as PyPI shows it, where neither pictures nor pages of the repository are.

The project has no public address yet: so the picture is shown as its text, and links that lead to
files lose all but their words.  With an address, they would lead there.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\.svg\)")
LINK = re.compile(r"\[([^\]]*)\]\((?!https?://|#)[^)]*\)")


def for_pypi(readme: Path) -> str:
    """Return the README without what only the repository has."""

    def as_text(picture: re.Match[str]) -> str:
        text = (readme.parent / f"{picture[1]}.txt").read_text(encoding="utf-8")
        return f"```text\n{text}```"

    return LINK.sub(r"\1", PICTURE.sub(as_text, readme.read_text(encoding="utf-8")))


class Readme(MetadataHookInterface):
    """What hatchling asks for the fields that are dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the README in."""
        text = for_pypi(Path(self.root) / "README.md")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
