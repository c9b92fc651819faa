"""The servers from a shell: ``python -m pytest_fakemail serve``.

For trying by hand, and for apps in other languages.  One line of JSON on standard output
says where everything listens; then they serve until SIGINT or SIGTERM.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest_fakemail
from pytest_fakemail.errors import FakeMailError, did_you_mean
from pytest_fakemail.settings import Settings, explained, gathered, is_switch
from pytest_fakemail.values import misspelt, spelt

if TYPE_CHECKING:
    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.fakemail import FakeMail

_OPTION = "--{dashed}"
PROTOCOLS = ("smtp", "pop3", "imap")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (``sys.argv`` if none is given) and return its exit status."""
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        guess = did_you_mean(unknown[0].partition("=")[0], options.known)
        parser.error(f"no option {unknown[0]}; {guess}serve --help lists them")
    try:
        return _serve(options)
    except (FakeMailError, OSError) as error:
        print(f"fakemail: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pytest_fakemail", description="Mail servers for tests, in memory."
    )
    parser.add_argument("--version", action="version", version=pytest_fakemail.__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser(
        "serve",
        help="serve until SIGINT or SIGTERM",
        usage=f"{parser.prog} serve [options]; --help lists them",  # all of them fill a screen
    )
    for protocol in PROTOCOLS:
        _add_ports(serve, protocol)
    serve.add_argument(
        "--account",
        type=_credentials,
        action="append",
        default=[],
        metavar="NAME:PASSWORD",
        help="an account; repeatable",
    )
    serve.add_argument(
        "--accounts", type=Path, metavar="FILE", help="a file with one NAME:PASSWORD a line"
    )
    serve.add_argument("--ca-file", type=Path, metavar="PATH", help="write the CA there (PEM)")
    serve.add_argument(
        "--load",
        type=Path,
        metavar="PATH",
        help="mail for the first account: an mbox, a maildir or an .eml",
    )
    serve.add_argument(
        "--transcript", action="store_true", help="print the conversations on standard error"
    )
    _add_settings(serve)
    names = [name for action in serve._actions for name in action.option_strings]  # noqa: SLF001  (there is no other way)
    serve.set_defaults(known=names)
    return parser


def _add_settings(serve: argparse.ArgumentParser) -> None:
    group = serve.add_argument_group("settings", "each may stand in the environment: FAKEMAIL_USER")
    for name, explanation in explained().items():
        more: dict[str, Any] = {"nargs": "?", "const": "true"} if is_switch(name) else {}
        group.add_argument(
            spelt(_OPTION, name),
            **more,
            metavar="VALUE",
            help=explanation.replace("%", "%%"),
        )


def _settings(options: argparse.Namespace) -> Settings:
    from pytest_fakemail.protocols import require_capabilities

    sources: dict[str, Callable[[str], object]] = {
        _OPTION: lambda name: getattr(options, name),
        "FAKEMAIL_{upper}": lambda name: os.environ.get("FAKEMAIL_" + name.upper()),
    }
    settings = gathered(sources)
    require_capabilities(settings, sources)
    return settings


def _add_ports(serve: argparse.ArgumentParser, protocol: str) -> None:
    for name, what in ((protocol, "plain and STARTTLS"), (protocol + "s", "implicit TLS")):
        serve.add_argument(
            f"--{name}",
            type=_port,
            default=0,
            metavar="PORT",
            help=f"{protocol.upper()}, {what} (0, the default: any free port)",
        )


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port < 2**16:
        raise argparse.ArgumentTypeError(f"{text} is not a port: wanted 0 to 65535")
    return port


def _credentials(text: str) -> tuple[str, str]:
    name, colon, password = text.partition(":")
    if not name or not colon or not password:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME:PASSWORD")
    return name, password


def _serve(options: argparse.Namespace) -> int:
    from pytest_fakemail.fakemail import FakeMail

    logins = _logins(options)
    settings = _settings(options)
    for text in misspelt(os.environ, explained()):
        print(f"fakemail: {text}", file=sys.stderr, flush=True)
    if logins:
        settings = settings.but(user=logins[0][0], password=logins[0][1])
    with _stop_signals() as stop_signals, FakeMail(settings) as fakemail:
        accounts = [fakemail.account()]
        accounts += [fakemail.account(name, password=word) for name, word in logins[1:]]
        if options.load is not None:
            _load(options.load, accounts[0])
        if options.transcript:
            fakemail.transcript.follow(lambda line: print(line, file=sys.stderr, flush=True))
        places = _listen(fakemail, options)
        places["ca_file"] = _write_ca(fakemail, options.ca_file)
        places["accounts"] = [
            {"user": one.user, "password": one.password, "address": one.address} for one in accounts
        ]
        print(json.dumps(places), flush=True)
        os.read(stop_signals, 1)
    return 0


def _logins(options: argparse.Namespace) -> list[tuple[str, str]]:
    logins: list[tuple[str, str]] = list(options.account)
    if options.accounts is not None:
        try:
            lines = options.accounts.read_text(encoding="utf-8").splitlines()
            logins += [
                _credentials(line.strip())
                for line in lines
                if line.strip() and not line.lstrip().startswith("#")
            ]
        except (argparse.ArgumentTypeError, UnicodeDecodeError) as error:
            raise FakeMailError(f"{options.accounts}: {error}") from None
    return logins


@contextmanager
def _stop_signals() -> Iterator[int]:
    """Yield the end of a pipe that can be read once there was a signal to stop.

    The interpreter writes to it at once, whichever thread the signal meets.  A handler has to wait
    for the main thread, and waits forever if that began to wait for a lock or a queue just then.
    """
    hang_up = getattr(signal, "SIGHUP", signal.SIGTERM)  # a terminal that is closed; not nohup's
    numbers = [signal.SIGINT, signal.SIGTERM, hang_up]
    reader, writer = os.pipe()
    try:
        if os.name == "posix":  # which demands it
            os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in numbers[: 3 if signal.getsignal(hang_up) is not signal.SIG_IGN else 2]:
            signal.signal(number, lambda *_: None)
        yield reader
    finally:
        signal.set_wakeup_fd(-1)
        os.close(reader)
        os.close(writer)


def _listen(fakemail: "FakeMail", options: argparse.Namespace) -> dict[str, object]:
    places: dict[str, object] = {}
    for protocol in PROTOCOLS:
        server = getattr(fakemail, protocol, None)
        if server is None:  # the provider has no such thing
            continue
        server.listen(getattr(options, protocol))
        server.listen(getattr(options, protocol + "s"), tls=True)
        places[protocol] = {
            "host": server.host,
            "port": server.port,
            "tls_port": server.tls_port,
        }
    return places


def _write_ca(fakemail: "FakeMail", path: Path | None) -> str:
    if path is None:
        return str(fakemail.tls.ca_file)
    path.write_bytes(Path(fakemail.tls.ca_file).read_bytes())
    return str(path.resolve())


def _load(path: Path, account: "AccountHandle") -> None:
    if path.is_dir():
        account.inbox.load_maildir(path)
    elif path.suffix.lower() == ".eml":
        account.inbox.deliver(path)
    else:
        account.inbox.load_mbox(path)
