"""Misbehaviour on demand: rules that answer instead of a server, or spoil its answer.

`engine` picks the rules that meet an exchange, `rules` is the language in which a test
writes them, `matching` decides whether one applies and says why not.  What a rule does is
a row of `steps`; each file of steps is a family: `answers` speak in the server's place,
`endings` hang up, `timing` slows down, `alterations` change octets.  Nothing here does
I/O or knows a session.
"""
