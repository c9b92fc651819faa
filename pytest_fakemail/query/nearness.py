"""How near the words of a text are to those that are asked for, from 0 to 99.

Words are runs of letters and digits, compared without regard to case and accents.  Nobody
prescribes how (RFC 6203 §3 leaves it to the server): here it is simple and always the same,
so that a test can know the answer beforehand.
"""

import re
from collections.abc import Callable
from unicodedata import combining, normalize

NEAREST = 99
"""What all words of a text are worth if they are there in another order."""

MOST_WORDS = 16
LONGEST_WORD = 24
"""More words than these, and longer ones, are only looked for as they are."""

_WORD = re.compile(r"[^\W_]+")
_CONTAINED = 0.9
_MAY_DIFFER = 0.3
_MOST_REMEMBERED = 1 << 16


def words(text: str) -> list[str]:
    """Return the words of a text: ``Helo, Café!`` has ``helo`` and ``cafe``."""
    if text.isascii():
        return _WORD.findall(text.lower())
    decomposed = normalize("NFKD", text).casefold()
    return _WORD.findall("".join([sign for sign in decomposed if not combining(sign)]))


def nearness(asked: str) -> Callable[[set[str]], int]:
    """Return what tells how near a text's words are to the words asked for.

    It is the mean of how alike each word is to the most similar of the text, from a half of
    all on, stretched to 1 … `NEAREST`; below that 0.
    """
    wanted = [_Likeness(word) for word in list(dict.fromkeys(words(asked)))[:MOST_WORDS]]

    def near(found: set[str]) -> int:
        if not wanted or not found:
            return 0
        mean = sum(one.best(found) for one in wanted) / len(wanted)
        return 1 + round((NEAREST - 1) * (mean - 0.5) * 2) if mean >= 0.5 else 0  # noqa: PLR2004

    return near


class _Likeness:
    """How alike words are to one: 1 if they are the same, 0 if too much differs.

    A word that contains the one is rather alike; otherwise at most three letters in ten may
    differ: left out, added, exchanged for another or for their neighbour.  It remembers its
    answers, for a language has fewer words than a mailbox.
    """

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._steps = Steps(wanted[:LONGEST_WORD])  # of longer ones nobody asks
        self._known: dict[str, float] = {}

    def best(self, found: set[str]) -> float:
        """Return how alike the nearest of these words is."""
        if self._wanted in found:
            return 1.0
        known = self._known
        if len(known) > _MOST_REMEMBERED:
            known.clear()
        best = 0.0
        for word in found:
            alike = known.get(word)
            if alike is None:
                alike = self._of(word)
                if len(word) <= LONGEST_WORD:
                    known[word] = alike
            best = max(best, alike)
        return best

    def _of(self, word: str) -> float:
        if self._wanted in word:
            return _CONTAINED
        length, longest = sorted((len(self._wanted), len(word)))
        most = int(longest * _MAY_DIFFER)
        if longest > LONGEST_WORD or longest - length > most or not most:
            return 0.0
        steps = self._steps.to(word)
        return 1 - steps / longest if steps <= most else 0.0


class Steps:
    """How many letters of a word have to be changed to make others of it.

    The table with the steps from each beginning of the one word to each of the other is gone
    through a column at a time.  Two neighbours in a column or a row differ by at most one, so
    a column is kept as two numbers whose bits say where it rises and where it falls (Hyyrö,
    "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003).
    """

    __slots__ = ("_length", "_places")

    def __init__(self, word: str) -> None:
        self._length = len(word)
        self._places: dict[str, int] = {}  # of each letter, as bits
        for place, letter in enumerate(word):
            self._places[letter] = self._places.get(letter, 0) | 1 << place

    def to(self, other: str) -> int:
        """Return the number of letters left out, added, exchanged, or swapped with the next."""
        whole = (1 << self._length) - 1
        last = 1 << self._length >> 1
        rises, falls, steps = whole, 0, self._length
        same = before = 0
        for letter in other:
            equal = self._places.get(letter, 0)
            swapped = ((~same & equal) << 1) & before
            same = ((((equal & rises) + rises) ^ rises) | equal | falls | swapped) & whole
            grows = falls | (whole & ~(same | rises))
            shrinks = same & rises
            steps += bool(grows & last) - bool(shrinks & last)
            grows, shrinks = (grows << 1 | 1) & whole, (shrinks << 1) & whole
            rises = shrinks | (whole & ~(same | grows))
            falls = grows & same
            before = equal
        return steps
