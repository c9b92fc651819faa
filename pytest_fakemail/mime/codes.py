"""The verification code in a text: which of its numbers a person would type in.

Four to eight digits that stand by themselves, or twice three or four with a space between.
Beside a word for "code", also digits in pairs or one by one, and letters among the digits.
Digits that are part of a date, a price, a telephone number, a URL or a name are none.
"""

import re
import unicodedata
from collections.abc import Sequence

from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime.text import URL

# Scripts without blanks between words: a number's neighbours in them are other words, unless
# they say what is counted.
_CJK = "\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af"
_COUNTED = "年月日时時分秒円元圓号號番件回人个個년월일시분초원개명"
_COLON = rf"(?:(?<!:)|(?<=[Cc]ode:)|(?<=PIN:)|(?<=OTP:)|(?<=[{_CJK}]:))"
_BEFORE = rf"(?<![^\W{_CJK}]|[.,/+#$€£¥₩@=&-]){_COLON}(?<!\d[ -])"
_BEHIND = rf"(?! ?[%€£$¥₩{_COUNTED}]| ?\d|[.,:/@=&-]?[^\W{_CJK}])"
_CODE = re.compile(rf"{_BEFORE}(\d{{4}} \d{{4}}|\d{{3}}[ -]\d{{3}}|\d{{4,8}}){_BEHIND}")
_SPREAD = re.compile(
    rf"{_BEFORE}(\d{{4}}-\d{{4}}|\d\d(?:[ -]\d\d){{2,3}}|\d(?: \d){{3,7}}|\d(?:-\d){{3,7}})"
    + _BEHIND
)
"""Shapes that only a word for "code" makes one."""
# "G-123456": the letter says whose code it is and is not typed in.
_PREFIXED = re.compile(r"(?<![\w-])[A-Z]{1,3}-(\d{4,8})(?![.,:/@=&-]?\w)")
_MIXED = re.compile(
    r"(?:(?<=: )|(?<=:)|(?<=\bis )|\A)"
    r"(?=[A-Z]*\d)(?=\d*[A-Z])([A-Z\d]{5,10})(?![.,:/@=&-]?\w)"
)
_NAMED = re.compile(
    r"\b(?:\w*codes?|passcode|pin|otp|tan|password|token|verif\w*|confirm\w*|"
    r"\w*passwort|código|clave|contraseña|codice|codi|cod|codul|\w*kode[nr]?|\w*kod(?:en|u|unuz)?|"
    r"\w*kód\w{0,3}|\w*koodi\w{0,3}|şifre\w{0,4}|mã|код\w{0,2}|парол\w{0,2}|κωδικ\w+)\b"
    r"|验证码|驗證碼|校验码|校驗碼|动态码|動態碼|确认码|認証コード|確認コード|認証番号|暗証番号|コード|パスワード"
    r"|인증\s?번호|인증\s?코드|확인\s?코드|비밀번호|코드|رمز|كود|קוד|कोड|ओटीपी|รหัส",
    re.IGNORECASE,
)
_NAMED_OTHERWISE = re.compile(
    r"(?:©|\(c\)|copyright|since|order|invoice|ticket|case|ref|reference|number|no|nr|phone|tel|"
    r"(?:zip|post|postal|area|country|promo|discount|voucher|bar|qr|error|status)[ -]?code|plz|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\.? \d{1,2},?)?"
    r"|订单号?|注文番号|電話|电话|주문번호|전화)[.:]? *$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEAR = 40
"""How far before a number the word that names it can begin: a line can be the whole mail."""
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2007\u2008\u2009\u200a\u202f\u3000\t"), " ")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_PLAIN = {**_BLANKS, **_DASHES, 0xFF1A: ":", 0xFFE5: "¥"}


def codes(text: str) -> list[str]:
    """Return the codes that the text most probably means, each once, in order.

    Those on a line of their own or in a line that speaks of a code come before all others,
    and those that could be a year after them.  More than one is left where nothing in the
    text prefers one.  Digits of any script are returned as 0 to 9.
    """
    ranks: dict[str, tuple[bool, bool]] = {}
    mixed: dict[str, None] = {}
    before = ""
    for line in URL.sub(" ", _plain(text)).split("\n"):
        is_announced = before.endswith(":") and _NAMED.search(before) is not None
        is_named = is_announced or _NAMED.search(line) is not None
        for found in _candidates(line, is_named=is_named):
            if _NAMED_OTHERWISE.search(line, max(found.start() - _NEAR, 0), found.start()):
                continue
            code = re.sub(r"\D", "", found.group())
            is_alone = found.group() == line.strip()
            rank = (is_named or is_alone, not _YEAR.fullmatch(code))
            ranks[code] = max(rank, ranks.get(code, rank))
        if is_named:
            mixed.update((found[1], None) for found in _MIXED.finditer(line.strip()))
        before = line.strip() or before
    best = max(ranks.values(), default=None)
    if mixed and (best is None or not best[0]):
        return list(mixed)
    return [code for code, rank in ranks.items() if rank == best]


def _candidates(line: str, *, is_named: bool) -> list[re.Match[str]]:
    """Return what looks like a code in a line, in order."""
    found = [*_CODE.finditer(line), *_PREFIXED.finditer(line)]
    if is_named and not found:
        found = [*_SPREAD.finditer(line)]
    return sorted(found, key=re.Match.start)


def _plain(text: str) -> str:
    """Return a text with one kind of blank and dash, and digits as 0 to 9."""
    text = text.translate(_PLAIN)
    if text.isascii():
        return text
    digits = {ord(one) for one in text if one.isdecimal() and not one.isascii()}
    return text.translate({one: str(unicodedata.decimal(chr(one))) for one in digits})


def only_code(places: Sequence[str], pattern: str | re.Pattern[str] | None) -> str:
    """Return the one code in the first place that has any, or what the pattern finds there.

    Raises:
        UnmetExpectation: none, or several different ones.
    """
    for place in places:
        found = codes(place) if pattern is None else _found(pattern, place)
        if len(found) == 1:
            return found[0]
        if found:
            raise UnmetExpectation(_rows(f"{len(found)} codes, wanted one:", found))
    asked = "" if pattern is None else f" like {pattern!r}"
    raise UnmetExpectation(_rows(f"no code{asked}; the text is:", places[0].splitlines()[:20]))


def _found(pattern: str | re.Pattern[str], text: str) -> list[str]:
    """Return what the pattern finds, each once."""
    matches = re.finditer(pattern, text)
    return list(dict.fromkeys(match[1 if match.re.groups else 0] or "" for match in matches))


def _rows(title: str, rows: Sequence[str]) -> str:
    return "\n  ".join([title, *rows])
