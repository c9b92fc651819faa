"""A client that watches by NOTIFY what is not selected, and believes what it is told."""

import re

from imap.talk import Talk

from pytest_fakemail.store.mailbox import Mailbox

EVENTS = "(MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)"
_STATUS = re.compile(r'\* STATUS "?([^ "]+)"? \((.*)\)')
_LIST = re.compile(r'\* LIST \(([^)]*)\) "/" "?([^ "]+)"?(?: \("OLDNAME" \("?([^ "]+)"?\)\))?')


class Onlooker:
    """A client with nothing selected, which knows what STATUS and LIST told it unasked."""

    def __init__(self, talk: Talk, which: str) -> None:
        self.talk = talk
        self.status: dict[str, dict[str, str]] = {}
        self.names: set[str] = set()
        self.subscribed: set[str] = set()
        self.hear(talk.say('LIST "" "*" RETURN (SUBSCRIBED)'))
        talk.say("ENABLE CONDSTORE")
        self.hear(talk.say(f"NOTIFY SET STATUS ({which} {EVENTS})"))

    def hear(self, lines: list[str]) -> None:
        for line in lines:
            if match := _STATUS.fullmatch(line):
                words = match[2].split()
                told = dict(zip(words[::2], words[1::2], strict=True))
                self.status.setdefault(match[1], {}).update(told)
            elif match := _LIST.fullmatch(line):
                self._named(match[1], match[2], match[3])

    def _named(self, attributes: str, name: str, old_name: str | None) -> None:
        if old_name is not None and old_name != "INBOX":
            for old in [one for one in self.names if f"{one}/".startswith(f"{old_name}/")]:
                self.names.remove(old)
                self.names.add(name + old[len(old_name) :])
                if old in self.status:
                    self.status[name + old[len(old_name) :]] = self.status.pop(old)
        if set(attributes.split()) & {"\\NonExistent", "\\Noselect", "\\NoAccess"}:
            self.names.discard(name)
            self.status.pop(name, None)
        else:
            self.names.add(name)
        (self.subscribed.add if "\\Subscribed" in attributes else self.subscribed.discard)(name)

    def check_status(self, name: str, mailbox: Mailbox) -> None:
        """Compare what was told of a mailbox with the truth."""
        told = self.status.get(name, {})
        assert int(told.get("MESSAGES", 0)) == len(mailbox)
        assert int(told.get("UIDNEXT", 1)) == mailbox.uidnext
        assert int(told.get("UNSEEN", 0)) == mailbox.unseen_count
        assert int(told.get("HIGHESTMODSEQ", 1)) == mailbox.highest_modseq
