"""AUTH (RFC 4954): its argument; the dialogue that it begins is `smtp.dialogue`."""

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.replies import Refused
from pytest_fakemail.smtp.table import Answer, Command
from pytest_fakemail.wire.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Login:
    """The argument of AUTH; an initial response is still in base64, None if there is none."""

    mechanism: str
    initial_response: str | None

    def __repr__(self) -> str:
        return f"<Login {self.mechanism}>"


def login(argument: str) -> Login:
    """``mechanism [SP initial-response]``.

    Raises:
        Refused: it is something else.
    """
    match argument.split():
        case [mechanism]:
            return Login(mechanism.upper(), None)
        case [mechanism, initial_response]:
            return Login(mechanism.upper(), initial_response)
        case _:
            raise Refused(501, "5.5.4", "Syntax: AUTH mechanism [initial-response]")


def tell_user(exchange: Exchange, asked: Login) -> None:
    """Tell who wants to log in, if the initial response says so."""
    if asked.initial_response is not None:
        from pytest_fakemail.wire.sasl_names import named_in

        exchange.user = named_in(asked.mechanism, asked.initial_response.encode(errors="replace"))


def auth(client: Client, asked: Login) -> Answer:
    """Begin a dialogue."""
    from pytest_fakemail.smtp.dialogue import begin

    return begin(client, asked.mechanism, asked.initial_response)


def told_to_respond(client: Client, _: object, octets: bytes) -> None:
    """Take a response if a fault asked the client for one, lest it be taken for a command."""
    if octets.startswith(b"334"):
        from pytest_fakemail.smtp.dialogue import SaslResponse

        client.expected = SaslResponse(None)


AUTH = Command(
    grammar=login,
    handler=auth,
    syntax="AUTH mechanism [initial-response]",
    extension="AUTH",
    is_secret=True,
    tell=tell_user,
    needs_hello=True,
    replaced=told_to_respond,
)
