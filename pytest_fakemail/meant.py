"""Words of other libraries, and of habit, for what has another name here.

The nearest spelling of such a word is often something else, or the opposite: ``assert_one`` of an
outbox is nearest to ``assert_none``, ``twice`` to ``trickle``.
"""

from collections.abc import Iterable

_WORDS: dict[str, tuple[str, ...]] = {
    # fields of a mail: criteria, conditions, attributes, options of deliver
    "addresses recipient recipients rcpt rcpt_to rcpt_tos rcpttos envelope_to mail_to": (
        "recipients",
        "to",
        "RCPT",
    ),
    "body content plain plain_text body_text get_content": ("text", "raw"),
    "body_html html_body": ("html",),
    "mailfrom mail_from from_addr from_address envelope_from return_path": (
        "sender",
        "from_",
        "MAIL",
    ),
    "from author sender": ("from_",),
    "filename filenames file attachments attach attached": ("attachment", "attachments"),
    "payload get_payload as_bytes as_string bytes source": ("raw",),
    "message_id date reply_to in_reply_to": ("header", 'headers["…"]'),
    "peer remote_address client_address": ("client", "peer"),
    "folder": ("mailbox",),
    "read is_read unread unseen": ("seen",),
    "starred": ("flagged",),
    # what a test has in hand
    "assert_one first last get get_one single only": ("one", "assert_one"),
    "one": ("assert_one",),
    "find filter search find_all query": ("all",),
    "wait wait_for_one wait_one wait_for_mail wait_for_message": ("wait_for",),
    "assert_empty is_empty empty": ("assert_none",),
    "reset_mail forget": ("clear", "reset"),
    "append add add_message put send_message": ("deliver",),
    "mark flag": ("add_flags",),
    "remove delete_message": ("expunge",),
    "mail mails messages deliveries sent": ("outbox",),
    "user users add_user create_user add_account create_account login": ("account",),
    "inbox mailboxes": ("account().inbox", "inbox"),
    "when fail host port tls_port address url client enforce quirk listen": ("smtp.{}",),
    "certificate cert ca ca_cert ca_path cafile": ("tls", "ca_file"),
    "time now freeze advance": ("clock.{}",),
    "stop shutdown quit": ("close",),
    "start": ("listen",),
    "log logs conversation history": ("transcript",),
    "hostname": ("host",),
    "username name": ("user",),
    # the points of faults
    "data_end end_of_data end_data endofdata eod eom dot final_dot message content_end": (
        "end-of-data",
    ),
    "greeting banner connection accept open": ("connect",),
    "ssl handshake tls_handshake": ("tls",),
    "authenticate login password": ("PASS", "AUTH", "AUTHENTICATE"),
    "auth": ("AUTHENTICATE", "LOGIN"),
    "unsolicited untagged": ("push",),
    "all every": ("any",),
    # what faults do
    "answer respond error reject refuse deny raise_ return_ fail_with": ("reply", "no", "err"),
    "reply": ("no", "err"),
    "no bad err": ("reply", "err", "no"),
    "ok": ("reply",),
    "twice thrice repeat": ("times",),
    "disconnect hangup hang_up abort": ("close", "bye"),
    "hang stall block timeout time_out never": ("stall", "silence", "silent"),
    "sleep wait_before slow slow_down pause latency": ("delay",),
    "truncate drop cut_off cut break_off": ("drop", "cut"),
    "garble scramble flip": ("corrupt",),
    "replace substitute": ("rewrite",),
    "swallow drop_command": ("ignore",),
    "call callback run": ("do",),
    "allow_unused maybe may_not_fire": ("optional",),
    "count calls call_count called hits": ("fired", "count"),
    # settings
    "auth_required login_required authentication need_auth": ("require_auth",),
    "tls ssl starttls use_tls use_starttls tls_required": ("require_tls",),
    "max_size size_limit message_size_limit data_size_limit": ("max_message_size",),
    "auth_mechanisms sasl sasl_mechanisms auth_methods": ("mechanisms",),
    # policies, providers, mailboxes, routes
    "throttle throttling rate": ("rate_limit",),
    "ban bruteforce brute_force": ("lockout",),
    "dnsbl rbl denylist": ("blocklist",),
    "google googlemail workspace g_suite gsuite": ("gmail",),
    "outlook office365 office_365 o365 microsoft microsoft365 exchange_online hotmail": ("m365",),
    "aws amazon amazon_ses aws_ses": ("ses",),
    "apple me mac": ("icloud",),
    "twilio": ("sendgrid",),
    "spam junk_mail junk_email": ("Junk", "Spam"),
    "sent_mail sent_items sent_messages": ("Sent",),
    "bin deleted deleted_items deleted_messages": ("Trash",),
    "down offline dead timeout_": ("unreachable",),
}


def other_word(name: str, known: Iterable[str]) -> str:
    """Return which of the known names, or what of one, is meant by a word; nothing if none is."""
    there = set(known)
    word = name.casefold().replace("-", "_").replace(" ", "_")
    for words, meant in _WORDS.items():
        if word in words.split():
            for one in meant:
                said = one.format(name)
                if _head(said) in there:
                    return said
    return ""


def _head(said: str) -> str:
    """Return what must be there: ``smtp`` of ``smtp.when``, ``headers`` of ``headers["…"]``."""
    for end in ("(", "[", "."):
        said = said.partition(end)[0]
    return said
