"""An installed plugin that a suite does not use costs next to nothing."""

import pytest

UNUSED = """
    import sys
    import threading

    def test_nothing_is_loaded_or_started():
        assert threading.active_count() == 1
        ours = {name for name in sys.modules if name.startswith("pytest_fakemail")}
        assert ours <= {
            "pytest_fakemail",
            "pytest_fakemail.plugin",
            "pytest_fakemail.settings",
            "pytest_fakemail.errors",
        }
        assert "aiosmtpd" not in sys.modules
        assert "trustme" not in sys.modules
        # From Python 3.14 on pdb imports it, and pytest imports that.
        assert sys.version_info >= (3, 14) or "asyncio" not in sys.modules
"""


def test_an_unused_plugin_loads_and_starts_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p fakemail")  # what other plugins load is not our doing
    pytester.makepyfile(UNUSED)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)


def test_assertion_rewriting_leaves_our_modules_alone(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pytest rewrites the modules of plugins that it finds by itself."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.delenv("PYTEST_ADDOPTS")
    monkeypatch.delenv("PYTHONWARNINGS", raising=False)  # of other plugins
    pytester.makepyfile(
        """
        import sys

        def test_it(fakemail):
            fakemail.smtp.port
            ours = {name: one for name, one in sys.modules.items()
                    if name.startswith("pytest_fakemail.")}
            assert len(ours) > 30
            rewritten = [name for name, one in ours.items()
                         if "rewrite" in type(one.__loader__).__module__]
            assert rewritten == []
            assert "rewrite" in type(__loader__).__module__
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_mail_that_is_sent_loads_what_it_needs_and_no_more(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import smtplib
        import sys

        def test_it(fakemail):
            with smtplib.SMTP(*fakemail.smtp.address) as client:
                client.sendmail("app@x.test", ["ann@x.test"], "Subject: Hello\\n\\nHi")
            assert fakemail.outbox.wait_for(to="ann@x.test", subject="Hello").subject == "Hello"
            needless = {
                "store": ("mailbox", "tree", "acl", "arrivals", "content", "furniture", "hierarchy",
                          "tokens", "aliases", "logins", "sharing"),  # nobody reads here
                "mime": ("addresses", "transfer", "charset_names", "parts",
                         "structured", "words", "charsets", "field", "named_fields", "codes",
                         "judging", "name_server"),  # a plain header
                "query": ("judging", "any_of", "wanted", "wording", "differences", "messages",
                          "mail_criteria", "header_criteria", "possible"),  # a text is wanted
                "faults": ("matching", "answers", "steps", "sentence", "logins",
                           "mishaps", "engine", "strikes"),  # nor has any rule
                "wire": ("sasl", "scram", "oauth", "logins",  # nor logs in
                     "silences"),  # nor does a server fall silent
                "smtp": ("dialogue", "paths", "limits", "newlines", "aliases", "onward", "trace",
                         "objections", *(f"commands.{family}" for family in (
                             "chunks", "inquiry", "login", "queueing", "starttls"))),
                "transcript": ("exchanges", "redaction", "render", "transcript", "rows", "abridged",
                               "room", "followers", "lost"),  # nor looks at the traffic
                "asserts": ("backends", "absence", "wording", "counting"),  # nothing is missed
                "net": ("gates", "certificates", "contexts", "layer", "tls", "handshakes",
                        "presenting"),  # nor waits in a loop of its own, nor wants TLS
            }
            loaded = [f"{room}.{name}" for room, names in needless.items() for name in names
                      if f"pytest_fakemail.{room}.{name}" in sys.modules]
            needless = ("dataclass_methods", "blame", "arguments", "reading_servers", "lasting",
                        "remains", "ports", "values", "homes", "advancing",
                        "post_offices")
            loaded += [name for name in needless if f"pytest_fakemail.{name}" in sys.modules]
            assert loaded == []
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
