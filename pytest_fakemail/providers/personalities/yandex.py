"""Yandex, whose separator is a bar."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
_WORDS = ("IMAP4rev1", "CHILDREN", "UNSELECT", "LITERAL+", "NAMESPACE", "XLIST", "UIDPLUS",
          "ENABLE", "ID", "IDLE", "MOVE")

PERSONALITY = Personality(
    name="yandex",
    title="Yandex Mail",
    settings={"separator": "|", "hostname": "imap.yandex.ru"},
    mailboxes={"Drafts": "\\Drafts", "Sent": "\\Sent", "Spam": "\\Junk", "Trash": "\\Trash",
               "Outbox": ""},
    quirks=(("imap", "list.special_use_doubled"), ("imap", "str.missing")),
    remarks="The capabilities and the mailboxes are unverified.",
    says={
        "idle_timeout": ("IDLE_TIMEOUT",),
    },
    imap=Spoken(
        greeting="Yandex IMAP4rev1 at {host}:993 ready to talk with {ip}:40000, {date_time}, {id}",
        before=_WORDS,
        after=_WORDS,
        pushes="untagged",
        hidden=("SPECIAL-USE",),
        replies={"push BYE": "Autologout; idle for too long"},
        evidence="T+K MK#938, MK#1708 for greeting and separator; the rest is unverified",
    ),
)
