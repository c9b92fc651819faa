"""What the reports of others are given of a failed test: its conversation, its mails to look at.

pytest-html takes blocks of HTML, Allure takes files.  A mail's HTML is written anew, as for our own
page, and in pytest-html it stands in a frame that can run and fetch nothing; its octets are an
``.eml``.  Where neither plugin is at work nothing is made.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pytest

from pytest_fakemail.asserts.explain import summary
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.report.capture import Budget, frame_of
from pytest_fakemail.report.holdings import mailboxes
from pytest_fakemail.visible import visible, visible_lines

if TYPE_CHECKING:
    from pytest_fakemail.mime.mail import Mail

_MOST_MAILS = 20
_PRE = "white-space:pre-wrap;overflow-wrap:anywhere;max-height:30em;overflow:auto"
_FRAME = "width:100%;height:20em;border:1px solid #999;background:#fff"


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail as a report gets it: what to call it, and what is not too large of it."""

    name: str
    title: str
    text: str
    page: str
    raw: bytes | None


def attach(
    item: pytest.Item,
    report: pytest.TestReport,
    fakemails: Sequence[FakeMail],
    sections: Sequence[tuple[str, str]],
) -> None:
    """Give the plugins that are at work what they can show.

    Args:
        item: the test.
        report: of the phase of it that failed.
        fakemails: those that the test used.
        sections: of the report: titles with texts.
    """
    allure = item.config.pluginmanager.get_plugin("allure_listener")
    is_html = item.config.getoption("htmlpath", None) is not None
    if not (allure or is_html):
        return
    # Set by pytest-rerunfailures; pytest-html shows no sections of what is run again.
    attempt: int | None = getattr(item, "execution_count", None)
    mails = list(_shown(fakemails))
    if allure:
        _give_allure(allure, sections, mails)
    if is_html:
        told = sections if attempt is not None else ()
        title = "" if attempt is None else f", attempt {attempt}"
        if told or mails:
            _give_html(report, _block(told, mails, title))


def _shown(fakemails: Iterable[FakeMail]) -> Iterator[Shown]:
    budget = Budget()
    for number, one in enumerate(fakemails, 1):
        looked_at = dict(one.store.looked_at)
        for label, mail in list(_mails(one))[-_MOST_MAILS:]:
            name = f"{number}-{label}" if number > 1 else label
            fits = budget.grant(len(mail.raw) * 4 // 3)
            yield Shown(
                name,
                f"{label}  {visible(summary(mail))}",
                budget.part(visible_lines(mail.text)),
                frame_of(mail, budget) or "",
                mail.raw if fits else None,
            )
        # To show a mail is not to look at it.
        one.store.looked_at.clear()
        one.store.looked_at.update(looked_at)


def _mails(one: FakeMail) -> "Iterator[tuple[str, Mail]]":
    """Yield what was sent, and what stands in mailboxes and came in another way."""
    sent = list(one.outbox)
    yield from ((f"outbox[{place}]", mail) for place, mail in enumerate(sent))
    known = {id(mail.raw) for mail in sent}
    for name, mailbox in mailboxes(one):
        for message in mailbox.messages:
            if id(message.raw) not in known:
                yield f"{visible(name)} {visible(mailbox.name)} uid {message.uid}", message


def _give_allure(
    allure: Any,  # noqa: ANN401  (its listener)
    sections: Iterable[tuple[str, str]],
    mails: Iterable[Shown],
) -> None:
    for title, text in sections:
        allure.attach_data(text, title, "text/plain", "txt")
    for mail in mails:
        if mail.raw is not None:
            allure.attach_data(mail.raw, mail.title, "message/rfc822", "eml")
        if mail.page:
            allure.attach_data(mail.page, f"{mail.name} as HTML", "text/html", "html")
        elif mail.text:
            allure.attach_data(mail.text, f"{mail.name} as text", "text/plain", "txt")


def _give_html(report: pytest.TestReport, block: str) -> None:
    from pytest_html.extras import html

    extras: list[Any] = getattr(report, "extras", [])
    report.extras = [*extras, html(block)]  # type: ignore[attr-defined]  # pytest-html's


def _block(sections: Iterable[tuple[str, str]], mails: Iterable[Shown], title: str) -> str:
    """Return a block of HTML for pytest-html, which puts it into its page as it is."""
    lines = [f'<div class="fakemail"><b>fakemail{escape(title)}</b>']
    for name, text in sections:
        lines.append(_folded(name, f'<pre style="{_PRE}">{escape(text)}</pre>'))
    lines += [_folded(mail.title, "".join(_content(mail))) for mail in mails]
    return "".join([*lines, "</div>"])


def _content(mail: Shown) -> Iterator[str]:
    if mail.raw is not None:
        octets, name = b64encode(mail.raw).decode(), escape(f"{mail.name}.eml")
        yield f'<p><a download="{name}" href="data:message/rfc822;base64,{octets}">{name}</a></p>'
    else:
        yield "<p>(its octets are too many for this report)</p>"
    if mail.page:
        name, page = escape(f"{mail.name} as its reader sees it"), escape(mail.page)
        yield f'<iframe sandbox loading="lazy" title="{name}" style="{_FRAME}" srcdoc="{page}">'
        yield "</iframe>"
    if mail.text:
        yield f'<pre style="{_PRE}">{escape(mail.text)}</pre>'


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{content}</details>"
