"""RLIST and RLSUB: LIST and LSUB with the mailboxes that are elsewhere (RFC 2193 §5).

Here all are at home.  What is elsewhere is the business of the test's rules, which answer with
``NO [REFERRAL …]`` and put lines into the answer of RLIST.
"""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.listing import list_command, lsub_command
from pytest_fakemail.imap.grammar.listing import List, lsub
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Table, Waiting

table = Table("MAILBOX-REFERRALS")


@table.command("RLIST", lsub, states=AUTHENTICATED)
def rlist(client: Client, arguments: List) -> Answer | Done | Waiting:
    """List mailboxes that match, in the form of RFC 3501."""
    return list_command(client, arguments)


@table.command("RLSUB", lsub, states=AUTHENTICATED)
def rlsub(client: Client, arguments: List) -> Answer | Done | Waiting:
    """List subscribed names that match."""
    return lsub_command(client, arguments)
