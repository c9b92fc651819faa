"""The evidence: every octet of every connection, in order, with its time.

`record` takes note while servers run and shares what it keeps with the store; `transcript` is what
a test reads of it, `exchanges` answers questions about it; `render` makes text for people and
`redaction` keeps passwords out of it.
"""
