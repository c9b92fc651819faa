"""SMTP and LMTP: the one place that knows aiosmtpd.

`session` has the two state machines; what they wait for (a command line, the octets of a
message, of a chunk, a SASL response) is a value that frames its input and answers it.
`commands` has the commands, a module a family, and the table of them all.  `paths` and
`parameters` are the grammar of MAIL and RCPT, `data` finds the end of a message,
`transaction` becomes a delivery, `trace` writes its Received line, `replies` holds what
the server says, `extensions` what it announces.
"""
