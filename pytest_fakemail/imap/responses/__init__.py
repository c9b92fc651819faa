"""What the server says: values, FETCH and what a client is told unasked.

The counterpart is `imap.grammar`.
"""
