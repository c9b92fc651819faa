"""The statement in which a test writes a rule: a rule strikes when that has ended.

``when("NOOP").reply(450).once()`` is a rule after each of its calls, and another thread's
command may come between them.  So a rule keeps the place in its author's code, and when a
command comes the author's frame is asked where it is now: in the same statement still, or
behind it.  A statement that returns (or yields) the rule hands it to the caller's
statement, and so does a lambda or a comprehension, which has no statement of its own.

The statement is found in the source.  Of code without one (`exec`) the instructions say
where it ends: where what ``when(…)`` returned has left the stack.
"""

import ast
import dis
import inspect
import linecache
import sys
import threading
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType

_MOST_CALLERS = 8
_WITHOUT_STATEMENTS = ("<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
_SHARED_NAMES = ("<string>", "<stdin>")
"""Any code may have these names; Python 3.13 finds that of ``python -c`` under the first."""

_UNIT = 2  # octets of an instruction

_AWAITS = ("YIELD_VALUE", "SEND", "RESUME")
"""Where a coroutine stands that awaits; from Python 3.13 on, where it will go on."""

_TAKES_AWAY = ("POP_", "STORE_", "RETURN_", "YIELD_", "RAISE_", "END_")


class Sentence:
    """The statement that is being evaluated now; as text, its ``file:line``."""

    __slots__ = ("_thread", "_written_at", "places")

    def __init__(self) -> None:
        author = _author()
        path = Path(author.f_code.co_filename)
        here = Path.cwd()
        shown = path.relative_to(here) if path.is_relative_to(here) else path
        self._written_at = f"{shown}:{author.f_lineno}"
        self._thread = threading.get_ident()
        self.places: list[tuple[FrameType, int]] = []
        frame: FrameType | None = author
        while frame is not None and len(self.places) < _MOST_CALLERS:
            self.places.append((frame, frame.f_lasti))
            frame = frame.f_back

    def __str__(self) -> str:
        return self._written_at

    @property
    def has_ended(self) -> bool:
        """Whether the author has gone on; once true, for ever."""
        places = self.places  # another thread may `end` it meanwhile
        while places:
            frame, begun = places[0]
            if not self._is_running(frame):
                if not _hands_on(frame.f_code, begun):
                    break
                del places[0]
                continue
            if _is_same_statement(frame.f_code, begun, frame.f_lasti):
                return False
            break
        self.end()
        return True

    def end(self) -> None:
        """Let go of the author's frames."""
        self.places = []

    def is_repeated_by(self, other: "Sentence") -> bool:
        """Whether another rule is written by the same call again, as a loop does."""
        return self.places[:1] == other.places[:1] != []

    def _is_running(self, frame: FrameType) -> bool:
        """Whether a frame has not ended; a coroutine that awaits has not."""
        running = sys._current_frames().get(self._thread)  # noqa: SLF001  (documented)
        while running is not None:
            if running is frame:
                return True
            running = running.f_back
        code = frame.f_code
        return (
            bool(code.co_flags & inspect.CO_COROUTINE) and _opcode(code, frame.f_lasti) in _AWAITS
        )


def _author() -> FrameType:
    """Return the frame of the nearest caller outside this package."""
    frame = sys._getframe()  # noqa: SLF001  (the documented way, and the only cheap one)
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return frame


def _is_ours(module: str) -> bool:
    package = __name__.partition(".")[0]
    return module == package or module.startswith(package + ".")


def _hands_on(code: CodeType, begun: int) -> bool:
    """Whether what a statement makes is handed to the caller when its frame is left."""
    if code.co_name in _WITHOUT_STATEMENTS:
        return True
    statement = _statement(code, begun)
    if statement is None:
        return _end(code, begun)[1] in ("RETURN_VALUE", "YIELD_VALUE")
    is_yield = isinstance(statement, ast.Expr | ast.Assign) and isinstance(
        statement.value, ast.Yield | ast.YieldFrom
    )
    return is_yield or isinstance(statement, ast.Return)


def _is_same_statement(code: CodeType, begun: int, now: int) -> bool:
    if now == begun or code.co_name in _WITHOUT_STATEMENTS:
        return True
    statement = _statement(code, begun)
    if statement is None:
        return begun <= now < _end(code, begun)[0]
    return _statement(code, now) is statement


def _statement(code: CodeType, offset: int) -> ast.stmt | None:
    """Return the innermost statement to which an instruction belongs, None if unknown."""
    line, _, column, _ = _position(code, offset)
    tree = _parsed(code.co_filename, *_lines_of(code))
    if line is None or tree is None:
        return None
    found: ast.stmt | None = None
    inside: list[ast.stmt] = list(tree)
    while inside:
        holding = [one for one in inside if _holds(one, line, column)]
        if len(holding) != 1:  # without columns, several statements of one line look alike
            return found if not holding else None
        found = holding[0]
        inside = list(_statements_in(found))
    return found


def _holds(statement: ast.stmt, line: int, column: int | None) -> bool:
    decorators = getattr(statement, "decorator_list", ())
    first = min([statement.lineno, *(one.lineno for one in decorators)])
    last = statement.end_lineno or statement.lineno
    if not first <= line <= last:
        return False
    if column is None:
        return True
    begins = line > statement.lineno or column >= statement.col_offset or bool(decorators)
    return begins and (line < last or column < (statement.end_col_offset or 0))


def _statements_in(statement: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from _statements_in(child)


def _lines_of(code: CodeType) -> tuple[int, int]:
    """Return the first and the last line of a function, 0 and 0 of a module."""
    if code.co_name == "<module>":
        return 0, 0
    last = code.co_firstlineno
    inside = [code]
    while inside:
        each = inside.pop()
        last = max([last, *(end for _, end, _, _ in each.co_positions() if end is not None)])
        inside += [const for const in each.co_consts if isinstance(const, CodeType)]
    return code.co_firstlineno, last


@lru_cache(maxsize=64)
def _parsed(filename: str, first: int, last: int) -> tuple[ast.stmt, ...] | None:
    """Return the statements of a function's source, with the lines of its file."""
    if filename in _SHARED_NAMES:
        return None
    lines = linecache.getlines(filename)
    source = "".join(lines[first - 1 : last]) if last else "".join(lines)
    is_indented = source[:1].isspace()  # a method; its text stays as it is, columns too
    try:
        tree = ast.parse("if 1:\n" + source if is_indented else source)
    except (SyntaxError, ValueError):
        return None
    ast.increment_lineno(tree, max(0, first - 1) - is_indented)
    return tuple(tree.body)


def _end(code: CodeType, begun: int) -> tuple[int, str]:
    """Return offset and name of the instruction that takes away what a call returned."""
    depth = 1
    for one in dis.get_instructions(code):
        if one.offset <= begun or one.opname == "CACHE":
            continue
        depth += dis.stack_effect(one.opcode, one.arg, jump=False)
        is_return = one.opname.startswith("RETURN_")  # of no effect, to Python 3.14
        if depth <= 0 or is_return:
            if one.opname.startswith(_TAKES_AWAY):
                return one.offset, one.opname
            depth = 1  # it became part of something else: an argument, a list
    return begun, ""


def _position(code: CodeType, offset: int) -> tuple[int | None, int | None, int | None, int | None]:
    """Return first line, last line, first column and last column of an instruction."""
    return next(islice(code.co_positions(), offset // _UNIT, None), (None, None, None, None))


def _opcode(code: CodeType, offset: int) -> str:
    return next((one.opname for one in dis.get_instructions(code) if one.offset == offset), "")
