"""QQ Mail and Exmail."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
_WORDS = ("IMAP4", "IMAP4rev1", "ID", "AUTH=PLAIN", "AUTH=LOGIN", "NAMESPACE")

PERSONALITY = Personality(
    name="qq",
    title="QQ Mail",
    mailboxes={"Sent Messages": "", "Drafts": "", "Deleted Messages": "", "Junk": ""},
    remarks="The mailboxes, and what comes after login, are unverified.",
    quirks=(
        ("imap", "search.ignores_criteria"), ("imap", "fetch.space_before_paren"),
        ("imap", "set.descending_bad"),
    ),
    says={
        "basic_auth_disabled": ("AUTHORIZATION_CODE_REQUIRED",),
    },
    imap=Spoken(
        greeting="[CAPABILITY {capabilities}] QQMail IMAP4Server ready",
        before=_WORDS,
        after=_WORDS,
        vendor=frozenset(("IMAP4", "AUTH=PLAIN", "AUTH=LOGIN")),
        pushes="",
        replies={"LOGIN NO": "!Login fail. Please using authorized code to login."},
        evidence="T+K MK#946, MK#1143; C NYL; what comes after login is unverified",
    ),
)
