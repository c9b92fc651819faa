"""What the app's framework has kept in memory instead of sending it."""

import sys


def kept_by_django() -> int:
    """Return how many mails Django's backend in memory holds."""
    return len(getattr(sys.modules.get("django.core.mail"), "outbox", ()))
