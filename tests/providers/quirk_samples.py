"""What each quirk makes of an answer: verb, argument, the server's answer, what the client sees."""

from providers.spelling_samples import ANN, OK, SPELLINGS, fetched, structure

FETCH = b"* 1 FETCH (UID 7 BODY[] {8}\r\nA)\r\nB)\r\n)\r\n"
IDLE_FLAGS = b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
PART = b'("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 1 NIL ("inline" NIL) NIL NIL)'
FILE = b'("image" "png" NIL NIL NIL "base64" 9373603 NIL NIL NIL NIL)'
BOB = b'(NIL NIL "bob" "x.test")'
ENVELOPE = b'(NIL "Hi" (%b) (%b) (%b) (%b%b) NIL NIL NIL "<1@x.test>")' % (ANN, ANN, ANN, ANN, BOB)
RFC822 = b'("message" "rfc822" NIL NIL NIL "7bit" 90 %b %b 3 NIL NIL NIL NIL)' % (ENVELOPE, PART)
MIXED = b'"mixed" ("boundary" "b") NIL NIL NIL'


def envelope(fields: bytes) -> bytes:
    return fetched(b"ENVELOPE " + fields)


# fmt: off
SESSIONS = {
    "greet.nul_prefix": ("connect", "", b"* OK Hello\r\n", b"\0\0* OK Hello\r\n"),
    "capa.none_in_greeting": ("connect", "", b"* OK [CAPABILITY IMAP4rev1 ID] Hello\r\n",
                              b"* OK Hello\r\n"),
    "capa.untagged_before_ok": ("LOGIN", "", b"a1 OK [CAPABILITY IMAP4rev1 ID] In\r\n",
                                b"* CAPABILITY IMAP4rev1 ID\r\na1 OK In\r\n"),
    "capa.not_pushed": ("LOGIN", "", b"a1 OK [CAPABILITY IMAP4rev1 ID] In\r\n", b"a1 OK In\r\n"),
    "capa.rev2_first": ("CAPABILITY", "", b"* CAPABILITY IMAP4rev1 ID IMAP4rev2 IDLE\r\n",
                        b"* CAPABILITY IMAP4rev2 IMAP4rev1 ID IDLE\r\n"),
    "capa.lower_case": ("CAPABILITY", "", b"* CAPABILITY IMAP4rev1 ID\r\na1 OK x\r\n",
                        b"* capability imap4rev1 id\r\na1 OK x\r\n"),
    "capa.trailing_space": ("CAPABILITY", "", b"* CAPABILITY IMAP4rev1\r\na1 OK x\r\n",
                            b"* CAPABILITY IMAP4rev1 \r\na1 OK x\r\n"),
    "capa.idle_gone_after_login": (
        "CAPABILITY", "", b"* CAPABILITY IMAP4rev1 IDLE ID\r\n" + OK,
        b"* CAPABILITY IMAP4rev1 ID\r\n" + OK),
    "id.empty_list": ("ID", "", b'* ID ("name" "x")\r\n' + OK, b"* ID ()\r\n" + OK),
    "id.trailing_space": ("ID", "", b'* ID ("name" "x")\r\n', b'* ID ("name" "x") \r\n'),
    "auth.plus_without_space": ("AUTHENTICATE", "", b"+ \r\n", b"+\r\n"),
    "auth.login_prompt_variant": ("AUTHENTICATE", "LOGIN", b"+ VXNlcm5hbWU6\r\n",
                                  b"+ VXNlciBOYW1lAA==\r\n"),
    "auth.tagged_bye": ("LOGIN", "", b"a1 NO [AUTHENTICATIONFAILED] No\r\n",
                        b"a1 BYE [AUTHENTICATIONFAILED] No\r\n"),
    "auth.poisons_connection": ("LOGIN", "", b"a1 NO [AUTHENTICATIONFAILED] No\r\n",
                                b"a1 NO [AUTHENTICATIONFAILED] No\r\n"),
    "enable.no_enabled_response": ("ENABLE", "", b"* ENABLED QRESYNC\r\na1 OK x\r\n",
                                   b"a1 OK x\r\n"),
    "cont.spurious_plus": ("NOOP", "", b"a1 OK x\r\n", b"+ \r\na1 OK x\r\n"),
    "cont.in_idle_flags": ("IDLE", "", b"+ idling\r\n",
                           IDLE_FLAGS + b"+ idling\r\n"),
    "unsol.superfluous_ok_no_bad": (
        "NOOP", "", OK, b"* OK This is fine\r\n* NO Beware of the dog\r\n* BAD Odd\r\n" + OK),
    "copyuid.bare": ("UID MOVE", "", b"* OK [COPYUID 55 31 6] x\r\n* 1 EXPUNGE\r\na1 OK x\r\n",
                     b"[COPYUID 55 31 6]\r\n* 1 EXPUNGE\r\na1 OK x\r\n"),
    "copyuid.without_ok": (
        "MOVE", "", b"* OK [COPYUID 55 31 6] x\r\n* 1 EXPUNGE\r\n" + OK,
        b"* [COPYUID 55 31 6]\r\n* 1 EXPUNGE\r\n" + OK),
    "copyuid.missing": ("UID COPY", "", b"a1 OK [COPYUID 55 31 6] x\r\n", OK),
    "appenduid.missing": ("APPEND", "", b"a1 OK [APPENDUID 55 31] x\r\n", OK),
    "appenduid.zero": ("APPEND", "", b"a1 OK [APPENDUID 55 31] x\r\n",
                       b"a1 OK [APPENDUID 55 0] x\r\n"),
    "text.missing": ("NOOP", "", b"a1 OK done\r\n", b"a1 OK\r\n"),
    "limit.throttled": ("NOOP", "", b"a1 OK Success\r\n", b"a1 OK Success [THROTTLED]\r\n"),
    "quota.excess_space": ("GETQUOTA", "", b'* QUOTA "" (STORAGE 1 512)\r\n',
                           b'* QUOTA "" (STORAGE  1 512)\r\n'),
}

MAILBOXES = {
    "list.inbox_mixed_case": ("LIST", "", b'* LIST () "/" INBOX\r\n* LIST () "/" INBOX/A\r\n',
                              b'* LIST () "/" Inbox\r\n* LIST () "/" INBOX/A\r\n'),
    "list.no_inbox": ("LIST", "", b'* LIST () "/" INBOX\r\n* LIST () "/" A\r\n',
                      b'* LIST () "/" A\r\n'),
    "list.special_use_missing": ("LIST", "", b'* LIST (\\HasNoChildren \\Sent) "/" Sent\r\n',
                                 b'* LIST (\\HasNoChildren) "/" Sent\r\n'),
    "list.no_attributes": (
        "LIST", "",
        b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Noselect \\Sent) "/" "A B"\r\n',
        b'* LIST (\\Noinferiors) "/" INBOX\r\n* LIST (\\Noselect) "/" "A B"\r\n'),
    "list.special_use_doubled": ("LIST", "", b'* LIST (\\HasNoChildren \\Sent) "/" Sent\r\n',
                                 b'* LIST (\\HasNoChildren \\Sent \\Sent) "/" Sent\r\n'),
    "list.all_mail_hidden": (
        "LIST", "", b'* LIST (\\HasNoChildren \\All) "/" A\r\n* LIST () "/" B\r\n',
        b'* LIST () "/" B\r\n'),
    "list.includes_nonmail": ("LIST", '"" *', b'* LIST () "." A\r\n' + OK,
                              b'* LIST () "." A\r\n* LIST (\\HasNoChildren) "." Notes\r\n' + OK),
    "list.leading_delimiter": ("LIST", "", b'* LIST () "/" INBOX\r\n* LIST () "/" "A B"\r\n',
                               b'* LIST () "/" INBOX\r\n* LIST () "/" "/A B"\r\n'),
    "list.trailing_delimiter": ("LIST", "", b'* LIST () "/" A ("OLDNAME" ("B"))\r\n',
                                b'* LIST () "/" A/ ("OLDNAME" ("B"))\r\n'),
    "list.name_in_literal": ("LIST", "", b'* LIST () "/" "A \\"B"\r\n',
                             b'* LIST () "/" {4}\r\nA "B\r\n'),
    "list.name_unquoted": ("LSUB", "", b'* LSUB () "/" "A B"\r\n', b'* LSUB () "/" A B\r\n'),
    "list.missing_quote": ("LIST", "", b'* LIST () "/" "A B"\r\n', b'* LIST () "/" A B"\r\n'),
    "permflags.no_keywords": ("SELECT", "", b"* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n",
                              b"* OK [PERMANENTFLAGS (\\Seen)] x\r\n"),
    "permflags.bracket": ("SELECT", "", b"* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n",
                          b"* OK [PERMANENTFLAGS ([css3-page] \\Seen \\*)] x\r\n"),
    "flags.nil": ("SELECT", "", b"* FLAGS (\\Seen)\r\n" + OK, b"* FLAGS NIL\r\n" + OK),
    "flags.quoted": ("SELECT", "", b"* FLAGS (\\Seen)\r\n", b'* FLAGS ("\\\\Deleted" \\Seen)\r\n'),
    "flags.backslash_keyword": (
        "SELECT", "", b"* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n",
        b"* FLAGS (\\Spam \\Seen)\r\n* OK [PERMANENTFLAGS (\\Spam \\Seen \\*)] x\r\n"),
    "list.not_below": ("LIST", '"" "A/%"', b'* LIST () "/" A/B\r\n' + OK,
                       b'* LIST () "/" INBOX\r\n* LIST () "/" A/B\r\n' + OK),
    "uidnext.missing": ("SELECT", "", b"* OK [UIDNEXT 3] x\r\na1 OK x\r\n", b"a1 OK x\r\n"),
    "uidnext.zero": ("STATUS", "", b"* STATUS A (UIDNEXT 3)\r\n", b"* STATUS A (UIDNEXT 0)\r\n"),
    "uidvalidity.zero": ("SELECT", "", b"* OK [UIDVALIDITY 3] x\r\n",
                         b"* OK [UIDVALIDITY 0] x\r\n"),
    "modseq.over_60bit": ("SELECT", "", b"* OK [HIGHESTMODSEQ 3] x\r\n",
                          b"* OK [HIGHESTMODSEQ 115292150460684693] x\r\n"),
    "status.empty_list": ("STATUS", "", b"* STATUS A (MESSAGES 3)\r\n", b"* STATUS A ()\r\n"),
    "status.name_in_literal": ("STATUS", "", b'* STATUS "A B" (MESSAGES 3)\r\n',
                               b"* STATUS {3}\r\nA B (MESSAGES 3)\r\n"),
    "status.trailing_space": ("STATUS", "", b"* STATUS A (MESSAGES 3)\r\n",
                              b"* STATUS A (MESSAGES 3) \r\n"),
    "select.needed_to_see_new": ("NOOP", "", b"* 3 EXISTS\r\n* 1 RECENT\r\na1 OK x\r\n",
                                 b"a1 OK x\r\n"),
    "idle.no_push": ("push", "", b"* 3 EXISTS\r\n", b""),
}

FETCHING = {
    "fetch.uid_after_literal": ("UID FETCH", "", FETCH + b"a1 OK x\r\n",
                                b"* 1 FETCH (BODY[] {8}\r\nA)\r\nB)\r\n UID 7)\r\na1 OK x\r\n"),
    "fetch.out_of_order": ("FETCH", "", FETCH + b"* 2 FETCH (UID 8)\r\na1 OK x\r\n",
                           b"* 2 FETCH (UID 8)\r\n" + FETCH + b"a1 OK x\r\n"),
    "fetch.space_before_paren": ("FETCH", "", b"* 2 FETCH (UID 8)\r\na1 OK x\r\n",
                                 b"* 2 FETCH (UID 8 )\r\na1 OK x\r\n"),
    "fetch.rfc822_ignored": ("FETCH", "1 (RFC822)", FETCH + b"a1 OK x\r\n", b"a1 OK x\r\n"),
    "fetch.partial_without_origin": ("FETCH", "", fetched(b"BODY[1]<0> {1}\r\nx"),
                                     fetched(b"BODY[1] {1}\r\nx")),
    "fetch.body_truncated_ok": ("FETCH", "", fetched(b"BODY[] {8}\r\nA)\r\nB)\r\n"),
                                fetched(b"BODY[] {4}\r\nA)\r\n")),
    "fetch.partial_no": ("FETCH", "", FETCH + OK,
                         FETCH + b"a1 NO Some of the requested messages no longer exist.\r\n"),
    "fetch.seq_zero": ("FETCH", "", OK, b"* 0 FETCH (FLAGS ())\r\n" + OK),
    "fetch.seq_beyond_exists": ("FETCH", "", OK, b"* 4294967 FETCH (FLAGS (\\Seen))\r\n" + OK),
    "unsol.flags_in_body_fetch": (
        "FETCH", "", fetched(b"UID 8 FLAGS (\\Seen) MODSEQ (3)"),
        fetched(b"FLAGS (\\Seen)") + fetched(b"UID 8 MODSEQ (3)")),
    "fetch.uid_zero": ("FETCH", "", fetched(b"UID 8"), fetched(b"UID 0")),
    "modseq.zero": ("FETCH", "", fetched(b"MODSEQ (3)"), fetched(b"MODSEQ (0)")),
    "modseq.negative": ("FETCH", "", fetched(b"MODSEQ (3)"), fetched(b"MODSEQ (-1)")),
    "space.missing": ("FETCH", "", fetched(b"UID 8 MODSEQ (3)"), fetched(b"UID 8MODSEQ (3)")),
    "paren.extra": ("FETCH", "", fetched(b"UID 8 ENVELOPE (NIL) BODYSTRUCTURE (NIL)"),
                    fetched(b"UID 8 (ENVELOPE (NIL)) BODYSTRUCTURE (NIL)")),
    "paren.closed_early": ("FETCH", "", fetched(b"FLAGS (\\Seen) UID 8"),
                           b"* 2 FETCH (UID 8) FLAGS (\\Seen)\r\n"),
    "lit.zero_length": ("FETCH", "", fetched(b"BODY[HEADER.FIELDS (X)] {2}\r\n\r\n"),
                        fetched(b"BODY[HEADER.FIELDS (X)] {0}\r\n")),
    "lit.too_long": ("FETCH", "", fetched(b"BODY[] {4}\r\nA)\r\n"),
                     fetched(b"BODY[] {6}\r\nA)\r\n")),
    "str.quoted_for_body": ("FETCH", "", fetched(b"BODY[1] {2}\r\nHi"), fetched(b'BODY[1] "Hi"')),
    "str.missing": ("FETCH", "", fetched(b'UID 8 BODY[1] {1}\r\nx BODY[2] ""'),
                    fetched(b"UID 8 BODY[1] {1}\r\nx BODY[2] ")),
    "str.nil_for_body": ("FETCH", "", fetched(b'BODY[1] ""'), fetched(b"BODY[1] NIL")),
    "lit.char_count_not_bytes": (
        "FETCH", "", fetched(b"BODY[1] {3}\r\n\xc3\xa4) BODY[2] {1}\r\nx"),
        fetched(b"BODY[1] {2}\r\n\xc3\xa4) BODY[2] {1}\r\nx")),
    "labels.nil": ("FETCH", "", fetched(b'X-GM-LABELS ("\\\\Inbox" "(x)") UID 7'),
                   fetched(b'X-GM-LABELS (NIL "\\\\Inbox" "(x)") UID 7')),
    "labels.unquoted": ("STORE", "", fetched(b'X-GM-LABELS ("[Work]" "[A B]" "C")'),
                        fetched(b'X-GM-LABELS ([Work] "[A B]" "C")')),
    "size.estimate": ("FETCH", "", b"* 2 FETCH (RFC822.SIZE 300)\r\n",
                      b"* 2 FETCH (RFC822.SIZE 401)\r\n"),
    "date.internal_zero": ("FETCH", "", b'* 2 FETCH (INTERNALDATE " 1-Feb-2026 01:02:03 +00")\r\n',
                           b'* 2 FETCH (INTERNALDATE "00-Jan-0000 00:00:00 +0000")\r\n'),
}

ENVELOPES = {
    "env.empty_list_for_nil": ("FETCH", "", envelope(ENVELOPE),
                               envelope(ENVELOPE.replace(b") NIL NIL NIL", b") () () NIL"))),
    "env.nil_in_address_list": (
        "FETCH", "", envelope(ENVELOPE),
        envelope(ENVELOPE.replace(ANN + b")", ANN + b" NIL)").replace(BOB, BOB + b" NIL"))),
    "env.missing_sender": (
        "FETCH", "", structure(RFC822),
        structure(RFC822.replace(b"(%b) (%b) (%b)" % (ANN, ANN, ANN), b"(%b) NIL NIL" % ANN))),
    "env.swapped_name_mailbox": (
        "FETCH", "", envelope(ENVELOPE),
        envelope(ENVELOPE.replace(ANN, b'("ann" NIL "Ann \\"A\\"" "x.test")')
                 .replace(BOB, b'("bob" NIL NIL "x.test")'))),
    "env.missing_host_name": (
        "FETCH", "", envelope(b'(NIL NIL (("E" NIL "MISSING_MAILBOX" "MISSING_DOMAIN")))'),
        envelope(b'(NIL NIL (("E" NIL NIL ".MISSING-HOST-NAME.")))')),
    "env.space_between_addresses": ("FETCH", "", envelope(ENVELOPE),
                                    envelope(ENVELOPE.replace(BOB, b" " + BOB))),
    "env.space_after_addresses": (
        "FETCH", "", envelope(ENVELOPE),
        envelope(ENVELOPE.replace(ANN + b")", ANN + b" )").replace(BOB, BOB + b" "))),
    "lit.in_envelope": ("FETCH", "", envelope(b'(NIL "Hi" (%b) NIL)' % ANN),
                        envelope(b'(NIL {2}\r\nHi (({7}\r\nAnn "A" NIL {3}\r\nann '
                                 b"{6}\r\nx.test)) NIL)")),
}

STRUCTURES = {
    "bs.disposition_string": ("FETCH", "", structure(PART),
                              structure(PART.replace(b'("inline" NIL)', b'"inline"'))),
    "bs.dsp_nil_nil": ("FETCH", "", structure(FILE),
                       structure(FILE.replace(b"3 NIL NIL", b"3 NIL (NIL NIL)"))),
    "bs.nil_params": (
        "FETCH", "", structure(b"(%b %b)" % (PART, MIXED)),
        structure(b"(%b %b)" % (PART.replace(b'("charset" "utf-8")', b"NIL"),
                                MIXED.replace(b'("boundary" "b")', b"NIL")))),
    "bs.multipart_short": ("FETCH", "", structure(b"(%b%b %b)" % (PART, FILE, MIXED)),
                           structure(b'(%b%b "mixed" ("boundary" "b"))' % (PART, FILE))),
    "bs.multipart_no_children": (
        "FETCH", "", structure(b"((%b %b)%b %b)" % (PART, MIXED, FILE, MIXED)),
        structure(b'(("MIXED" NIL NIL NIL)%b %b)' % (FILE, MIXED))),
    "bs.multipart_nil": ("FETCH", "", structure(b"(%b%b %b)" % (PART, FILE, MIXED)),
                         structure(b"(NIL %b)" % MIXED)),
    "bs.multipart_as_part": (
        "FETCH", "", structure(b"((%b %b) %b)" % (PART, MIXED, MIXED)),
        structure(b'(("multipart" "mixed" ("boundary" "b") NIL NIL "7BIT" -1 NIL NIL NIL NIL) %b)'
                  % MIXED)),
    "bs.rfc822_as_basic": (
        "FETCH", "", structure(RFC822),
        structure(b'("message" "rfc822" NIL NIL NIL "7bit" 90 NIL NIL NIL NIL)')),
    "bs.unquoted_strings": (
        "FETCH", "", structure(PART),
        structure(PART.replace(b'"text" "plain"', b"text plain").replace(b'"7bit"', b"7bit"))),
    "bs.trailing_space": ("FETCH", "", structure(PART),
                          structure(PART.replace(b'"7bit"', b'"7bit "'))),
    "num.decimal": ("FETCH", "", structure(FILE),
                    structure(FILE.replace(b"9373603", b"9.3736e+06"))),
    "lit.in_bodystructure": (
        "FETCH", "", structure(b'("image" "png" ("name" "a") NIL NIL "base64" 9)'),
        structure(b"({5}\r\nimage {3}\r\npng ({4}\r\nname {1}\r\na) NIL NIL {6}\r\nbase64 9)")),
}

SEARCHING = {
    "search.no_untagged": ("SEARCH", "", b"* SEARCH\r\n" + OK, OK),
    "search.trailing_space": ("SEARCH", "", b"* SEARCH 1 2\r\n", b"* SEARCH 1 2 \r\n"),
    "search.ignores_criteria": ("UID SEARCH", "", b"* SEARCH 1\r\n" + OK,
                                b"* SEARCH 11 12 13\r\n" + OK),
    "search.unsorted": ("UID SEARCH", "", b"* SEARCH 1 2 3\r\n", b"* SEARCH 3 2 1\r\n"),
    "search.duplicates": ("SEARCH", "", b"* SEARCH 1 2\r\n", b"* SEARCH 1 2 1\r\n"),
    "search.header_misses": (
        "SEARCH", "UNSEEN SUBJECT x",
        b'* SEARCH 1 2\r\n* ESEARCH (TAG "a1") ALL 1:2 COUNT 2\r\n' + OK,
        b'* SEARCH\r\n* ESEARCH (TAG "a1") COUNT 2\r\n' + OK),
    "search.return_empty_means_nothing": (
        "UID SEARCH", "RETURN () ALL", b'* ESEARCH (TAG "a1") UID ALL 1:2\r\n' + OK,
        b'* ESEARCH (TAG "a1") UID\r\n' + OK),
    "search.search_for_esearch": (
        "UID SEARCH", "", b'* ESEARCH (TAG "a1") UID ALL 1:3,7\r\n' + OK,
        b"* SEARCH 1 2 3 7\r\n" + OK),
    "search.esearch_for_search": ("UID SEARCH", "", b"* SEARCH 1 2\r\n",
                                  b'* ESEARCH (TAG "a1") UID ALL 1,2\r\n'),
}

UNASKED = {
    "unsol.exists_mid_fetch": (
        "FETCH", "1:2", fetched(b"UID 8") + fetched(b"UID 9") + OK,
        fetched(b"UID 8") + b"* 3 EXISTS\r\n" + fetched(b"UID 9") + OK),
    "unsol.recent_mid_uid_fetch": ("UID FETCH", "", FETCH + OK, FETCH + b"* 0 RECENT\r\n" + OK),
    "unsol.expunge_mid_fetch": (
        "FETCH", "1:4",
        b"* 1 FETCH (UID 5)\r\n* 2 FETCH (UID 6)\r\n* 3 FETCH (UID 7)\r\n* 4 FETCH (UID 8)\r\n"
        b"* 2 EXPUNGE\r\n* 2 EXPUNGE\r\n" + OK,
        b"* 1 FETCH (UID 5)\r\n* 2 EXPUNGE\r\n* 2 EXPUNGE\r\n* 2 FETCH (UID 8)\r\n" + OK),
    "unsol.fetch_other_message": (
        "FETCH", "2", fetched(b"UID 12") + OK,
        fetched(b"UID 12") + b"* 1 FETCH (UID 11)\r\n" + OK),
    "unsol.fetch_flags_without_uid": (
        "UID STORE", "", fetched(b"UID 8 FLAGS (\\Seen)"), fetched(b"FLAGS (\\Seen)")),
    "expunge.seq_beyond_exists": ("NOOP", "", OK, b"* 4294967 EXPUNGE\r\n" + OK),
    "append.no_exists": ("APPEND", "", b"* 3 EXISTS\r\n* 1 RECENT\r\n" + OK, OK),
}

POP3 = {
    "auth.plus_ok": ("AUTH", "", b"+ \r\n", b"+OK \r\n"),
    "retr.size_wrong": ("RETR", "", b"+OK 120 octets\r\nx\r\n.\r\n",
                        b"+OK 161 octets\r\nx\r\n.\r\n"),
    "retr.unstuffed_dot": ("RETR", "", b"+OK\r\n..x\r\n.\r\n", b"+OK\r\n.x\r\n.\r\n"),
    "uidl.duplicate": ("UIDL", "", b"+OK\r\n1 a\r\n2 b\r\n.\r\n", b"+OK\r\n1 a\r\n2 a\r\n.\r\n"),
    "uidl.disagrees_with_list": ("UIDL", "", b"+OK\r\n1 a\r\n2 b\r\n.\r\n",
                                 b"+OK\r\n1 a\r\n.\r\n"),
}

SMTP = {
    "ehlo.8bitmime_with_space": ("EHLO", "", b"250-x\r\n250 8BITMIME\r\n",
                                 b"250-x\r\n250 8 BITMIME\r\n"),
    "ehlo.auth_equals": ("EHLO", "", b"250-x\r\n250 AUTH PLAIN\r\n",
                         b"250-x\r\n250 AUTH=PLAIN\r\n"),
    "ehlo.auth_two_lines": ("EHLO", "", b"250-x\r\n250 AUTH PLAIN LOGIN\r\n",
                            b"250-x\r\n250-AUTH PLAIN LOGIN\r\n250 AUTH=PLAIN LOGIN\r\n"),
    "auth.login_prompt_variant": ("AUTH", "LOGIN", b"334 VXNlcm5hbWU6\r\n",
                                  b"334 VXNlciBOYW1lAA==\r\n"),
    "reply.451_for_421": ("NOOP", "", b"421 4.4.2 Timeout\r\n", b"451 4.4.2 Timeout\r\n"),
    "reply.code_only": ("NOOP", "", b"250 2.0.0 Ok\r\n", b"250\r\n"),
    "reply.mixed_codes": ("EHLO", "", b"250-x\r\n250 HELP\r\n", b"251-x\r\n250 HELP\r\n"),
    "data.250_for_354": ("DATA", "", b"354 Go\r\n", b"250 Go\r\n"),
}
# fmt: on

BENT = {
    "imap": SESSIONS
    | MAILBOXES
    | FETCHING
    | ENVELOPES
    | STRUCTURES
    | SEARCHING
    | UNASKED
    | SPELLINGS,
    "pop3": POP3,
    "smtp": SMTP,
}

REFUSED = {
    "select.needs_id": (
        "EXAMINE", "INBOX",
        b"a1 NO EXAMINE Unsafe Login. Please contact kefu@188.com for help\r\n", None),
    "lsub.bad": ("LSUB", '"" *', b"a1 BAD Command Error. 12\r\n", None),
    "fetch.macros_bad": ("FETCH", "1 FAST", b"a1 BAD Could not parse command\r\n", "1 (FLAGS)"),
    "set.descending_bad": ("UID STORE", "5:1,7 +FLAGS (x)", b"a1 BAD UID parameters!\r\n",
                           "1:5,7 +FLAGS (x)"),
    "enable.bad_on_unknown": ("ENABLE", "CONDSTORE X-NEW", b"a1 BAD Unknown capability\r\n",
                              "CONDSTORE Utf8=accept"),
    "idle.trailing_space_bad": ("IDLE", "", b"a1 BAD Could not parse command\r\n", ""),
    "namespace.drop": ("NAMESPACE", "", b"", None),
    "create.trailing_separator_refused": (
        "CREATE", '"A B/"', b"a1 NO [CANNOT] Invalid mailbox name (Failure)\r\n", "A/B"),
    "search.keyword_bad": ("SEARCH", "UNKEYWORD x", b"a1 BAD Command Argument Error. 11\r\n",
                           "SUBJECT x"),
}  # fmt: skip
"""Verb, an argument that is refused, the answer (``b""``: it hangs up), and one that is taken."""

DEEP = {
    *("search.token_only", "fetch.partial_ignored", "ehlo.after_auth_resets"),
    *("modseq.without_condstore", "list.reference_ignored", "auth.ok_then_not_connected"),
}
"""What the command itself does: the answer is not bent."""
