"""NetEase, as 163.com and 126.com.  Little of it is verified."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
_WORDS = ("IMAP4rev1", "XLIST", "ID", "NAMESPACE", "UIDPLUS", "APPENDLIMIT=71680000")

PERSONALITY = Personality(
    name="netease",
    title="NetEase 163",
    mailboxes={"草稿箱": "", "已发送": "", "已删除": "", "垃圾邮件": ""},
    quirks=(("imap", "status.empty_list"), ("imap", "select.needs_id")),
    remarks="All of it is from memory. A client has to say ID before it opens a mailbox.",
    imap=Spoken(
        greeting="IMAP server ready",
        before=_WORDS,
        after=_WORDS,
        pushes="",
        evidence="K no capture",
    ),
)
