"""What an account stores, counted as it changes, and how much it may (RFC 9208)."""


class Usage:
    """Messages, octets and mailboxes of an account; limits are None without one.

    Limits that are soft (`is_soft`) can be gone beyond, and who does so by IMAP is told (RFC 9208
    §4.3.1).
    """

    __slots__ = (
        "is_soft",
        "mailboxes",
        "messages",
        "most_mailboxes",
        "most_messages",
        "most_octets",
        "octets",
    )

    def __init__(self) -> None:
        self.messages = self.octets = self.mailboxes = 0
        self.most_messages: int | None = None
        self.most_octets: int | None = None
        self.most_mailboxes: int | None = None
        self.is_soft = False

    def add(self, messages: int, octets: int) -> None:
        """Count what came; negative what went."""
        self.messages += messages
        self.octets += octets

    def is_over(self, extra_octets: int, extra_messages: int = 1) -> bool:
        """Whether so much more would be beyond a limit."""
        most_octets, most_messages = self.most_octets, self.most_messages
        return (most_octets is not None and self.octets + extra_octets > most_octets) or (
            most_messages is not None and self.messages + extra_messages > most_messages
        )

    def has_mailboxes_left(self, extra: int) -> bool:
        """Whether so many more mailboxes can be made."""
        most = self.most_mailboxes
        return most is None or self.is_soft or self.mailboxes + extra <= most
