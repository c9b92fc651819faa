"""SMTP and LMTP, on aiosmtpd, of which `upstream` says what is used.

The way of a line: `session` takes octets, `framing` cuts them, `reading` finds the command in
the `table`, a handler of `commands` works on the `client`, `answers` makes effects of what it
returns.  What else a client may have to send (a message, a chunk, a SASL response) is a value
that frames its octets and answers them.  `paths` and `parameters` are the grammar of MAIL and
RCPT, `data` finds the end of a message, `content` delivers it, `trace` writes its Received
line, `replies` holds what the server says, `extensions` what it announces, `lmtp` has what LMTP
does otherwise.

What a client seldom says, or settings seldom ask for, is loaded when it is first needed: most
commands, all paths but the usual ones, `objections`, `limits`, `aliases`, `onward`, `trace`.
"""
