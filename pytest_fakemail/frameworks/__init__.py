"""Ready settings and fixtures for the frameworks that send mail."""
