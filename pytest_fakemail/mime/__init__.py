"""Readers of Internet messages, over bytes: headers, addresses, dates, words, parts.

Every reader takes any bytes, raises nothing, and works in time linear to its input.  They
look at a message where it lies and keep offsets, not copies; whoever wants
`email.message.EmailMessage` asks `mail.Mail`.
"""
