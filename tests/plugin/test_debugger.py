"""``--pdb``: the debugger begins where the author wrote, as the report does."""

import sys

import pytest

SUITE = """
def fails(outbox):
    outbox.one(subject="Hello")

def test_an_assertion(fakemail):
    mine = 4711
    fails(fakemail.outbox)

def test_an_argument(fakemail):
    mine = 4712
    fakemail.clock.advance("soon")

def test_their_own(fakemail):
    fakemail.smtp.port
    mine = 4713
    assert not mine
"""


def test_the_debugger_begins_at_the_authors_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    said = b"outbox\nup\nmine\nc\nmine\nc\nmine\nc\n"
    ran = pytester.run(sys.executable, "-m", "pytest", "--pdb", stdin=said)
    ran.stdout.fnmatch_lines(
        [
            "(Pdb) <Outbox: nothing>",
            "*test_an_assertion()*",
            "(Pdb) 4711",
            "*test_an_argument()*",
            "(Pdb) 4712",
            "*test_their_own()*",
            "(Pdb) 4713",
        ]
    )
    ran.assert_outcomes(failed=3)


def test_a_mistake_of_ours_is_debugged_where_it_is(pytester: pytest.Pytester) -> None:
    """It is raised at the end of the test, where there is no line of the author's."""
    pytester.makepyfile(
        """
        def test_it(fakemail):
            fakemail._world.bugs.append(ZeroDivisionError())
        """
    )
    ran = pytester.run(sys.executable, "-m", "pytest", "--pdb", stdin=b"bug\nc\n")
    ran.stdout.fnmatch_lines(["*pytest_fakemail/blame.py*", "(Pdb) ZeroDivisionError()"])
    ran.assert_outcomes(passed=1, errors=1)
