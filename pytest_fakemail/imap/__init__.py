"""IMAP4rev1 and IMAP4rev2 (RFC 3501, RFC 9051) as a state machine over the shared store.

Octets become whole commands in `framing`, commands become dataclasses in the `grammar…`
modules, and the modules of `commands` carry those out.  What goes back is put into IMAP's
words by `responses`, `envelope`, `bodystructure` and `sections`.
"""
