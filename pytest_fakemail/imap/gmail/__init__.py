"""X-GM-EXT-1: what Gmail's server knows beyond IMAP."""
