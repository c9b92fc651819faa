"""How the servers of others speak and fail: a module for each provider.

``from pytest_fakemail.providers import gmail, m365, ses, postfix``: failures as constants, for
``fakemail.smtp.fail(gmail.DAILY_LIMIT)``, and ``gmail.failures(…)`` for parametrized tests.
A provider's module is loaded when it is imported, and needs nothing of another's.
"""
