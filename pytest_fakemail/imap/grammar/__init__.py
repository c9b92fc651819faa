"""What commands may say: rules over a cursor, one for each of the RFCs' (RFC 3501 §9, RFC 9051 §9).

The counterpart is `imap.responses`.
"""
