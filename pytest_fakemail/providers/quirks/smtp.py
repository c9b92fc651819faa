"""Quirks of SMTP."""

import re

from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.providers.quirks.rewrites import sub
from pytest_fakemail.wire.exchange import Exchange


def _mixed_codes(_: Exchange, lines: list[bytes]) -> list[bytes]:
    """Give the first of several lines another code."""
    if len(lines) < 2 or not lines[0].startswith(b"250-"):  # noqa: PLR2004  (several)
        return lines
    return [b"251-" + lines[0][4:], *lines[1:]]


def _both_forms(_: Exchange, lines: list[bytes]) -> list[bytes]:
    """Say the mechanisms in the form before RFC 4954, too."""
    auth = re.compile(rb"250([- ])AUTH (.*)", re.DOTALL)
    return [auth.sub(rb"250-AUTH \g<2>250\g<1>AUTH=\g<2>", line) for line in lines]


# fmt: off
ROWS = (
    Quirk("ehlo.8bitmime_with_space", "smtp", ("EHLO",), "8 BITMIME",
          "nobody; it is not known then", "T GH:37932447455 (Yahoo)",
          sub(rb"8BITMIME", b"8 BITMIME")),
    Quirk("ehlo.auth_equals", "smtp", ("EHLO",), "AUTH=PLAIN LOGIN, the form before RFC 4954",
          "clients that know only one of the forms", "T GH:49058073400 (SendGrid)",
          sub(rb"\A(250[- ])AUTH ", rb"\1AUTH=")),
    Quirk("ehlo.auth_two_lines", "smtp", ("EHLO",), "AUTH PLAIN LOGIN and AUTH=PLAIN LOGIN",
          "clients that take one for all", "T GH:49058073400 (SendGrid)",
          _both_forms),
    Quirk("ehlo.after_auth_resets", "smtp", ("EHLO",), "who says EHLO again is logged in no more",
          "clients that do so behind AUTH", "T MK#370, MK#393 (shaw.ca, aliyun)", is_deep=True),
    Quirk("auth.login_prompt_variant", "smtp", ("AUTH", "response"),
          r"LOGIN asks for 'User Name\0'", "clients that compare the prompt", "C IFL",
          sub(rb"\A334 VXNlcm5hbWU6\r\n", b"334 VXNlciBOYW1lAA==\r\n")),
    Quirk("reply.451_for_421", "smtp", (), "451 where the server hangs up, not 421",
          "clients that go on with the connection", "C JM (Exchange)",
          sub(rb"\A421([- ])", rb"451\1")),
    Quirk("reply.code_only", "smtp", ("MAIL", "RCPT", "RSET", "NOOP", "end-of-data"),
          "250 without any text", "clients that want a space behind it", "K no capture",
          sub(rb"\A250 .*\r\n", b"250\r\n")),
    Quirk("reply.mixed_codes", "smtp", ("EHLO",), "lines of one reply with different codes",
          "clients that compare them", "K no capture", _mixed_codes),
    Quirk("data.250_for_354", "smtp", ("DATA",), "250 where the message is asked for",
          "clients that take it for the end", "K no capture", sub(rb"\A354 ", b"250 ")),
)
