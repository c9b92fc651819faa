"""Speaking as somebody else: what a personality is, and what becomes of our own answers."""
