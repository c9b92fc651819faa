"""A language: what the server says in English, and how that is said in it."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache

_PLACE = re.compile(r"\{\}")

_DEEPEST = 3
_LONGEST = 2000
"""What is longer has much of a client's own words in it, and is said as it is."""


class Language:
    """The tables of one language, each with English in its keys.

    A text with places, ``{}``, has them in its translation, too: in the same order, or numbered
    from 0.  What stands in a place is translated if it is one of the `phrases`, or a text again,
    and stays as it is otherwise.  `prefixes` are names of namespaces, without their separators.
    """

    def __init__(
        self,
        tag: str,
        *,
        texts: Mapping[str, str],
        phrases: Mapping[str, str],
        prefixes: Mapping[str, str],
    ) -> None:
        self.tag = tag
        self.texts = texts
        self.phrases = phrases
        self.prefixes = prefixes
        self._kept: Callable[[str], str] = lru_cache(maxsize=512)(self._text)

    def text(self, english: str) -> str:
        """Return a text as it is said; what no table has stays as it is."""
        return english if len(english) > _LONGEST else self._kept(english)

    def find(self, english: str, depth: int = 0) -> str | None:
        """Return how a whole text is said; None if no table has it."""
        return self._found(self.texts, self._text_forms, english, depth)

    def find_phrase(self, english: str, depth: int = 0) -> str | None:
        """Return how what stands in a place is said; None if no table has it."""
        return self._found(self.phrases, self._phrase_forms, english, depth)

    def prefix(self, name: str, separator: str | None) -> str | None:
        """Return how the prefix of a namespace is shown; None if it has no other name."""
        end = separator or ""
        shown = self.prefixes.get(name.removesuffix(end))
        return None if shown is None else shown + end

    def _text(self, english: str) -> str:
        return self.find(english) or english

    def _filled(self, english: str, depth: int) -> str:
        """Return what stands in a place; a client's own words may look like texts in texts."""
        if depth > _DEEPEST:
            return english
        return self.find_phrase(english, depth) or self.find(english, depth) or english

    def _found(
        self,
        table: Mapping[str, str],
        forms: list[tuple[re.Pattern[str], str]],
        english: str,
        depth: int,
    ) -> str | None:
        if (whole := table.get(english)) is not None:
            return whole
        for form, said in forms:
            if (match := form.fullmatch(english)) is not None:
                return said.format(*(self._filled(one, depth + 1) for one in match.groups()))
        return None

    @cached_property
    def _text_forms(self) -> list[tuple[re.Pattern[str], str]]:
        return _forms(self.texts)

    @cached_property
    def _phrase_forms(self) -> list[tuple[re.Pattern[str], str]]:
        return _forms(self.phrases)


def _forms(table: Mapping[str, str]) -> list[tuple[re.Pattern[str], str]]:
    """Return the texts that have places, those that say most first."""
    keys = sorted((key for key in table if "{}" in key), key=len, reverse=True)
    return [(_form(key), table[key]) for key in keys]


def _form(text: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, _PLACE.split(text))), re.DOTALL)
