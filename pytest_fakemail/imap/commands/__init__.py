"""What each command does: one module a family, each with its table; merged here.

To add a command: a rule for its arguments and a handler under ``@table.command(…)``, in the module
of its family (or a new one, entered below), and its capability in `imap.capabilities`.
"""

from pytest_fakemail.imap.commands import (
    acl,
    any_state,
    append,
    comparator,
    compress,
    contexts,
    copy,
    enable,
    expunge,
    fetch,
    idle,
    language,
    listing,
    login,
    mailboxes,
    metadata,
    multisearch,
    namespace,
    notify,
    quota,
    referrals,
    replace,
    search,
    select,
    status,
    store,
    uidbatches,
    unauthenticate,
    unselect,
    urlauth,
)
from pytest_fakemail.imap.table import merged

COMMANDS = merged(
    (
        acl.table,
        any_state.table,
        append.table,
        comparator.table,
        compress.table,
        contexts.table,
        copy.table,
        copy.move_table,
        enable.table,
        expunge.table,
        fetch.table,
        idle.table,
        language.table,
        listing.table,
        login.table,
        mailboxes.table,
        metadata.table,
        multisearch.table,
        namespace.table,
        notify.table,
        quota.table,
        referrals.table,
        replace.table,
        search.table,
        search.sort_table,
        search.thread_table,
        select.table,
        status.table,
        store.table,
        uidbatches.table,
        unauthenticate.table,
        unselect.table,
        urlauth.table,
    )
)
"""Every command of the server, by its name, ``UID`` included."""
