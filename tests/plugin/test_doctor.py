"""``pytest --fakemail-doctor``: a report instead of a run, whatever the environment is like."""

import importlib.metadata

import pytest


def doctor(pytester: pytest.Pytester, *arguments: str, is_alone: bool = False) -> list[str]:
    """Return the lines of a report; one that is made alone has a process of its own."""
    run = pytester.runpytest_subprocess if is_alone else pytester.runpytest
    result = run("-p", "fakemail", "--fakemail-doctor", *arguments)
    assert result.ret == 0
    assert result.stderr.str() == ""
    return result.outlines


def found(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if line.startswith("  !")]


def test_it_runs_no_test_and_collects_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("raise SystemExit('imported')")
    lines = doctor(pytester, is_alone=True)
    assert [line for line in lines if line.endswith(":") and not line.startswith(" ")] == [
        "installed:",
        "settings, and where each came from:",
        "servers, tried:",
        "time and sockets:",
        "the app's framework:",
    ]
    assert found(lines) == []
    assert lines[-1] == "fakemail doctor: nothing in the way"


def test_it_tells_versions(pytester: pytest.Pytester) -> None:
    lines = doctor(pytester)
    for name in ("pytest", "aiosmtpd", "trustme", "django", "freezegun"):
        version = importlib.metadata.version(name)
        assert any(line.startswith(f"  {name} {version}") for line in lines), name


def test_each_setting_has_its_source(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeini("[pytest]\nfakemail_domain = ini.test\nfakemail_hostname = ini.test\n")
    monkeypatch.setenv("FAKEMAIL_HOSTNAME", "env.test")
    monkeypatch.setenv("FAKEMAIL_USER", "env")
    monkeypatch.setenv("FAKEMAIL_PASSWORD", "s3cret")
    lines = doctor(pytester, "--fakemail-user=option")
    said = [line.strip() for line in lines]
    assert f"domain = 'ini.test' (ini fakemail_domain, {pytester.path / 'tox.ini'})" in said
    assert "hostname = 'env.test' (environment FAKEMAIL_HOSTNAME)" in said
    assert "user = 'option' (option --fakemail-user)" in said
    assert "password = (hidden) (environment FAKEMAIL_PASSWORD)" in said
    assert "separator = '/' (default)" in said
    assert "s3cret" not in "\n".join(lines)
    assert found(lines) == []


def test_what_cannot_be_is_a_line_of_the_report(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKEMAIL_DOMIAN", "x.test")
    lines = doctor(pytester, "--fakemail-mailboxes=some", "--fakemail-smtp-without=PIPELINNING")
    mailboxes, domian, made = found(lines)
    assert mailboxes.startswith("! mailboxes='some'")
    assert mailboxes.endswith("(option --fakemail-mailboxes)")
    assert "FAKEMAIL_DOMIAN in the environment is no setting; did you mean" in domian
    assert made.startswith("! a FakeMail with these settings: failed, BadSetting: smtp_without:")
    assert lines[-1] == "fakemail doctor: 3 to look at, marked with !"


def test_an_overridden_fixture_is_pointed_to(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def fakemail_settings(fakemail_settings):
            return fakemail_settings.but(domain="x.test")
        """
    )
    [line] = found(doctor(pytester))
    assert line.endswith(
        "conftest.py overrides the fixture fakemail_settings: tests have what it returns"
    )


def test_servers_are_tried(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("-p", "fakemail", "--fakemail-doctor")
    result.stdout.fnmatch_lines(
        [
            "  a FakeMail with these settings: can be made",
            "  SMTP on 127.0.0.1: answers, NOOP 250",
            "  SMTP on ::1 (IPv6): answers, NOOP 250",
            "  TLS, starttls: TLSv1.*, certificate verified",
            "  TLS, implicit: TLSv1.*, certificate verified",
            "  the CA: *.pem, of this process, good until *",
            "  SSL_CERT_FILE: *",
        ]
    )


def test_what_is_switched_off_does_not_count_as_broken(pytester: pytest.Pytester) -> None:
    assert (
        found(doctor(pytester, "--fakemail-smtp-without=STARTTLS", "--fakemail-require-tls")) == []
    )


def test_sockets_that_cannot_be_had_are_told(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import socket

        def blocked(*_, **__):
            raise RuntimeError("no network in here")

        socket.socket.bind = blocked
        """
    )
    lines = found(doctor(pytester, is_alone=True))
    assert "! SMTP on 127.0.0.1: failed, RuntimeError: no network in here" in lines
    assert len(lines) >= 4


def test_plugins_that_block_sockets_are_told(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        blocker="""
        def pytest_addoption(parser):
            parser.addoption("--disable-socket", action="store_true", dest="disable_socket")
            parser.addoption("--allow-hosts", dest="allow_hosts")
        """
    )
    pytester.syspathinsert()
    more = ("-p", "blocker", "--disable-socket", "--allow-hosts=10.0.0.1")
    assert found(doctor(pytester, *more)) == [
        "! pytest-socket blocks sockets in this run: --disable-socket",
        "! pytest-socket lets these hosts alone be reached in this run: 10.0.0.1",
    ]


SETTINGS = """
    EMAIL_HOST = "smtp.shop.test"
    EMAIL_HOST_PASSWORD = "s3cret"
    SECRET_KEY = "x"
"""


def test_djangos_settings_are_shown_without_the_password(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(shop_settings=SETTINGS)
    pytester.syspathinsert()
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "shop_settings")
    monkeypatch.setenv("PYTHONPATH", str(pytester.path))
    monkeypatch.setenv("SMTP_TOKEN", "s3cret")
    text = "\n".join(doctor(pytester, is_alone=True))
    assert "Django: settings of shop_settings" in text
    assert "EMAIL_HOST = 'smtp.shop.test'" in text
    assert "EMAIL_HOST_PASSWORD = (hidden)" in text
    assert "in the environment: SMTP_TOKEN" in text
    assert "s3cret" not in text


def test_djangos_settings_that_fail_are_a_line_of_the_report(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "nowhere.settings")
    [line] = found(doctor(pytester, is_alone=True))
    assert line.startswith("! Django: its settings cannot be read, ModuleNotFoundError:")


def test_mailers_are_shown_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from pytest_fakemail.doctor import apps
    from pytest_fakemail.frameworks import forms

    monkeypatch.setattr(forms, "has_mailers", lambda: True)
    options = {"host": "smtp.shop.test", "password": "s3cret", "api_key": "s3cret"}
    settings = SimpleNamespace(MAILERS={"default": {"BACKEND": "x", "OPTIONS": options}, "b": {}})
    text = "\n".join(apps._settings(settings))
    assert "MAILERS['default']" in text
    assert "smtp.shop.test" in text
    assert "MAILERS['b'] = {}" in text
    assert "s3cret" not in text
