"""The verification code in a text: which of its numbers a person would type in.

Four to eight digits that stand by themselves, or twice three or four with a space between.
Digits that are part of a date, a price, a telephone number, a URL or a name are none.
"""

import re

from pytest_fakemail.mime.text import URL

_CODE = re.compile(
    r"(?<![\w.,:/+#$€£@=&-])(?<!\d[ -])"
    r"(\d{4} \d{4}|\d{3}[ -]\d{3}|\d{4,8})"
    r"(?! ?[%€£$]| ?\d|[.,:/@=&-]?\w)"
)
# "G-123456": the letter says whose code it is and is not typed in.
_PREFIXED = re.compile(r"(?<![\w-])[A-Z]{1,3}-(\d{4,8})(?![.,:/@=&-]?\w)")
_NAMED = re.compile(
    r"\b(?:code|passcode|pin|otp|password|token|verif\w*|confirm\w*|"
    r"bestätigungscode|zugangscode|código|codice|kode|kod|koodi)\b",
    re.IGNORECASE,
)
_NAMED_OTHERWISE = re.compile(
    r"(?:©|\(c\)|copyright|since|order|invoice|ticket|case|ref|reference|number|no|nr|phone|tel|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\.? \d{1,2},?)?)[.:]? *$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEAR = 40
"""How far before a number the word that names it can begin: a line can be the whole mail."""


def codes(text: str) -> list[str]:
    """Return the codes that the text most probably means, each once, in order.

    Those on a line of their own or in a line that speaks of a code come before all others,
    and those that could be a year after them.  More than one is left where nothing in the
    text prefers one.
    """
    ranks: dict[str, tuple[bool, bool]] = {}
    before = ""
    for line in URL.sub(" ", text).split("\n"):
        is_announced = before.endswith(":") and _NAMED.search(before) is not None
        is_named = is_announced or _NAMED.search(line) is not None
        for found in sorted([*_CODE.finditer(line), *_PREFIXED.finditer(line)], key=re.Match.start):
            if _NAMED_OTHERWISE.search(line, max(found.start() - _NEAR, 0), found.start()):
                continue
            code = re.sub(r"\D", "", found.group())
            is_alone = found.group() == line.strip()
            rank = (is_named or is_alone, not _YEAR.fullmatch(code))
            ranks[code] = max(rank, ranks.get(code, rank))
        before = line.strip() or before
    best = max(ranks.values(), default=None)
    return [code for code, rank in ranks.items() if rank == best]
