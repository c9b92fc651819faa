"""What came of a check, in the words of RFC 8601 §2.7."""

from typing import Literal

from pytest_fakemail.dataclass import dataclass

Word = Literal[
    "none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror"
]  # fmt: skip
"""A result; not each method has each."""


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result.

    Attributes:
        method: ``"spf"``, ``"dkim"`` or ``"dmarc"``.
        word: the result.
        reason: why, in a sentence; empty where the word says all.
        properties: what it is about: ``("header.d", "example.test")``.
        domain: the domain that it speaks for, empty without one.
    """

    method: str
    word: Word
    reason: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    domain: str = ""

    def __str__(self) -> str:
        about = " ".join(f"{name}={value}" for name, value in self.properties)
        words = [f"{self.method}={self.word}", about, f"({self.reason})" if self.reason else ""]
        return " ".join(filter(None, words))

    @property
    def has_passed(self) -> bool:
        """Whether the word is ``"pass"``."""
        return self.word == "pass"
