"""Quirks of greeting, capabilities, login and of what is said between commands."""

import re

from pytest_fakemail.providers.quirks.quirk import Quirk, mark
from pytest_fakemail.providers.quirks.rewrites import ahead, is_tagged, sub, tagged, without
from pytest_fakemail.wire.exchange import NOT_CONNECTED, Exchange

_LOGINS = ("LOGIN", "AUTHENTICATE", "response")
_SASL = ("AUTHENTICATE", "response")
_ENABLED = frozenset(
    ("CONDSTORE", "QRESYNC", "UTF8=ACCEPT", "UTF8=ONLY", "IMAP4REV2", "UIDONLY", "METADATA")
)
_WITHOUT_MAILBOX = frozenset(("CAPABILITY", "NOOP", "LOGOUT", "ID", "response", "push", "eof"))
_CODE = re.compile(rb"\[CAPABILITY ([^\]]*)\] ?")
_LISTED = re.compile(rb"\A(\* CAPABILITY |[^ ]+ (?:OK|PREAUTH) \[CAPABILITY )([^\]\r\n]*)")


def _lower(_: Exchange, lines: list[bytes]) -> list[bytes]:
    return [line.lower() if line.startswith(b"* CAPABILITY ") else line for line in lines]


def _untagged(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Move the capabilities from the tagged OK to a line before it."""
    if not lines or not is_tagged(exchange, lines[-1], b"OK"):
        return lines
    found = _CODE.search(lines[-1])
    if found is None:
        return lines
    return [*lines[:-1], b"* CAPABILITY %b\r\n" % found[1], _CODE.sub(b"", lines[-1])]


def _revision_2_first(_: Exchange, lines: list[bytes]) -> list[bytes]:
    def sorted_words(words: re.Match[bytes]) -> bytes:
        names = words[2].split(b" ")
        return words[1] + b" ".join(sorted(names, key=lambda name: name != b"IMAP4rev2"))

    return [_LISTED.sub(sorted_words, line) for line in lines]


def _spurious_plus(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    if not lines or not is_tagged(exchange, lines[-1]):
        return lines
    return [*lines[:-1], b"+ \r\n", lines[-1]]


def _flags_before_idle(_: Exchange, lines: list[bytes]) -> list[bytes]:
    said = b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
    return [more for line in lines for more in ([said, line] if line[:1] == b"+" else [line])]


def _idle_is_gone(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Leave IDLE out of the capabilities of who is logged in."""
    if exchange.connection.user is None:
        return lines
    return [
        _LISTED.sub(lambda words: words[1] + re.sub(rb" ?\bIDLE\b", b"", words[2]), line)
        for line in lines
    ]


def _unknown_not_enabled(exchange: Exchange) -> bytes | None:
    asked = exchange.argument.upper().split()
    if all(word in _ENABLED for word in asked):
        return None
    return f"{exchange.tag} BAD Unknown capability\r\n".encode()


def _ends_in_space(exchange: Exchange) -> bytes | None:
    if not exchange.request.endswith(b" \r\n"):
        return None
    return f"{exchange.tag} BAD Could not parse command\r\n".encode()


def _who_it_is(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Remember that ID was answered OK."""
    if exchange.verb == "ID" and lines and is_tagged(exchange, lines[-1], b"OK"):
        mark(exchange, "select.needs_id")
    return lines


def _strangers_refused(exchange: Exchange) -> bytes | None:
    if exchange.verb == "ID" or "select.needs_id" in exchange.connection.marks:
        return None
    text = "Unsafe Login. Please contact kefu@188.com for help"
    return f"{exchange.tag} NO {exchange.verb} {text}\r\n".encode()


def _not_connected(exchange: Exchange) -> bytes | None:
    verb = exchange.verb.removeprefix("UID ")
    if NOT_CONNECTED not in exchange.connection.marks or verb in _WITHOUT_MAILBOX:
        return None
    return f"{exchange.tag} BAD User is authenticated but not connected.\r\n".encode()


def _refused_login(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Remember that a login was refused, of which a response has no tag of its own."""
    login = exchange.continues or exchange
    if login.verb in _LOGINS and lines and is_tagged(login, lines[-1], b"NO"):
        mark(exchange, "auth.poisons_connection")
    return lines


def _hung_up_on(exchange: Exchange) -> bytes | None:
    return b"" if "auth.poisons_connection" in exchange.connection.marks else None


# fmt: off
ROWS = (
    Quirk("greet.nul_prefix", "imap", ("connect",), "two NULs before the greeting",
          "clients that look at its first octet", "C IFL imap-parser.js",
          sub(rb"\A", b"\0\0", count=1)),
    Quirk("capa.none_in_greeting", "imap", ("connect",), "a greeting without capabilities",
          "clients that never ask for them", "T WD943 (Gmail), MK#849 (Microsoft)",
          sub(rb"\[CAPABILITY [^\]]*\] ", b"")),
    Quirk("capa.untagged_before_ok", "imap", _LOGINS,
          "capabilities at login in a line before OK, not in its code",
          "clients that forget what they know at the OK", "T MED#18 (Gmail, Yandex, Zoho)",
          _untagged),
    Quirk("capa.not_pushed", "imap", _LOGINS, "no capabilities at login, though they change",
          "clients that do not ask again", "T MKF:icloud (iCloud)",
          sub(rb"\[CAPABILITY [^\]]*\] ", b"")),
    Quirk("capa.rev2_first", "imap", (), "IMAP4rev2 ahead of all others",
          "clients that look for IMAP4rev1 at the start", "S STW (Stalwart)", _revision_2_first),
    Quirk("capa.lower_case", "imap", (), "capabilities in lower case",
          "clients that compare names as they are spelt", "T MKF:lowercase", _lower),
    Quirk("capa.trailing_space", "imap", ("CAPABILITY",), "a space behind the last capability",
          "strict parsers", "C ICQ", sub(rb"\A(\* CAPABILITY .*)\r\n", rb"\1 \r\n")),
    Quirk("capa.idle_gone_after_login", "imap", (), "IDLE is announced until the login alone",
          "clients that look for it then, though it goes on working", "T go-imap-idle PR20",
          _idle_is_gone),
    Quirk("id.empty_list", "imap", ("ID",), "ID ()", "parsers that want NIL or pairs", "C ICQ",
          sub(rb"\A\* ID .*\r\n", b"* ID ()\r\n")),
    Quirk("id.trailing_space", "imap", ("ID",), "a space behind the list of ID", "strict parsers",
          "C ICQ", sub(rb"\A(\* ID .*)\r\n", rb"\1 \r\n")),
    Quirk("auth.plus_without_space", "imap", _SASL, "+ alone asks for a response",
          "clients that look for '+ '", "T MED#7", sub(rb"\A\+ \r\n", b"+\r\n")),
    Quirk("auth.login_prompt_variant", "imap", _SASL, r"LOGIN asks for 'User Name\0'",
          "clients that compare the prompt", "C IFL",
          sub(rb"\A\+ VXNlcm5hbWU6\r\n", b"+ VXNlciBOYW1lAA==\r\n")),
    Quirk("auth.tagged_bye", "imap", _LOGINS, "a refused login is answered with a tagged BYE",
          "clients that know OK, NO and BAD", "T MailKit's tests",
          tagged(lambda tag, text: tag + b" BYE " + text, b"NO")),
    Quirk("auth.poisons_connection", "imap", (), "the end, at the command behind a refused login",
          "clients that try again in the same connection", "T MK#295 (iCloud)",
          _refused_login, _hung_up_on),
    Quirk("auth.ok_then_not_connected", "imap", (),
          "a token of another scope or audience logs in, and then each command is answered BAD",
          "clients that take the login for success", "T MK#1494, imapflow#314 (Microsoft)",
          refuse=_not_connected, is_deep=True),
    Quirk("select.needs_id", "imap", ("ID", "SELECT", "EXAMINE"),
          "SELECT and EXAMINE are refused until the client has said ID",
          "clients that never do: they can log in, and read nothing", "K no capture (163)",
          _who_it_is, _strangers_refused),
    Quirk("enable.no_enabled_response", "imap", ("ENABLE",), "OK without * ENABLED",
          "clients that then use nothing, or wait", "T MK#1871 (iCloud)",
          without(rb"\* ENABLED")),
    Quirk("enable.bad_on_unknown", "imap", ("ENABLE",), "BAD for a word that it does not know",
          "clients that ENABLE all they can, as RFC 5161 §3.1 lets them", "C IFL",
          refuse=_unknown_not_enabled),
    Quirk("cont.spurious_plus", "imap", ("FETCH", "SEARCH", "STORE", "NOOP"),
          "a + that nobody asked for", "clients that take it for leave to send",
          "T MK#852 (Microsoft)", _spurious_plus),
    Quirk("idle.trailing_space_bad", "imap", ("IDLE",), "BAD for IDLE with a space behind it",
          "clients that send one", "T aioimaplib PR13 (Gmail)", refuse=_ends_in_space),
    Quirk("cont.in_idle_flags", "imap", ("IDLE",), "* FLAGS before + idling",
          "clients that want the + first", "C NYL generic.py", _flags_before_idle),
    Quirk("unsol.superfluous_ok_no_bad", "imap", ("NOOP", "FETCH", "SEARCH", "STORE", "LIST"),
          "untagged OK, NO and BAD before the tagged OK", "clients that take one for the answer",
          "T MailKit's tests",
          ahead(b"* OK This is fine\r\n", b"* NO Beware of the dog\r\n", b"* BAD Odd\r\n")),
    Quirk("copyuid.bare", "imap", ("MOVE",), "[COPYUID …] without * OK before it",
          "parsers that know no such response", "T MK#115 (Microsoft)",
          sub(rb"\A\* OK (\[COPYUID [^\]]*\]).*\r\n", rb"\1\r\n")),
    Quirk("copyuid.without_ok", "imap", ("MOVE",), "* [COPYUID …], the OK lost",
          "parsers of response codes", "K no capture (home.pl)",
          sub(rb"\A\* OK (\[COPYUID [^\]]*\]).*\r\n", rb"* \1\r\n")),
    Quirk("copyuid.missing", "imap", ("COPY", "MOVE"), "no COPYUID, though UIDPLUS is announced",
          "clients that need to know where messages went", "C offlineimap",
          lambda exchange, lines: sub(rb"\A([^ ]+ OK) \[COPYUID [^\]]*\]", rb"\1")(
              exchange, without(rb"\* OK \[COPYUID")(exchange, lines))),
    Quirk("appenduid.missing", "imap", ("APPEND",), "no APPENDUID, though UIDPLUS is announced",
          "clients that take it for granted", "C offlineimap",
          sub(rb"\A([^ ]+ OK) \[APPENDUID [^\]]*\]", rb"\1")),
    Quirk("appenduid.zero", "imap", ("APPEND",), "APPENDUID with the UID 0", "nz-number parsers",
          "C offlineimap", sub(rb"(\[APPENDUID \d+) \d+\]", rb"\1 0]")),
    Quirk("text.missing", "imap", (), "OK without any text", "grammars that want one", "C ICQ",
          tagged(lambda tag, _: tag + b" OK")),
    Quirk("limit.throttled", "imap", (), "[THROTTLED] behind the text of each OK",
          "nobody; it is slow, too", "T MK#1396 (Gmail)",
          tagged(lambda tag, text: tag + b" OK " + text + b" [THROTTLED]")),
    Quirk("quota.excess_space", "imap", ("GETQUOTA", "GETQUOTAROOT"),
          "two spaces between the resources of QUOTA", "strict parsers", "C ICQ",
          sub(rb"\A(\* QUOTA [^(]*\(\w+ )(\d)", rb"\1 \2")),
)
