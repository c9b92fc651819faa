"""Which mail exists: accounts, mailboxes, messages, and what happened to them.

Knows no protocol.  `store.Store` is the root; a `mailbox.Mailbox` holds messages and their
change log, a `view.View` is one IMAP session's numbering of it, a `maildrop.Maildrop` one
POP3 session's.
"""
