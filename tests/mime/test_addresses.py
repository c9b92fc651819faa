import pytest

from pytest_fakemail.mime.addresses import MISSING_DOMAIN, MISSING_MAILBOX, Address, address_list

END = Address(None, None, None, None)


def plain(mailbox: bytes, host: bytes) -> Address:
    return Address(None, None, mailbox, host)


def named(name: bytes, mailbox: bytes = b"a", host: bytes = b"b") -> Address:
    return Address(name, None, mailbox, host)


def group(name: bytes) -> Address:
    return Address(None, None, name, None)


A = plain(b"a", b"b")
C = plain(b"c", b"d")


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"a@b", [A]),
        (b"<a@b>", [A]),
        (b"a@b, c@d", [A, C]),
        (b"Ann <a@b>", [named(b"Ann")]),
        (b"Ann Example<a@b> , <c@d>", [named(b"Ann Example"), C]),
        (b'"Example, Ann" <a@b>', [named(b"Example, Ann")]),
        (b'"A \\"B\\" \\\\" <a@b>', [named(b'A "B" \\')]),
        (b"A.  B. <a@b>", [named(b"A. B.")]),
        (b'A "B C" D <a@b>', [named(b"A B C D")]),
        (b"=?utf-8?q?=C3=84?= <a@b>", [named(b"=?utf-8?q?=C3=84?=")]),
        (b"a@b (Ann (the) Example)", [named(b"Ann (the) Example")]),
        (b"(x) a@b (y\\)z)", [named(b"y)z")]),
        (b"Ann (comment) <a@b> (more)", [named(b"Ann")]),
        (b'"a b"@c', [plain(b"a b", b"c")]),
        (b"a@[192.0.2.1]", [plain(b"a", b"[192.0.2.1]")]),
        (b"Ann\r\n Example\r\n\t<a@b>", [named(b"Ann Example")]),
        (b'"Ann\r\n Example" <a@b>', [named(b"Ann Example")]),
        ("Änne <ä@ö>".encode(), [Address("Änne".encode(), None, "ä".encode(), "ö".encode())]),
    ],
)
def test_mailboxes(raw: bytes, found: list[Address]) -> None:
    """RFC 5322 §3.4."""
    assert address_list(raw) == found


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"undisclosed-recipients:;", [group(b"undisclosed-recipients"), END]),
        (b"team: a@b, Ann <a@b>;", [group(b"team"), A, named(b"Ann"), END]),
        (b'"my team" : a@b;, c@d', [group(b"my team"), A, END, C]),
        (b"x: a@b; y: c@d;", [group(b"x"), A, END, group(b"y"), C, END]),
        (b"c@d, x (comment): a@b", [C, group(b"x"), A, END]),
    ],
)
def test_groups_are_marked_at_both_ends(raw: bytes, found: list[Address]) -> None:
    """RFC 3501 §7.4.2, ENVELOPE."""
    assert address_list(raw) == found
    assert sum(address.is_group_start for address in found) == found.count(END)
    assert all(address.is_group_end is (address == END) for address in found)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"<@r1,@r2:a@b>", [Address(None, b"@r1,@r2", b"a", b"b")]),
        (b"Ann <@r1:a@b>, c@d", [Address(b"Ann", b"@r1", b"a", b"b"), C]),
        (b"a . x @ b . c", [plain(b"a.x", b"b.c")]),
        (b",, a@b ,, c@d,", [A, C]),
        (b"a(x)@(y)b", [Address(b"y", None, b"a", b"b")]),
    ],
)
def test_obsolete_forms(raw: bytes, found: list[Address]) -> None:
    """RFC 5322 §4.4."""
    assert address_list(raw) == found


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"root", [plain(b"root", MISSING_DOMAIN)]),
        (
            b"Mail Delivery System",
            [named(b"Mail Delivery System", MISSING_MAILBOX, MISSING_DOMAIN)],
        ),
        (b"<>", [plain(MISSING_MAILBOX, MISSING_DOMAIN)]),
        (b"Ann <>", [named(b"Ann", MISSING_MAILBOX, MISSING_DOMAIN)]),
        (b"a@", [plain(b"a", MISSING_DOMAIN)]),
        (b"@b", [plain(MISSING_MAILBOX, b"b")]),
        (b"<@b>", [plain(MISSING_MAILBOX, b"b")]),
        (b"<a@b", [A]),
        (b"Ann <a@b, Cat <c@d>", [named(b"Ann"), named(b"Cat", b"c", b"d")]),
        (b"<<a@b>>", [plain(MISSING_MAILBOX, MISSING_DOMAIN), A]),
        (b"a@b@c", [plain(b"a@b", b"c")]),
        (b"<a@b@c>", [plain(b"a@b", b"c")]),
        (b"<x\\@a@b>", [plain(b"x\\@a", b"b")]),
        (b"<x a@b>", [plain(b"x a", b"b")]),
        (b"a@b c@d", [A]),
        (b"Ann a@b", [named(b"Ann")]),
        (b"a@b <c@d>", [named(b"a@b", b"c", b"d")]),
        (b"<mailto:a@b>", [plain(b"mailto:a", b"b")]),
        (b"Ann <https://a@b>", [named(b"Ann", b"https://a")]),
        (b"a@b;c@d", [A, C]),
        (b"x: y: a@b;;", [group(b"x"), plain(b"y", MISSING_DOMAIN), A, END]),
        (b'"never ends', [named(b"never ends", MISSING_MAILBOX, MISSING_DOMAIN)]),
        (b"a@b (never ends", [named(b"never ends")]),
        (b"", []),
        (b" \t", []),
        (b",", []),
        (b"(only a comment)", []),
    ],
)
def test_what_is_no_address_gets_the_likeliest_answer(raw: bytes, found: list[Address]) -> None:
    assert address_list(raw) == found


def test_an_address_as_text() -> None:
    (address,) = address_list(b"=?utf-8?q?=C3=84nne?= <a@b>")
    assert address.display_name == "Änne"
    assert address.spec == "a@b"
    assert group(b"team").spec == "team"
    assert END.spec == END.display_name == ""


def test_ten_thousand_addresses_are_read() -> None:
    assert len(address_list(b"Ann <a@b>, " * 10_000)) == 10_000
    assert len(address_list(b"Ann (x) <a@b>, " * 10_000)) == 10_000


@pytest.mark.parametrize("sign", [b"(", b'"', b"<", b"<@", b"[", b"\\", b":", b"a ", b"@"])
def test_rows_of_signs_end(sign: bytes) -> None:
    assert isinstance(address_list(sign * 20_001), list)
