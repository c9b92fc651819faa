"""The place in a long text that is most like what was looked for in it."""

from difflib import SequenceMatcher, ndiff

_SHORT = 80
_LONGEST_LINE = 200
_MOST_LINES = 2000
_MOST_WANTED = 200  # `ndiff` takes the square of it, and worse
_MOST_SHOWN = 16
_ALIKE = 0.5


def passage(wanted: str, text: str) -> str:
    """Return what a report shows of a text in which `wanted` is not.

    A short text is shown whole.  In a longer one the line that is most like the wanted
    one is shown, or, when several lines were wanted, how the most similar lines differ:
    ``-`` before what was wanted, ``+`` before what is there.  Where nothing is similar
    the beginning has to do.
    """
    if len(text) <= _SHORT and "\n" not in text.strip():
        return repr(text)
    wanted_lines = wanted.strip("\n").split("\n")[:_MOST_WANTED]
    lines = [line[:_LONGEST_LINE] for line in text.split("\n")[:_MOST_LINES]]
    likeness, start = max(
        (_likeness(wanted_lines[0][:_LONGEST_LINE], line), -place)
        for place, line in enumerate(lines)
    )
    if likeness < _ALIKE:
        return f"{text[:_SHORT]!r}… ({len(text)} characters)"
    if len(wanted_lines) == 1:
        return f"nearest line {lines[-start]!r}"
    window = lines[-start : len(wanted_lines) - start]
    return "\n".join(_difference(wanted_lines, window))


def _likeness(wanted: str, line: str) -> float:
    if not wanted.strip() or not line.strip():
        return 0.0
    matcher = SequenceMatcher(None, wanted, line)
    # The upper bounds are cheap and rule out nearly every line.
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def _difference(wanted: list[str], came: list[str]) -> list[str]:
    rows = [row.rstrip() for row in ndiff(wanted, came) if not row.startswith("?")]
    if len(rows) <= _MOST_SHOWN:
        return rows
    # Where only line ends behind the last line are missing, no row differs.
    changed = next((place for place, row in enumerate(rows) if not row.startswith(" ")), 0)
    first = max(changed - 2, 0)
    shown = rows[first : first + _MOST_SHOWN]
    before = ["  …"] if first else []
    after = ["  …"] if first + _MOST_SHOWN < len(rows) else []
    return before + shown + after
