"""Nothing that is shown does anything to a terminal."""

import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_fakemail import FakeMail
from pytest_fakemail.errors import FakeMailError
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.report import failure
from pytest_fakemail.visible import shortened, visible, visible_lines
from pytest_fakemail.wire.effects import Send
from pytest_fakemail.wire.exchange import Connection

_HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x9b31m",
    "\u202eright to left",
    "\u2066isolate",
    "\ud800",
    "\r\n\x00\x07\x08",
    "\u2028\u2029\x85",
    "\x7f\t",
]
TEXTS = st.one_of(st.sampled_from(_HOSTILE), st.text(max_size=20))
_WIRE = st.one_of(
    st.sampled_from([one.encode("utf-8", "surrogatepass") for one in _HOSTILE]),
    st.binary(max_size=20),
)


def dangers(text: str) -> list[str]:
    """Return the characters of a text that do more than be seen; line feeds are meant."""
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return [one for one in text if one != "\n" and unicodedata.category(one) in kinds]


@given(TEXTS)
def test_visible_text_is_harmless_and_keeps_what_prints(text: str) -> None:
    assert not dangers(visible(text))
    assert "\n" not in visible(text)
    assert visible_lines(text).count("\n") == text.count("\n")
    assert visible(text).encode() or not text
    if text.isprintable():
        assert visible(text) == text


def test_long_texts_are_cut() -> None:
    assert shortened("x" * 200, 10) == "x" * 10 + "…"
    assert shortened("x" * 10, 10) == "x" * 10


@given(TEXTS)
def test_exceptions_are_harmless(text: str) -> None:
    assert not dangers(str(FakeMailError(f"no mailbox {text}")))


@settings(max_examples=50, deadline=None)
@given(TEXTS)
@example("\x1b]0;title\x07")
def test_failures_about_a_mail_are_harmless(text: str) -> None:
    body = f"Subject: {text.splitlines()[0] if text.splitlines() else ''}\r\nFrom: {text}\r\n\r\n"
    raw = body.encode("utf-8", "surrogatepass") + text.encode("utf-8", "surrogatepass")
    with FakeMail() as one:
        mail = one.account().inbox.deliver(raw)
        for ask in (
            mail.code,
            lambda: mail.link("/confirm"),
            lambda: one.account().inbox.assert_one(subject="other"),
            lambda: one.account().inbox.assert_one(text="one\ntwo"),
            lambda: one.account().mailbox(text or "none"),
            lambda: one.smtp.when(text),  # type: ignore[arg-type]  # whatever it is
            lambda: one.account(text).mailbox("Nowhere"),
        ):
            try:
                shown = repr(ask())
            except FakeMailError as error:
                shown = str(error) + repr(error)
            assert not dangers(shown)
        assert not dangers(repr(mail) + repr(one.account()) + repr(one.account().inbox))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(["smtp", "pop3", "imap"]), _WIRE, _WIRE)
def test_conversations_are_harmless(protocol: str, first: bytes, second: bytes) -> None:
    with FakeMail(accept_any_login=True) as one:
        server = one._server(protocol)
        connection = Connection(1, protocol)
        session = server._desk.session(connection)
        lines = [b"MAIL FROM:<" + first + b"@x.test>", b"USER " + first, b"PASS x", second, b"QUIT"]
        lines += [b'a LOGIN "' + first.replace(b'"', b"") + b'" x', b"b SELECT " + second]
        for line in lines:
            for effect in session.receive_data(line + b"\r\n"):
                if isinstance(effect, Send):
                    one._world.record.sent(connection, effect.data)
        one._world.record.noted(connection, f"a note about {first!r}")
        connection.user = first.decode("latin-1")
        shown = [
            str(one.transcript),
            one.transcript.excerpt(),
            *map(repr, one.transcript.exchanges),
        ]
        shown += [text for _, text in failure.sections([one])]
        shown += map(repr, one.transcript.connections)
        for text in shown:
            assert not dangers(text)


def test_what_a_mail_has_in_it_does_nothing_to_a_terminal_when_it_is_shown() -> None:
    odd = "\x1b[31m\u202e\x9b"
    mail = Mail(
        f"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/{odd}; "
        f"name={odd}\r\n\r\nx\r\n--b\r\nContent-Type: text/calendar; method={odd}\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nMETHOD:{odd}x\r\nEND:VCALENDAR\r\n--b--\r\n".encode()
    )
    assert (len(mail.attachments), mail.calendar is not None) == (1, True)
    assert f"{mail.attachments!r} {mail.calendar!r}".isprintable()
