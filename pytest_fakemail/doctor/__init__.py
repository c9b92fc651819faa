"""``pytest --fakemail-doctor``: what this environment is to the mail servers, without a test."""
