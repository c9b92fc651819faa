"""A mail as a test reads it: everything from its octets, when it is asked for.

What reads bodies is imported when a test asks for the first: most look at fields alone.
"""

from typing import TYPE_CHECKING, Any

from pytest_fakemail.mime.fields import Address, Fields
from pytest_fakemail.mime.header_end import false_start, with_end
from pytest_fakemail.mime.headers import Headers, body_start
from pytest_fakemail.mime.inspected import Inspected

if TYPE_CHECKING:
    import re
    from email.message import EmailMessage
    from os import PathLike

    from pytest_fakemail.mime.attachments import Attachment, Attachments
    from pytest_fakemail.mime.calendar import Calendar
    from pytest_fakemail.mime.links import Link, Wanted
    from pytest_fakemail.mime.name_server import Envelope, NameServer
    from pytest_fakemail.mime.parts import Part
    from pytest_fakemail.mime.snapshot import Replacements


class Mail(Inspected):
    r"""A mail; `raw` are its octets, and everything else is read from them on demand.

    No octets make any of it raise: what is absent is empty, what is malformed is read as
    far as possible.  Texts have their charset decoded and ``\n`` at the ends of lines.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.subject!r} from {_listed(self.from_)}>"

    @property
    def message(self) -> "EmailMessage":
        """The mail as an `email.message.EmailMessage`, parsed anew at each call."""
        from pytest_fakemail.mime.tolerant import email_message  # imports email

        return email_message(self.raw)

    # --- the header --------------------------------------------------------------------

    @property
    def headers(self) -> Fields:
        """The header's fields by name in any case, decoded."""
        raw = with_end(self.raw)
        return Fields(Headers(raw[: body_start(raw)]), hint=false_start(raw))

    @property
    def subject(self) -> str:
        """The subject, empty without one."""
        return self.headers.get("Subject") or ""

    @property
    def from_(self) -> list[Address]:
        """The addresses in From; each is a string and knows its `display_name`."""
        return self.headers.addresses("From")

    @property
    def to(self) -> list[Address]:
        """The addresses in To."""
        return self.headers.addresses("To")

    @property
    def cc(self) -> list[Address]:
        """The addresses in Cc."""
        return self.headers.addresses("Cc")

    @property
    def bcc(self) -> list[str]:
        """The addresses in Bcc."""
        return list(self.headers.addresses("Bcc"))

    # --- the body ----------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The body in plain text, flowed lines joined; empty if it is in HTML only."""
        from pytest_fakemail.mime import bodies

        return bodies.text_in(self._part)

    @property
    def html(self) -> str:
        """The body in HTML, empty without one."""
        from pytest_fakemail.mime import bodies

        return bodies.html_in(self._part)

    @property
    def attachments(self) -> "Attachments":
        """All attachments, inline images and forwarded messages included."""
        from pytest_fakemail.mime import bodies

        return bodies.attachments_in(self._part)

    @property
    def inline_images(self) -> "dict[str, Attachment]":
        """What the HTML shows by ``cid:`` URLs, by Content-ID without angle brackets.

        Wherever it stands and whatever it calls itself: what no ``cid:`` names is not here,
        nor is a name that no part has.
        """
        from pytest_fakemail.mime import bodies

        return bodies.images_shown_in(self._part)

    @property
    def forwarded(self) -> list["Mail"]:
        """The messages that this one has in it (message/rfc822), those in base64 too."""
        from pytest_fakemail.mime.contents import contents

        return [Mail(raw) for raw in contents(self._part).messages]

    @property
    def calendar(self) -> "Calendar | None":
        """The invitation (text/calendar), the first if there are several; None without one."""
        from pytest_fakemail.mime import bodies

        return bodies.calendar_in(self._part)

    @property
    def visible_text(self) -> str:
        """What a reader sees of the HTML, hidden preheaders left out; without HTML the text."""
        from pytest_fakemail.mime.visible import visible_text  # few tests ask

        markup = self.html
        return visible_text(markup) if markup else self.text

    @property
    def links(self) -> "list[Link]":
        """Where links lead: those of the HTML in order, then those of the text.

        Each is a string and has the words to click on as its `text`; a URL comes once for
        each different text.
        """
        from pytest_fakemail.mime.links import links_of

        return links_of(self.html, self.text)

    def link(self, wanted: "Wanted" = "", *, text: "Wanted" = "") -> "Link":
        """Return the one link that contains a text, in which a pattern is found, and so on.

        Args:
            wanted: what the URL is to be like.
            text: what the words to click on are to be like, ``"Reset password"``.

        Raises:
            UnmetExpectation: no such link, or several that lead to different places.
        """
        from pytest_fakemail.mime.links import chosen

        return chosen(self.links, wanted, text)

    def unsubscribe_link(self, *, one_click: bool = False) -> str:
        """Return the URL of List-Unsubscribe (RFC 2369), a web page before a mail address.

        Args:
            one_click: have it as RFC 8058 §3.1 wants it: one https URL, and List-Unsubscribe-Post
                with ``List-Unsubscribe=One-Click``.  The DKIM signature is not asked for.

        Raises:
            UnmetExpectation: there is none, or what is wrong with it.
        """
        from pytest_fakemail.mime.links import unsubscribe_link

        return unsubscribe_link(self.headers, one_click=one_click)

    def assert_links_work(self, *, client: Any, skip: "Wanted | None" = None) -> None:  # noqa: ANN401  (Django's, Flask's, httpx's)
        """Fetch every web page that the mail links to; fail if one raises, or is 400 or more.

        Args:
            client: whose ``get(url)`` is called: Django's or Flask's test client,
                ``httpx.Client()``, ``requests``; redirects are followed if it follows them.
            skip: links not to be fetched, given as for `link`.

        Raises:
            UnmetExpectation: which fail, and how; or there is none to fetch.
            BadArgument: the client has no ``get``.
        """
        from pytest_fakemail.mime.links import assert_links_work

        assert_links_work(self.links, client, skip)

    def open(self, page: Any) -> Any:  # noqa: ANN401  (any browser's)
        """Show the mail in a browser, as a mail reader would; nothing comes from the network.

        Args:
            page: Playwright's page, Selenium's driver, or what has a ``goto(url)`` or ``get(url)``.

        Returns:
            What that returns; an asynchronous page's has to be awaited.

        Raises:
            BadArgument: the page can go nowhere.
        """
        from pytest_fakemail.mime.showing import opened  # few tests have a browser

        return opened(self, page)

    def screenshot(self, page: Any, path: "str | PathLike[str]") -> Any:  # noqa: ANN401  (any browser's)
        """Show the mail in a browser (`open`), and have a picture of it written to a file.

        Raises:
            BadArgument: the page can go nowhere, or makes no pictures.
        """
        from pytest_fakemail.mime.showing import screenshot  # few tests have a browser

        return screenshot(self, page, path)

    def as_dict(self) -> dict[str, Any]:
        """Return the mail as plain data: addresses, subject, texts, attachments, header fields.

        Octets of attachments are there by their number and SHA-256.
        """
        from pytest_fakemail.mime.snapshot import as_dict  # few tests ask

        return as_dict(self)

    def normalised(self, *, replace: "Replacements | None" = None) -> dict[str, Any]:
        """Return `as_dict` without what changes from run to run, to compare with a snapshot.

        Dates, boundaries, Message-IDs, local hosts with their ports, UUIDs and long tokens are
        placeholders, as ``<date>``.

        Args:
            replace: placeholders by what they stand for, a text or a pattern, to put in first.

        Raises:
            BadArgument: what cannot be replaced.
        """
        from pytest_fakemail.mime.snapshot import normalised  # few tests ask

        return normalised(self.as_dict(), replace or {})

    def code(self, pattern: "str | re.Pattern[str] | None" = None) -> str:
        """Return the one verification code: digits that a person is to type in.

        By default four to eight digits, those beside a word such as "code" preferred,
        and beside it digits apart and among letters, as ``7G4K9Q``; digits of any script as 0 to
        9.  With a pattern what it finds: its first group, or without groups all of it.  Looked for
        in the text, or else the HTML, or else the subject.

        Raises:
            UnmetExpectation: no code, or several different ones.
        """
        from pytest_fakemail.mime import html
        from pytest_fakemail.mime.codes import only_code

        return only_code([self.text or html.text_of(self.html), self.subject], pattern)

    # --- who sent it -------------------------------------------------------------------

    def assert_dkim_valid(
        self,
        *,
        domain: str | None = None,
        selector: str | None = None,
        dns: "NameServer | None" = None,
    ) -> None:
        """Fail unless the mail is signed and each of its DKIM signatures is valid (RFC 6376).

        Args:
            domain: only the signatures of this domain matter.
            selector: only those with this selector.
            dns: the name server that knows the keys, of the mail's own FakeMail by default.

        Raises:
            UnmetExpectation: saying which check failed, on which octets.
            BadArgument: the mail knows no name server, and none is given.
        """
        from pytest_fakemail.mime.judging import judge_of

        judge_of(self, self._name_server, dns).assert_dkim_valid(
            self, domain=domain, selector=selector
        )

    def assert_spf_pass(
        self,
        *,
        client: str | None = None,
        sender: str | None = None,
        helo: str | None = None,
        dns: "NameServer | None" = None,
    ) -> None:
        """Fail unless the client may send for the domain of its MAIL command (RFC 7208).

        Args:
            client: its address; a `Delivery` knows it.
            sender: the address of MAIL; a `Delivery` knows it.
            helo: the name of EHLO, which counts for the null sender; a `Delivery` knows it.
            dns: as of `assert_dkim_valid`.

        Raises:
            UnmetExpectation: saying what the policies are.
            BadArgument: something that is not known is not given, or no address.
        """
        from pytest_fakemail.mime.judging import judge_of, require_envelope

        envelope = require_envelope(self, self._envelope(client, sender, helo))
        judge_of(self, self._name_server, dns).assert_spf_pass(envelope)

    def assert_dmarc_aligned(
        self,
        *,
        client: str | None = None,
        sender: str | None = None,
        helo: str | None = None,
        dns: "NameServer | None" = None,
    ) -> None:
        """Fail unless SPF or DKIM passes for the domain in From, which has a policy (RFC 7489).

        Args:
            client: as of `assert_spf_pass`; if it is not known, only DKIM can pass.
            sender: likewise.
            helo: likewise.
            dns: as of `assert_dkim_valid`.

        Raises:
            UnmetExpectation: saying what has passed, and how it is aligned.
            BadArgument: the mail knows no name server, and none is given; no address.
        """
        from pytest_fakemail.mime.judging import judge_of

        envelope = self._envelope(client, sender, helo)
        judge_of(self, self._name_server, dns).assert_dmarc_aligned(self, envelope)

    def _envelope(
        self, client: str | None, sender: str | None, helo: str | None
    ) -> "Envelope | None":
        """Return what SPF goes by, None if it is not known."""
        if client is None or (sender is None and helo is None):
            return None
        return client, sender or "", helo or ""

    def _name_server(self) -> "NameServer | None":
        """Return the name server of the FakeMail that the mail came to."""
        return None

    @property
    def _part(self) -> "Part":
        """The structure; not kept, so that a mail costs hardly more than its octets."""
        from pytest_fakemail.mime.parts import parse

        return parse(with_end(self.raw))


def _listed(addresses: list[Address]) -> str:
    return ", ".join(addresses) or "nobody"
