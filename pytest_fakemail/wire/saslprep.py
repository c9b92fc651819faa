"""SASLprep (RFC 4013): the one form of a user name or password that can be typed in several."""

from collections.abc import Callable


def saslprep(text: str) -> str:
    """Return the prepared form of a text; ASCII is left as it is.

    Raises:
        ValueError: a character or an order of characters that RFC 4013 §2.3, §2.4 forbid.
    """
    if text.isascii():
        return text
    import stringprep
    import unicodedata

    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char
        for char in text
        if not stringprep.in_table_b1(char)
    )
    prepared = unicodedata.normalize("NFKC", mapped)
    forbidden: tuple[Callable[[str], bool], ...] = (
        stringprep.in_table_c12,
        stringprep.in_table_c21_c22,
        stringprep.in_table_c3,
        stringprep.in_table_c4,
        stringprep.in_table_c5,
        stringprep.in_table_c6,
        stringprep.in_table_c7,
        stringprep.in_table_c8,
        stringprep.in_table_c9,
    )
    if any(is_forbidden(char) for char in prepared for is_forbidden in forbidden):
        raise ValueError("a character that SASLprep forbids")
    _check_direction(prepared, stringprep.in_table_d1, stringprep.in_table_d2)
    return prepared


def _check_direction(
    text: str, is_right_to_left: Callable[[str], bool], is_left_to_right: Callable[[str], bool]
) -> None:
    """RFC 3454 §6: right-to-left text begins and ends so, and has no left-to-right letter."""
    if any(map(is_right_to_left, text)) and not (
        is_right_to_left(text[0])
        and is_right_to_left(text[-1])
        and not any(map(is_left_to_right, text))
    ):
        raise ValueError("directions mixed as SASLprep forbids")
