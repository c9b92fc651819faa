"""POP3, the server's side: RFC 1939 with 2449 (CAPA), 2595 (STLS), 5034 (AUTH), 3206 and 6856.

`session.Pop3Session` frames and dispatches; the commands stand in tables, those for before
the login in `authorization`, those for after it in `transaction`, those for both in
`commands`, which merges all three.  `octets` is what a message is on the wire.
"""
