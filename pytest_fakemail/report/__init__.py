"""What is left of a test for people to read: sections of the failure report, files."""
