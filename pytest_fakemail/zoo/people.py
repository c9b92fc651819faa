"""What people's programs do to mail: forwards and replies, each with its own habits."""

from pytest_fakemail.zoo.entry import Entry, Reading, entry, message


def _reply(client: str, introduction: str, quoted: str, *, subject: str = "Re: Lunch") -> Entry:
    name = f"reply-{client}"
    rest = (
        f"Subject: {subject}\nIn-Reply-To: <lunch@example.test>\n"
        "References: <lunch@example.test>\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"Yes!\n\n{introduction}\n{quoted}"
    )
    sentence = f"A reply as {client} writes it, the old text below."
    return entry(name, "reply people", sentence, message(name, rest), Reading(text="Yes!"))


def _forward(client: str, block: str, *, subject: str = "Fwd: Lunch") -> Entry:
    name = f"forward-{client}"
    rest = (
        f"Subject: {subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\nFor you.\n\n{block}\n\nAt noon?\n"
    )
    sentence = f"A mail forwarded within the text, as {client} does it."
    reading = Reading(text="At noon?", forwarded=())
    return entry(name, "forward people", sentence, message(name, rest), reading)


_QUOTED = "> At noon?\n> Eve\n"
_BLOCK = (
    "From: Eve <eve@example.test>\nSent: Monday, January 5, 2026 9:30 AM\nTo: Ann\nSubject: Lunch"
)

ENTRIES: tuple[Entry, ...] = (
    _reply("gmail", "On Mon, Jan 5, 2026 at 9:30\u202fAM Eve <eve@example.test> wrote:", _QUOTED),
    _reply("apple-mail", "> On 5 Jan 2026, at 09:30, Eve <eve@example.test> wrote:\n> ", _QUOTED),
    _reply("outlook", f"________________________________\n{_BLOCK}\n", "At noon?\nEve\n"),
    _reply(
        "outlook-german",
        "Von: Eve <eve@example.test>\nGesendet: Montag, 5. Januar 2026 09:30\n"
        "An: Ann\nBetreff: Lunch\n",
        "At noon?\n",
        subject="AW: Lunch",
    ),
    _reply("thunderbird", "On 1/5/26 09:30, Eve wrote:", _QUOTED),
    _reply("mutt", "On Mon, Jan 05, 2026 at 09:30:00AM +0000, Eve wrote:", _QUOTED),
    _reply(
        "yahoo", "    On Monday, January 5, 2026 at 09:30:00 AM UTC, Eve wrote:  \n", "  At noon?\n"
    ),
    _reply(
        "k9",
        "Am 5. Januar 2026 09:30:00 MEZ schrieb Eve <eve@example.test>:",
        ">At noon?\n",
        subject="Re: Lunch",
    ),
    _reply("lotus-notes", "Eve <eve@example.test> \n05.01.2026 09:30\n\nTo\nAnn\n", "At noon?\n"),
    _reply(
        "french",
        "Le lun. 5 janv. 2026 à 09:30, Eve <eve@example.test> a écrit :",
        _QUOTED,
        subject="RE : Lunch",
    ),
    _forward(
        "gmail",
        "---------- Forwarded message ---------\nFrom: Eve <eve@example.test>\n"
        "Date: Mon, Jan 5, 2026 at 9:30\u202fAM\nSubject: Lunch\nTo: Ann <ann@example.test>",
    ),
    _forward(
        "apple-mail",
        "Begin forwarded message:\n\nFrom: Eve <eve@example.test>\n"
        "Subject: Lunch\nDate: 5 January 2026 at 09:30:00 GMT\nTo: Ann",
    ),
    _forward("outlook", f"-----Original Message-----\n{_BLOCK}", subject="FW: Lunch"),
    _forward(
        "thunderbird",
        "-------- Forwarded Message --------\nSubject: \tLunch\n"
        "Date: \tMon, 5 Jan 2026 09:30:00 +0000\nFrom: \tEve <eve@example.test>\nTo: \tAnn",
    ),
    _forward(
        "yahoo",
        "   ----- Forwarded Message -----\n From: Eve <eve@example.test>\n"
        "To: Ann\nSent: Monday, January 5, 2026 at 09:30:00 AM UTC\nSubject: Lunch",
    ),
    _forward(
        "mutt",
        "----- Forwarded message from Eve <eve@example.test> -----\n\n"
        "Date: Mon, 5 Jan 2026 09:30:00 +0000\nFrom: Eve <eve@example.test>\nSubject: Lunch",
        subject="[eve@example.test: Lunch]",
    ),
    _forward(
        "outlook-german",
        "Von: Eve <eve@example.test>\nGesendet: Montag, 5. Januar 2026\nAn: Ann\nBetreff: Lunch",
        subject="WG: Lunch",
    ),
    _forward(
        "k9",
        "-------- Original Message --------\nFrom: Eve <eve@example.test>\n"
        "Sent: 5 January 2026 09:30:00 GMT\nTo: Ann\nSubject: Lunch",
    ),
    _forward(
        "zimbra",
        '----- Forwarded Message -----\nFrom: "Eve" <eve@example.test>\n'
        'To: "Ann" <ann@example.test>\nSent: Monday, 5 January, 2026 9:30:00 AM\nSubject: Lunch',
    ),
    entry(
        "forward-as-attachment",
        "forward forwarded people attachment",
        "A mail forwarded whole, as an attachment.",
        message(
            "forward-as-attachment",
            "Subject: Fwd: Lunch\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=b\n\n"
            "--b\nContent-Type: text/plain\n\nFor you.\n"
            "--b\nContent-Type: message/rfc822\nContent-Disposition: attachment;\n"
            ' filename="Lunch.eml"\n\nFrom: Eve <eve@example.test>\nSubject: Lunch\n\n'
            "At noon?\n--b--\n",
        ),
        Reading(text="For you.", forwarded=("Lunch",)),
    ),
    entry(
        "resent",
        "forward people",
        "A mail sent on untouched, with Resent fields (RFC 5322 §3.6.6).",
        message(
            "resent",
            "Subject: Lunch\nResent-From: bob@example.test\nResent-To: eve@example.test\n"
            "Resent-Date: Mon, 05 Jan 2026 10:00:00 +0000\n\nAt noon?\n",
        ),
        Reading(subject="Lunch", from_=("ann@example.test",), to=("bob@example.test",)),
    ),
)
