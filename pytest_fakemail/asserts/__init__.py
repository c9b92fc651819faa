"""What a test asks and expects: the outbox, accounts and mailboxes, and why they are not so.

Everything here stands on `store` and `query` and may be used from any thread.  What fails
says by `explain` what was wanted, what came instead, and the nearest miss field by field.
"""
