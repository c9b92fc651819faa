"""What a client said in the clear is forgotten when TLS begins, in every protocol.

RFC 3207 §4.2, RFC 2595 §4, RFC 9051 §6.2.1: octets that came before the handshake may be
another's, and must not become a part of what the client says under TLS.
"""

import pytest
from imap.talk import Talk as ImapTalk
from pop3.talk import Talk as Pop3Talk
from smtp.talk import Talk as SmtpTalk

from pytest_fakemail.wire.effects import StartTls

Kind = type[SmtpTalk] | type[Pop3Talk] | type[ImapTalk]
PROTOCOLS: dict[str, tuple[Kind, list[bytes], bytes, str]] = {
    "smtp": (SmtpTalk, [b"EHLO me\r\n", b"STARTTLS\r\n"], b"NOOP\r\n", "250 "),
    "pop3": (Pop3Talk, [b"STLS\r\n"], b"CAPA\r\n", "+OK"),
    "imap": (ImapTalk, [b"a STARTTLS\r\n"], b"b NOOP\r\n", "b OK"),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("before", [b"X", b"QUIT", b"x LOGOUT"])
def test_what_came_before_the_handshake_is_not_heard_after_it(protocol: str, before: bytes) -> None:
    make, begin, after, answer = PROTOCOLS[protocol]
    talk = make()
    for line in begin:
        talk.send(line)
    assert any(isinstance(effect, StartTls) for effect in talk.effects)
    assert talk.send(before) == ""
    talk.start_tls()
    assert talk.send(after).startswith(answer)
