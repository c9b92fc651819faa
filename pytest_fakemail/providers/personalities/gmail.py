"""Gmail, as of 2026-10."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
PERSONALITY = Personality(
    name="gmail",
    title="Gmail",
    settings={
        "hostname": "smtp.gmail.com", "max_message_size": 35882577, "gmail_labels": True,
        "saves_sent": True, "pop3_lists": "new",
    },
    mailboxes={
        "[Gmail]/All Mail": "\\All", "[Gmail]/Drafts": "\\Drafts",
        "[Gmail]/Important": "\\Important", "[Gmail]/Sent Mail": "\\Sent",
        "[Gmail]/Spam": "\\Junk", "[Gmail]/Starred": "\\Flagged", "[Gmail]/Trash": "\\Trash",
    },
    remarks="APPENDLIMIT is that of SMTP. Whether XOAUTH is still announced is unverified.",
    imap=Spoken(
        greeting="Gimap ready for requests from {ip} {id}",
        before=(
            "IMAP4rev1", "UNSELECT", "IDLE", "NAMESPACE", "QUOTA", "ID", "XLIST", "CHILDREN",
            "X-GM-EXT-1", "XYZZY", "SASL-IR", "AUTH=XOAUTH2", "AUTH=PLAIN",
            "AUTH=PLAIN-CLIENTTOKEN", "AUTH=OAUTHBEARER",
        ),
        after=(
            "IMAP4rev1", "UNSELECT", "IDLE", "NAMESPACE", "QUOTA", "ID", "XLIST", "CHILDREN",
            "X-GM-EXT-1", "UIDPLUS", "COMPRESS=DEFLATE", "ENABLE", "MOVE", "CONDSTORE", "ESEARCH",
            "UTF8=ACCEPT", "LIST-EXTENDED", "LIST-STATUS", "LITERAL-", "SPECIAL-USE",
            "APPENDLIMIT=35651584",
        ),
        vendor=frozenset(("XYZZY", "AUTH=PLAIN-CLIENTTOKEN")),
        pushes="untagged",
        replies={
            "CAPABILITY OK": "Thats all she wrote! {id}",
            "LOGIN OK": "{user} authenticated (Success)",
            "AUTHENTICATE OK": "{user} authenticated (Success)",
            "LOGIN NO": "Invalid credentials (Failure)",
            "AUTHENTICATE NO": "Invalid credentials (Failure)",
            "ID *": '("name" "GImap" "vendor" "Google, Inc." "support-url" '
            '"https://support.google.com/mail" "version" "gmail_imap_220520.08_p0" '
            '"remote-host" "{ip}")',
            "IDLE +": "idling",
            "LOGOUT BYE": "LOGOUT Requested",
            "LOGOUT OK": "73 good day (Success)",
            "SELECT OK": "{mailbox} selected. (Success)",
            "EXAMINE OK": "{mailbox} selected. (Success)",
            "SELECT NO": "Unknown Mailbox: {mailbox} (Failure)",
            "SELECT [PERMANENTFLAGS]": "Flags permitted.",
            "SELECT [UIDVALIDITY]": "UIDs valid.",
            "SELECT [UIDNEXT]": "Predicted next UID.",
            "SELECT [HIGHESTMODSEQ]": "",
            "* OK": "Success",
        },
        evidence="T WD943, GH:70072950642, MK#1396, imapsync#338, MKF:gmail",
    ),
    pop3=Spoken(
        greeting="Gpop ready for requests from {ip} {id}",
        before=(
            "USER", "RESP-CODES", "EXPIRE 0", "LOGIN-DELAY 300", "TOP", "UIDL", "X-GOOGLE-RICO",
            "SASL PLAIN XOAUTH2 OAUTHBEARER",
        ),
        after=(
            "USER", "RESP-CODES", "EXPIRE 0", "LOGIN-DELAY 300", "TOP", "UIDL", "X-GOOGLE-RICO",
            "PIPELINING",
        ),
        vendor=frozenset(("X-GOOGLE-RICO", "EXPIRE 0", "LOGIN-DELAY 300")),
        replies={"PASS -ERR": "[AUTH] Username and password not accepted."},
        evidence="T+K MKF:gmail, GH:1171376903; OAUTHBEARER is unverified",
    ),
    smtp=Spoken(
        greeting="{host} ESMTP {id}.24 - gsmtp",
        before=("SIZE", "8BITMIME", "STARTTLS", "ENHANCEDSTATUSCODES", "PIPELINING", "CHUNKING",
                "SMTPUTF8"),
        after=("SIZE", "8BITMIME", "AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH",
               "ENHANCEDSTATUSCODES", "PIPELINING", "CHUNKING", "SMTPUTF8"),
        vendor=frozenset(("PLAIN-CLIENTTOKEN", "XOAUTH")),
        replies={
            "EHLO 250": "{host} at your service, [{ip}]",
            "AUTH 235": "2.7.0 Accepted",
            "AUTH 535": "5.7.8 Username and Password not accepted. For more information, go to\n"
            "5.7.8  https://support.google.com/mail/?p=BadCredentials {id}.24 - gsmtp",
            "MAIL 250": "2.1.0 OK {id}.24 - gsmtp",
            "RCPT 250": "2.1.5 OK {id}.24 - gsmtp",
            "DATA 354": "Go ahead {id}.24 - gsmtp",
            "end-of-data 250": "2.0.0 OK  {unixtime} {id}.24 - gsmtp",
            "QUIT 221": "2.0.0 closing connection {id}.24 - gsmtp",
        },
        evidence="T+K MKF:gmail, GH:70083476137; XOAUTH of today is unverified",
    ),
)
