"""Exchange 2007, on premises."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
_WORDS = ("IMAP4", "IMAP4rev1", "IDLE", "LITERAL+", "AUTH=PLAIN", "UIDPLUS", "CHILDREN",
          "NAMESPACE")

PERSONALITY = Personality(
    name="exchange-2007",
    title="Exchange 2007",
    mailboxes={
        "Calendar": "", "Contacts": "", "Deleted Items": "", "Drafts": "", "Journal": "",
        "Junk E-mail": "", "Notes": "", "Outbox": "", "Sent Items": "", "Tasks": "",
    },
    quirks=(("imap", "list.special_use_missing"), ("imap", "size.estimate")),
    remarks="The capabilities are unverified. Older Exchange sends no special uses.",
    imap=Spoken(
        greeting="Microsoft Exchange Server 2007 IMAP4 service is ready",
        before=_WORDS,
        after=_WORDS,
        vendor=frozenset(("IMAP4", "AUTH=PLAIN")),
        pushes="",
        replies={
            "LOGIN NO": "!LOGIN failed.",
            "IDLE +": "IDLE accepted, awaiting DONE command.",
            "IDLE OK": "IDLE completed.",
            "LOGOUT BYE": "Microsoft Exchange Server 2007 IMAP4 server signing off.",
            "* OK": "{verb} completed.",
        },
        evidence="T+K for the greeting alone; the rest is unverified",
    ),
)
