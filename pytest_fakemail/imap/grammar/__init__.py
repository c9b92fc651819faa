"""What commands may say: rules over a cursor, one for each of the RFCs' (RFC 3501 §9, RFC 9051 §9).

Here is what several commands take; what only one command takes stands beside its handler.
The counterpart is `imap.responses`.
"""
