import pytest

from pytest_fakemail.smtp.paths import BadPath, forward_path, mailbox, path, reverse_path, split


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("<ann@example.test>", "ann@example.test"),
        ("<Ann.Lee+tag@Example.Test>", "Ann.Lee+tag@Example.Test"),
        ("<a!#$%&'*+/=?^_`{|}~-@x>", "a!#$%&'*+/=?^_`{|}~-@x"),
        ("<ann@my_host.test>", "ann@my_host.test"),
        ("<@relay.test:ann@example.test>", "ann@example.test"),
        ("<@a.test,@b.test:ann@example.test>", "ann@example.test"),
        ('<"ann lee"@example.test>', '"ann lee"@example.test'),
        ('<"ann"@example.test>', "ann@example.test"),
        ('<"a\\nn"@example.test>', "ann@example.test"),
        ('<"a\\"\\\\b"@example.test>', '"a\\"\\\\b"@example.test'),
        ('<"a@b"@example.test>', '"a@b"@example.test'),
        ('<"a>b"@example.test>', '"a>b"@example.test'),
        ('<""@example.test>', '""@example.test'),
        ("<ann@[127.0.0.1]>", "ann@[127.0.0.1]"),
        ("<ann@[IPv6:::1]>", "ann@[IPv6:::1]"),
        ("<ann@[IPv6:2001:db8::192.0.2.1]>", "ann@[IPv6:2001:db8::192.0.2.1]"),
        ("<ann@[future:what-ever]>", "ann@[future:what-ever]"),
        ("<jürgen@bücher.test>", "jürgen@bücher.test"),
        ("<用户@例子.test>", "用户@例子.test"),
    ],
)
def test_a_path_holds_a_mailbox(text: str, address: str) -> None:
    assert path(text) == (address, "")
    assert path(text + " SIZE=1") == (address, " SIZE=1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann@example.test",
        "<ann@example.test",
        "<ann>",
        "<@example.test>",
        "<ann@>",
        "<.ann@example.test>",
        "<ann.@example.test>",
        "<a..n@example.test>",
        "<ann@example..test>",
        "<ann@-example.test>",
        "<ann@example-.test>",
        "<ann@example.test.>",
        "<ann lee@example.test>",
        "<ann@lee@example.test>",
        '<"ann@example.test>',
        '<"ann"lee@example.test>',
        "<ann@[300.0.0.1]>",
        "<ann@[127.0.0]>",
        "<ann@[IPv6:1:2]>",
        "<ann@[]>",
        "<ann@[127.0.0.1>",
        "<@relay.test,ann@example.test>",
        "<ann\r@example.test>",
        "<ann\x00@example.test>",
        "<ann\udcff@example.test>",
        "< ann@example.test>",
        "<<ann@example.test>>",
    ],
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(BadPath):
        path(text)


def test_only_a_reverse_path_may_be_null() -> None:
    assert reverse_path("<> RET=HDRS") == ("", " RET=HDRS")
    with pytest.raises(BadPath):
        forward_path("<>")


@pytest.mark.parametrize("name", ["postmaster", "Postmaster", "POSTMASTER"])
def test_only_a_forward_path_may_be_the_postmaster(name: str) -> None:
    assert forward_path(f"<{name}> X=1") == (name, " X=1")
    with pytest.raises(BadPath):
        reverse_path(f"<{name}>")


def test_a_mailbox_stands_alone() -> None:
    assert mailbox("ann@example.test") == "ann@example.test"
    with pytest.raises(BadPath):
        mailbox("ann@example.test, bob@example.test")


def test_an_address_is_split_at_its_last_at_sign() -> None:
    assert split('"a@b"@example.test') == ('"a@b"', "example.test")
    assert split("postmaster") == ("postmaster", "")


def test_long_nonsense_is_refused_in_no_time() -> None:
    for text in ("<" + "a." * 8000, "<a@" + "b-" * 8000, "<@" + "a" * 16000, '<"' + "\\a" * 8000):
        with pytest.raises(BadPath):
            path(text)
