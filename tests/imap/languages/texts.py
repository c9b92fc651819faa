"""All texts for humans that the IMAP server says: read from its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest_fakemail

_HOME = Path(pytest_fakemail.__file__).parent
_NAMES_ONLY = "label_names.py"
_FILES = (
    *sorted(_HOME.glob("imap/**/*.py")),
    *sorted(path for path in _HOME.glob("store/*.py") if path.name != _NAMES_ONLY),
    *sorted(_HOME.glob("wire/sasl*.py")),
    *(_HOME / "wire" / name for name in ("scram.py", "logins.py", "oauth.py")),
)
_POLICIES = sorted(_HOME.glob("policies/*.py"))

_TEXT = {"Refused": 0, "Impossible": 0, "BadSyntax": 0, "Done": 0, "OutOfRange": 0}
_TEXT |= {"bye": 0, "farewell": 0, "_bad_name": 0, "__init__": 0}
_TEXT |= {"AuthenticationFailed": 1, "Failure": 1}
"""What takes a whole text, and as which argument."""

_PHRASE = {"wants": 0, "astring": 1, "atom": 1, "string": 1, "word": 0, "text_of": 1}
"""What takes a phrase."""

_FLAWS = ("flaw", "_FLAWS")
"""Functions and tables of what is wrong with a name."""


def templates() -> tuple[set[str], set[str]]:
    """Return the whole texts and the phrases, with ``{}`` for what is filled in."""
    texts: set[str] = set()
    phrases: set[str] = set()
    files = [_nodes(path) for path in _FILES]
    named = _named(files)
    texts |= named["why"]
    for nodes in files:
        inner = _inner(nodes)
        for node in nodes:
            if node in inner:
                continue
            match node:
                case ast.Call():
                    texts.update(_argument(node, _TEXT, "text", named))
                    phrases.update(_argument(node, _PHRASE, "wanted", named))
                case ast.Constant() | ast.JoinedStr():
                    texts.update(_status(node))
                case ast.FunctionDef():
                    phrases.update(_defaults(node))
        phrases.update(_flaws(nodes))
    for path in _POLICIES:
        texts.update(_replies(_nodes(path)))
    return texts - {"", "%b"}, phrases - {""}


def _nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def _inner(nodes: list[ast.AST]) -> set[ast.AST]:
    """Return the pieces of strings, which are none by themselves."""
    return {piece for node in nodes if isinstance(node, ast.JoinedStr) for piece in node.values}


def _named(files: list[list[ast.AST]]) -> dict[str, set[str]]:
    """Return the strings that are assigned to a name somewhere."""
    named: dict[str, set[str]] = {}
    for nodes in files:
        for node in nodes:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                named.setdefault(node.targets[0].id, set()).update(_strings(node.value, {}))
    return {name: named[name] for name in named if name in ("text", "why") or name.isupper()}


def _argument(
    call: ast.Call, places: dict[str, int], keyword: str, named: dict[str, set[str]]
) -> Iterator[str]:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name not in places:
        return
    if len(call.args) > places[name]:
        yield from _strings(call.args[places[name]], named)
    for one in call.keywords:
        if one.arg == keyword:
            yield from _strings(one.value, named)


def _strings(node: ast.expr, named: dict[str, set[str]]) -> Iterator[str]:
    """Yield what an expression can be, as templates."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Constant(value=bytes(octets)):
            yield octets.decode("latin-1")
        case ast.JoinedStr(values=values):
            yield "".join(
                str(one.value) if isinstance(one, ast.Constant) else "{}" for one in values
            )
        case ast.IfExp(body=body, orelse=other):
            yield from _strings(body, named)
            yield from _strings(other, named)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            for start in _strings(left, named):
                yield from (start + end for end in [*_strings(right, named)] or ["{}"])
        case ast.Name(id=name):
            yield from named.get(name, ())


def _status(node: ast.expr) -> Iterator[str]:
    """Yield the text of a line that is written as a whole."""
    lines = "".join(_strings(node, {})).split("\r\n")
    if len(lines) > 1 and lines[0].startswith(" "):
        yield lines[0].strip()
    for line in lines:
        kind, _, text = line.partition(" ")
        word, _, rest = text.partition(" ")
        if kind == "+" and text.islower():
            yield text
        if kind == "*" and word in ("OK", "NO", "BYE"):
            text = rest.partition("] ")[2] if rest.startswith("[") else rest
            if text != "{}":
                yield text


def _defaults(function: ast.FunctionDef) -> Iterator[str]:
    arguments = function.args
    spoken = arguments.args[len(arguments.args) - len(arguments.defaults) :]
    for argument, default in zip(spoken, arguments.defaults, strict=True):
        if argument.arg == "wanted":
            yield from _strings(default, {})


def _flaws(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.FunctionDef(name=name) if name in _FLAWS:
                returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
                for value in filter(None, returned):
                    yield from _strings(value, {})
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Tuple(elts=rows)):
                if name in _FLAWS:
                    for row in rows:
                        assert isinstance(row, ast.Tuple)
                        yield from _strings(row.elts[1], {})
            case ast.Assign(targets=[ast.Name(id="_NAMES")], value=ast.Dict(values=values)):
                for value in values:
                    yield from _strings(value, {})


def _replies(nodes: list[ast.AST]) -> Iterator[str]:
    """Yield what policies say by IMAP, without status and response code."""
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg == "imap":
            for reply in _strings(node.value, {}):
                text = reply.partition(" ")[2]
                text = text.partition("] ")[2] if text.startswith("[") else text
                yield text.replace("{client}", "{}").replace("{most}", "{}")
