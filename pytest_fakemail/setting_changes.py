"""What `Settings`, `FakeMail` and the marker take by name, for type checkers: never loaded."""

from collections.abc import Iterable
from typing import TypedDict

from pytest_fakemail.clock import Duration


class SettingChanges(TypedDict, total=False):
    """A key for each setting; values may have more forms than are kept."""

    host: str
    allow_network: bool
    hostname: str
    domain: str
    user: str
    password: str
    mailboxes: str
    separator: str
    personal_namespace: str
    namespaces: Iterable[str]
    shared_seen: str
    accept_any_login: bool
    unknown_recipients: str
    require_auth: bool
    require_tls: bool
    mechanisms: Iterable[str]
    client_certificates: bool
    max_message_size: int
    max_append_size: int
    max_recipients: int
    max_received: int
    max_connections: int
    bare_newlines: str
    line_limits: bool
    trace_headers: bool
    smtp_timeout: Duration
    pop3_timeout: Duration
    imap_timeout: Duration
    imap_idle_still_here: Duration
    imap_revisions: str
    smtp_without: Iterable[str]
    pop3_without: Iterable[str]
    imap_without: Iterable[str]
    imap_capabilities: str
    submission_users: Iterable[str]
    imap_notify_mailboxes: int
    imap_8bit_headers: str
    imap_message_limit: int
    imap_keeps_nul: bool
    pop3_lock: str
    pop3_login_delay: Duration
    pop3_expire: str
    pop3_raw_utf8: bool
    retry: Iterable[str]
    relay_timeout: Duration
    relay_tls: str
    source_routes: str
    percent_hack: str
    forwarding_reply: str
    transcript_limit: int
    provider: str
    pop3_lists: str
    saves_sent: bool
    gmail_labels: bool
    gmail_auto_expunge: bool
    gmail_expunge: str
    gmail_language: str
    leaks: Iterable[str]
