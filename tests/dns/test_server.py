"""The name server before resolvers that we did not write."""

import asyncio
import socket
import struct
import threading
from datetime import UTC, datetime
from functools import partial

import aiodns
import dns.asyncresolver
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import pytest
from companions import beside
from email_validator import EmailUndeliverableError, validate_email

from pytest_fakemail import BadArgument, FakeMail, NotRunning, UnfiredFault, UnmetExpectation
from pytest_fakemail.dns.queries import Query
from pytest_fakemail.dns.rules import DnsRules
from pytest_fakemail.dns.server import DnsServer


def ask(server: DnsServer, name: str, kind: str, *, tcp: bool = False) -> dns.message.Message:
    host, port = server.address
    query = dns.message.make_query(name, kind)
    send = dns.query.tcp if tcp else dns.query.udp
    return send(query, host, port=port, timeout=5)


def test_dnspython_asks_for_mx(fakemail_dns: DnsServer, fakemail: FakeMail) -> None:
    fakemail_dns.mx("elsewhere.test", fakemail.smtp)
    [record] = dns.resolver.resolve("elsewhere.test", "MX")
    assert (record.preference, record.exchange.to_text()) == (10, "mx.elsewhere.test.")
    with pytest.raises(dns.resolver.NXDOMAIN):
        dns.resolver.resolve("nobody.test", "MX")
    with pytest.raises(dns.resolver.NoAnswer):
        dns.resolver.resolve("elsewhere.test", "TXT")
    assert str(fakemail_dns.queries[0]) == "MX elsewhere.test over udp"


def test_dnspython_asks_asynchronously(fakemail_dns: DnsServer) -> None:
    fakemail_dns.txt("x.test", "hello")

    async def main() -> str:
        answer = await dns.asyncresolver.resolve("x.test", "TXT")
        return str(answer[0].to_text())

    assert asyncio.run(main()) == '"hello"'


def test_the_default_resolver_is_put_back(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import dns.resolver

        def test_within(fakemail_dns):
            assert dns.resolver.default_resolver.nameservers == [fakemail_dns.address[0]]

        def test_after():
            assert dns.resolver.default_resolver is None
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


def test_email_validator_checks_deliverability(fakemail_dns: DnsServer) -> None:
    fakemail_dns.mx("good.com", ("127.0.0.1", 25))
    fakemail_dns.null_mx("null.com")
    assert validate_email("ann@good.com").mx == [(10, "mx.good.com")]
    with pytest.raises(EmailUndeliverableError, match="does not exist"):
        validate_email("ann@nowhere.com")
    with pytest.raises(EmailUndeliverableError, match="does not accept email"):
        validate_email("ann@null.com")


def test_aiodns_asks_over_c_ares(fakemail: FakeMail) -> None:
    host, port = fakemail.dns.address
    fakemail.dns.mx("x.test", ("127.0.0.1", 25))

    async def main() -> list[str]:
        async with aiodns.DNSResolver(nameservers=[f"{host}:{port}"], udp_port=port) as resolver:
            found = await resolver.query_dns("x.test", "MX")
        return [str(getattr(record.data, "exchange", "")) for record in found.answer]

    assert asyncio.run(main()) == ["mx.x.test"]


def test_a_long_answer_comes_over_tcp(fakemail: FakeMail) -> None:
    fakemail.dns.txt("long.test", *("x" * 200 + str(number) for number in range(20)))
    over_udp = ask(fakemail.dns, "long.test", "TXT")
    assert over_udp.flags & dns.flags.TC
    assert not over_udp.answer
    assert len(ask(fakemail.dns, "long.test", "TXT", tcp=True).answer[0]) == 20


def test_an_mx_answer_brings_the_addresses(fakemail: FakeMail) -> None:
    fakemail.dns.mx("x.test", ("127.0.0.1", 2525))
    answer = ask(fakemail.dns, "x.test", "MX")
    assert [rrset.to_text() for rrset in answer.additional] == ["mx.x.test. 300 IN A 127.0.0.1"]
    assert answer.flags & dns.flags.AA


@pytest.mark.parametrize(
    ("action", "rcode"),
    [
        ("servfail", dns.rcode.SERVFAIL),
        ("nxdomain", dns.rcode.NXDOMAIN),
        ("refuse", dns.rcode.REFUSED),
        ("no_data", dns.rcode.NOERROR),
    ],
)
def test_faults_answer_instead(fakemail: FakeMail, action: str, rcode: dns.rcode.Rcode) -> None:
    fakemail.dns.a("x.test", "192.0.2.1")
    getattr(fakemail.dns.when("A", name="x.test"), action)().once()
    assert ask(fakemail.dns, "x.test", "A").rcode() == rcode
    assert ask(fakemail.dns, "x.test", "A").answer


def test_a_truncated_answer_comes_whole_over_tcp(fakemail_dns: DnsServer) -> None:
    fakemail_dns.a("x.test", "192.0.2.1")
    fakemail_dns.when("any").truncate()
    assert dns.resolver.resolve("x.test", "A")[0].to_text() == "192.0.2.1"
    assert [query.transport for query in fakemail_dns.queries] == ["udp", "tcp"]


@pytest.mark.parametrize(
    ("action", "transport"),
    [("truncate", "tcp"), ("truncate", "local"), ("delay", "local"), ("late servfail", "local")],
)
def test_where_a_fault_cannot_act_it_does_not_strike(
    fakemail: FakeMail, action: str, transport: str
) -> None:
    fakemail.dns.a("x.test", "192.0.2.1")
    rule = fakemail.dns.when("A")
    _ = rule.truncate() if action == "truncate" else rule.delay("1h")
    if action == "late servfail":
        rule.servfail()
    other = fakemail.dns.when("A", transport=transport).nxdomain().skip(1)
    for rcode in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):  # and the next one has its turn
        answer = fakemail.dns.look_up("x.test", "A") if transport == "local" else None
        answer = answer or ask(fakemail.dns, "x.test", "A", tcp=True)
        assert answer.rcode() == rcode
    assert (rule.fired, other.fired) == (0, 1)
    with pytest.raises(UnfiredFault, match=f"A came 2 times over {transport}, "):
        fakemail.check()
    rule.stop()


def test_a_relay_is_not_delayed_by_a_fault_and_that_is_told() -> None:
    with FakeMail() as one, FakeMail() as other:
        one.dns.mx("x.test", other.smtp)
        one.route("x.test", "mx")
        late = one.dns.when("MX").delay("1h")
        with one.smtp.client() as client:
            client.sendmail("ann@a.test", "bob@x.test", "Subject: hi\n\n")
        other.outbox.wait_for(to="bob@x.test")
        assert late.fired == 0
        with pytest.raises(UnfiredFault, match="no answer to that is late"):
            one.check()
        one.clear_faults()


def test_a_chain_has_one_answer(fakemail: FakeMail) -> None:
    rule = fakemail.dns.when("A").servfail().optional()
    with pytest.raises(BadArgument, match=r"servfail\(\).* has its answer, and nxdomain\(\) is"):
        rule.nxdomain()
    assert rule.action == "servfail"
    assert "nxdomain" not in repr(rule)


def test_delays_of_a_chain_add_up(fakemail: FakeMail) -> None:
    assert fakemail.dns.when("A").delay("1h").delay("30m").optional().delayed == 5400


def test_what_says_only_when_does_not_strike() -> None:
    with FakeMail() as one:
        rule = one.dns.when("A").once()
        assert one.dns.look_up("x.test", "A")
        assert rule.fired == 0
        with pytest.raises(UnfiredFault, match="it says when, but not what to do"):
            one.check()
        rule.stop()


def test_an_ignored_query_runs_into_the_time_out(fakemail: FakeMail) -> None:
    host, port = fakemail.dns.address
    fakemail.dns.when("A").ignore().once()
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(dns.message.make_query("x.test", "A"), host, port=port, timeout=0.05)


def test_a_wrong_id_is_not_believed(fakemail: FakeMail) -> None:
    host, port = fakemail.dns.address
    fakemail.dns.when("A").wrong_id().once()
    with pytest.raises(dns.query.BadResponse):
        dns.query.udp(dns.message.make_query("x.test", "A"), host, port=port, timeout=5)


def test_a_delay_is_over_when_the_clock_says_so(fakemail: FakeMail) -> None:
    fakemail.dns.a("x.test", "192.0.2.1")
    fakemail.clock.freeze()
    fakemail.dns.when("A").delay("1h")
    answers: list[dns.message.Message] = []
    with beside(lambda: answers.append(ask(fakemail.dns, "x.test", "A"))):
        fakemail.dns.queries.wait_for(name="x.test")
        assert not answers
        fakemail.clock.advance("61m")
    assert answers[0].answer


def test_a_delay_begins_with_the_query(fakemail: FakeMail) -> None:
    """Who hears of the query may move the clock before anything else is done for it."""
    fakemail.clock.freeze()
    fakemail.dns.when("A").delay("1h")
    fakemail.dns.queries.subscribe(partial(fakemail.clock.advance, "1h"))
    ask(fakemail.dns, "x.test", "A")


def test_a_delay_may_be_months_long(fakemail: FakeMail) -> None:
    """Others are answered meanwhile; epoll alone waits for 24 days at most."""
    fakemail.dns.a("x.test", "192.0.2.1")
    fakemail.dns.when("A").delay("90d").once()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as patient:
        patient.settimeout(60)
        query = dns.message.make_query("x.test", "A")
        patient.sendto(query.to_wire(), fakemail.dns.address)
        fakemail.dns.queries.wait_for(name="x.test")
        assert ask(fakemail.dns, "x.test", "A").answer
        fakemail.clock.advance("90d")
        assert dns.message.from_wire(patient.recv(512)).id == query.id


def test_the_clock_moves_on_though_the_server_is_busy(fakemail: FakeMail) -> None:
    """Each move rings a bell, and a bell that nobody has heard yet holds some hundreds only."""
    may_answer = threading.Event()
    fakemail.dns.when("A", where=lambda _: may_answer.wait(60)).delay(0)
    asking = threading.Thread(target=ask, args=(fakemail.dns, "x.test", "A"))
    asking.start()

    def move() -> None:
        for _ in range(10_000):
            fakemail.clock.advance(1)

    moving = threading.Thread(target=move, daemon=True)
    moving.start()
    moving.join(60)
    assert not moving.is_alive()
    may_answer.set()
    asking.join()


def test_a_condition_may_make_a_rule(fakemail: FakeMail) -> None:
    rules = DnsRules()
    rules.when("A", where=lambda _: bool(rules.when("MX"))).servfail()
    met: list[object] = []
    asked = Query("x.test", "A", "udp", fakemail.clock.now())
    meeting = threading.Thread(target=lambda: met.append(rules.meeting(asked)), daemon=True)
    meeting.start()
    meeting.join(60)
    assert met


def test_a_fault_that_never_fired_fails_the_test() -> None:
    fakemail = FakeMail()
    fakemail.dns.when("MX", name="x.test").servfail()
    ask(fakemail.dns, "y.test", "A")
    fakemail.close()
    with pytest.raises(UnfiredFault) as failure:
        fakemail.check()
    assert "dns.when('MX', name='x.test').servfail()" in str(failure.value)
    assert "what was asked for: A y.test" in str(failure.value)


def test_counts_hold(fakemail: FakeMail) -> None:
    rule = fakemail.dns.when("A").servfail().skip(1).times(2)
    codes = [ask(fakemail.dns, "x.test", "A").rcode() for _ in range(4)]
    assert codes == [dns.rcode.NXDOMAIN, dns.rcode.SERVFAIL, dns.rcode.SERVFAIL, dns.rcode.NXDOMAIN]
    assert rule.fired == 2
    fakemail.dns.when("TXT").servfail().optional()
    fakemail.dns.when("MX").servfail().stop()


def test_queries_are_asserted_on(fakemail: FakeMail) -> None:
    with pytest.raises(UnmetExpectation, match="no query with type 'MX': nobody asked"):
        fakemail.dns.queries.assert_any(type="MX")
    ask(fakemail.dns, "x.test", "A")
    fakemail.dns.queries.assert_any(name="X.test", type="a", transport="udp")
    fakemail.dns.queries.assert_none(type="MX")
    with pytest.raises(UnmetExpectation, match=r"no query with name 'y.test'; what was asked"):
        fakemail.dns.queries.assert_any(name="y.test")
    with pytest.raises(UnmetExpectation, match=r"1 queries with type 'A', wanted none"):
        fakemail.dns.queries.assert_none(type="A")
    with pytest.raises(BadArgument, match="no criterion 'nam'; did you mean 'name'"):
        fakemail.dns.queries.all(nam="x")
    asked = fakemail.dns.queries[0]
    assert (asked.name, asked.type) == ("x.test", "A")
    assert abs((datetime.now(UTC) - asked.asked_at).total_seconds()) < 3600


def test_what_could_not_be_told_of_a_query_is_refused(fakemail: FakeMail) -> None:
    async def sleepy() -> None:
        """Be awaited by nobody."""

    for listener in (None, sleepy):
        with pytest.raises(BadArgument, match=r"listener=.*: wanted a (plain )?function"):
            fakemail.dns.queries.subscribe(listener)  # type: ignore[arg-type]
    ask(fakemail.dns, "x.test", "A")


def test_a_query_is_waited_for_in_a_loop(fakemail: FakeMail) -> None:
    async def main() -> str:
        with beside(ask, fakemail.dns, "x.test", "A"):
            query = await fakemail.dns.queries.wait_for_async(type="A")
        return query.name

    assert asyncio.run(main()) == "x.test"


@pytest.mark.parametrize(
    "octets",
    [b"", b"\0", b"\0" * 11, b"\0" * 12, b"\xff" * 40, b"ab\1\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1"],
)
def test_garbage_hurts_nobody(fakemail: FakeMail, octets: bytes) -> None:
    host, port = fakemail.dns.address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(octets, (host, port))
    with socket.create_connection((host, port)) as tcp:
        tcp.sendall(struct.pack("!H", len(octets)) + octets)
    assert ask(fakemail.dns, "x.test", "A").rcode() == dns.rcode.NXDOMAIN


def test_reset_keeps_the_port(fakemail: FakeMail) -> None:
    address = fakemail.dns.address
    fakemail.dns.a("x.test", "192.0.2.1")
    fakemail.reset()
    assert fakemail.dns.address == address
    assert ask(fakemail.dns, "x.test", "A").rcode() == dns.rcode.NXDOMAIN


def test_a_closed_server_has_no_address() -> None:
    fakemail = FakeMail()
    assert "not listening" in repr(fakemail.dns)
    assert fakemail.dns.address[1] > 0
    names = {thread.name for thread in threading.enumerate()}
    assert "fakemail dns" in names
    fakemail.close()
    fakemail.close()
    assert "fakemail dns" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(NotRunning):
        _ = fakemail.dns.address


def test_wrong_points_and_counts_are_told(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match="no record type 'MXX'"):
        fakemail.dns.when("MXX")
    with pytest.raises(BadArgument, match="no condition 'domain'"):
        fakemail.dns.when("MX", domain="x.test")
    with pytest.raises(BadArgument, match="wanted a whole number"):
        fakemail.dns.when("MX").optional().times(0)


def test_what_was_asked_too_early_is_told(fakemail: FakeMail) -> None:
    rules = DnsRules()
    asked = Query("x.test", "MX", "udp", fakemail.clock.now())
    rule, met = rules.when("MX").servfail(), rules.meeting(asked)
    assert met is None
    too_early = "MX came once while the statement that sets the fault was not over"
    assert too_early in rule.why_unfired([asked])
    assert rules.meeting(asked) is rule


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"name": "x.test."}, "name='x.test.': wanted it without the final dot, 'x.test'"),
        ({"type": "TXTT"}, "no record type 'TXTT'; did you mean 'TXT'"),
        ({"transport": "utp"}, "wanted one of udp, tcp, local; did you mean 'udp'"),
    ],
)
def test_what_no_query_can_be_is_refused(
    fakemail: FakeMail, wanted: dict[str, object], text: str
) -> None:
    with pytest.raises(BadArgument, match=text):
        fakemail.dns.queries.assert_none(**wanted)
