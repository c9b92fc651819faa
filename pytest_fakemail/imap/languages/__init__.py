"""The languages that LANGUAGE speaks (RFC 5255 §3): tables of texts, loaded when they are chosen.

To add a language: a module with its `LANGUAGE`, and its name in `choosing.MODULES`.  To add a text
that the server says: its row in each of the tables.  A test finds what is missing and what is left
over.
"""
