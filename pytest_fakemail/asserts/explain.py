"""What a failed expectation says: what was wanted, what came, the nearest miss by field."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from pytest_fakemail.asserts.absence import may_come
from pytest_fakemail.asserts.hints import hint
from pytest_fakemail.asserts.passage import passage
from pytest_fakemail.asserts.wording import Wording
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.query.comparing import Comparison, Values
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.differences import Difference
from pytest_fakemail.query.judging import is_function
from pytest_fakemail.query.wording import shown

_MOST_ROWS = 10
_MOST_COMPARED = 200
_LONG = 160
_NOT_WAITED = "it was looked for once; wait_for waits for an app in a thread, a task, a process"


def missing(wording: Wording, criteria: Criteria, mails: Sequence[Mail], within: str = "") -> str:
    """Explain that none of these is what was wanted."""
    title = f"no {wording.one}{wording.described(criteria)}{within}"
    if not mails:
        reason, *more = _reasons(wording.reasons(), within)
        lines = [f"{title}: {reason}", *(f"  {line}" for line in more)]
    else:
        lines = [title, *_nearest(wording, criteria, mails, "")]
    late = [wording.late] if wording.late and not within else []
    return "\n".join([*lines, *wording.elsewhere(criteria), *late])


def unwanted(
    wording: Wording, criteria: Criteria, mails: Sequence[Mail], wanted: str, within: str = ""
) -> str:
    """Explain that so many are as described, where `wanted` were: ``none``, ``one``, ``3``."""
    found = [(place, mail) for place, mail in enumerate(mails) if criteria.match(mail)]
    title = f"{wording.counted(len(found), criteria)}{within}, wanted {wanted}"
    lines = [title + (":" if found else "")]
    if not mails and (reasons := _reasons(wording.why_none(), within)):
        lines = [f"{title}: {reasons[0]}", *(f"  {line}" for line in reasons[1:])]
    lines += [
        f"  {wording.label(place, mail)}  {summary(mail)}" for place, mail in found[:_MOST_ROWS]
    ]
    if len(found) > _MOST_ROWS:
        lines.append(f"  … and {len(found) - _MOST_ROWS} more")
    lines += _doubled(wording, found)
    if wanted.isdigit() and len(found) < int(wanted):
        lines += _nearest(wording, criteria, mails, "the other ")
    return "\n".join(lines)


def _reasons(reasons: list[str], within: str) -> list[str]:
    """Return why there is none; what was not waited for may be on its way."""
    return [*reasons, _NOT_WAITED] if reasons and not within and may_come(reasons) else reasons


def summary(mail: Mail) -> str:
    """Return a mail in a line: subject, sender and who got it."""
    senders = ", ".join(mail.from_) or getattr(mail, "sender", "") or "<>"
    receivers = ", ".join(getattr(mail, "recipients", mail.to)) or "nobody"
    return f"{_cut(repr(mail.subject))} from {_cut(senders)} to {_cut(receivers)}"


def _doubled(wording: Wording, found: list[tuple[int, Mail]]) -> list[str]:
    """Say so if an app has sent the same mail more than once."""
    labels: dict[object, str] = {}
    for place, mail in found[: _MOST_ROWS * 10]:
        label = wording.label(place, mail)
        same: tuple[tuple[object, str], ...] = (
            (mail.raw, "are the same, octet by octet"),
            (mail.headers.get("Message-ID"), "have the same Message-ID"),
        )
        for key, likeness in same:
            other = labels.setdefault(key, label)
            if other != label and key is not None:
                return [f"{other} and {label} {likeness}"]
    return []


def _nearest(wording: Wording, criteria: Criteria, mails: Sequence[Mail], which: str) -> list[str]:
    """Return the fields of the mail that is nearest to what was wanted, and is not it."""
    misses = [
        (place, mail, differences)
        for place, mail in enumerate(mails)
        if (differences := list(criteria.differences(mail)))
    ]
    if not misses:
        return []
    fewest = min(len(differences) for _, _, differences in misses)
    close = [miss for miss in misses if len(miss[2]) == fewest][-_MOST_COMPARED:]
    place, mail, differences = max(close, key=lambda miss: (_likeness(miss[2], miss[1]), miss[0]))
    label = f" ({wording.label(place, mail)})" if len(misses) > 1 else ""
    width = max(len(difference.name) for difference in differences)
    return [
        f"nearest of {which}{len(misses)}{label}:",
        *(_row(difference, mail, width) for difference in differences),
    ]


def _likeness(differences: list[Difference], mail: Mail) -> float:
    """Return how near the fields are that differ: each from 0 to 1, 2 if there is a hint."""
    return sum(
        2.0 if hint(difference, mail) else _similarity(difference) for difference in differences
    )


def _similarity(difference: Difference) -> float:
    wanted = difference.wanted
    if not isinstance(wanted, str):
        return 0.0
    texts = [value[:_LONG] for value in difference.values if isinstance(value, str)]
    return max((SequenceMatcher(None, wanted[:_LONG], text).ratio() for text in texts), default=0.0)


def _row(difference: Difference, mail: Mail, width: int) -> str:
    """Return ``  subject  'Welcome, Ann'  (wanted 'Welcome Ann')``."""
    name, wanted = difference.name, difference.wanted
    if difference.comparison == Comparison.WHOLE:
        return f"  {name:<{width}}  {shown(wanted)} says no"
    hinted = hint(difference, mail)
    said = f"wanted {_wanted(wanted)}" + (f"; {hinted}" if hinted else "")
    if difference.comparison == Comparison.BODY and isinstance(wanted, str) and difference.values:
        came = passage(wanted, str(next(iter(difference.values))))
        if "\n" in came:
            rows = "".join(f"\n    {row}" for row in came.split("\n"))
            return f"  {name:<{width}}  {hinted or 'differs'} (- wanted, + came):{rows}"
        return f"  {name:<{width}}  {came}  ({said})"
    return f"  {name:<{width}}  {_values(difference.values)}  ({said})"


def _wanted(wanted: object) -> str:
    if wanted is None:
        return "none"
    return f"what {shown(wanted)} accepts" if is_function(wanted) else shown(wanted)


def _values(values: Values) -> str:
    return _cut(", ".join(map(_value, values)), _LONG) or "none"


def _value(value: object) -> str:
    if isinstance(value, str):
        return repr(_cut(str(value), _LONG))
    return repr(getattr(value, "filename", value))


def _cut(text: str, length: int = 80) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
