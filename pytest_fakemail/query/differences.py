"""In what a thing is not as a test wants it."""

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.query.comparing import Values


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not as wanted; `name` is how a report calls it."""

    name: str
    comparison: str
    values: Values
    wanted: object
