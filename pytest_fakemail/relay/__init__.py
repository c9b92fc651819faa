"""relay: what happens to mail after 250: routes, the queue, retries, and what is returned.

It acts on what SMTP has accepted and bends nothing that a client sees.
"""
