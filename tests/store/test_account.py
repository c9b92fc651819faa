import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from store.stores import default_account, make_store

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store import tokens
from pytest_fakemail.store.registry import Registry


def test_a_token_is_valid_until_its_time_is_over() -> None:
    store = make_store()
    account = default_account(store)
    token = account.tokens.issue(expires_in="1h")
    assert account.tokens.state(token) == "valid"
    store.registry.clock.advance("59m")
    assert account.tokens.state(token) == "valid"
    store.registry.clock.advance("1m")
    assert account.tokens.state(token) == "expired"


def test_a_token_without_an_end_is_valid_until_it_is_revoked() -> None:
    account = default_account(make_store())
    token = account.tokens.issue()
    other = account.tokens.issue()
    account.tokens.revoke(token)
    account.tokens.revoke("never issued")
    assert account.tokens.state(token) == "revoked"
    assert account.tokens.state(other) == "valid"
    assert account.tokens.state("never issued") == "unknown"


def test_a_token_of_no_duration_is_refused() -> None:
    with pytest.raises(BadArgument, match="no duration"):
        default_account(make_store()).tokens.issue(expires_in="soon")


def test_passwords_are_compared_as_they_are() -> None:
    account = make_store().add_account("bob", "pässwörd")
    assert account.accepts_password("pässwörd")
    assert not account.accepts_password("passwort")


def test_a_locked_account_says_so_until_it_is_unlocked() -> None:
    account = default_account(make_store())
    account.lock()
    assert account.is_locked
    account.unlock()
    assert not account.is_locked


def test_quota_counts_all_mailboxes() -> None:
    account = default_account(make_store())
    account.quota = 100
    account.inbox.append(b"x" * 60)
    account.mailboxes["Sent"].append(b"x" * 30)
    assert not account.is_over_quota(10)
    assert account.is_over_quota(11)
    account.inbox.expunge([1])
    assert not account.is_over_quota(70)
    account.quota = None
    assert not account.is_over_quota(10**9)


def test_messages_can_be_limited_too() -> None:
    account = default_account(make_store())
    account.usage.most_messages = 1
    assert not account.is_over_quota(0)
    account.inbox.append(b"x")
    assert account.is_over_quota(0)


def test_an_account_can_have_the_inbox_alone() -> None:
    account = default_account(make_store(mailboxes="inbox"))
    assert list(account.mailboxes) == ["INBOX"]


def test_two_threads_that_ask_first_know_the_same_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    both, made = threading.Barrier(2, timeout=30), tokens.Tokens

    def together(registry: Registry) -> tokens.Tokens:
        both.wait()
        return made(registry)

    monkeypatch.setattr(tokens, "Tokens", together)
    account = default_account(make_store())
    with ThreadPoolExecutor(2) as pool:
        one, other = (pool.submit(lambda: account.tokens) for _ in range(2))
    assert one.result() is other.result() is account.tokens
