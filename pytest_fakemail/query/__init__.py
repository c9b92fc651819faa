"""Questions about stored mail: searching, sorting and threading, and a test's criteria.

It knows messages and no protocol: IMAP parses its arguments into these values, and
assertions and fault rules ask the same questions.
"""
