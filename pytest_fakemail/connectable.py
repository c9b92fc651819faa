"""The words of a FakeMail for apps: its SMTP server in the settings of each framework."""

from typing import TYPE_CHECKING, Any, cast

from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.errors import BadArgument

if TYPE_CHECKING:
    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.frameworks.access import Access
    from pytest_fakemail.frameworks.connected import Connected
    from pytest_fakemail.net.tls import TlsAuthority
    from pytest_fakemail.server import Security
    from pytest_fakemail.servers import SmtpServer
    from pytest_fakemail.settings import Settings
    from pytest_fakemail.world import World


class Connectable(Handle):
    """The part of a FakeMail that says how an app reaches it.

    `security` is ``"none"``, ``"starttls"`` or ``"implicit"``, as for `client`.  If it is not
    given it is what the settings ask for: TLS where `require_tls` is set, else none.  There is a
    login where an `account` is given, and one of the default account where `require_auth` is set.
    """

    if TYPE_CHECKING:
        settings: Settings
        _world: World

        @property
        def tls(self) -> TlsAuthority:
            """What its servers present."""

        @property
        def smtp(self) -> SmtpServer:
            """The SMTP server."""

        def account(
            self, address: str | None = None, *, password: str | None = None
        ) -> AccountHandle:
            """Get or make an account."""

    def as_django(
        self,
        *,
        security: "Security | None" = None,
        account: "AccountHandle | None" = None,
        mailers: bool | None = None,
    ) -> dict[str, Any]:
        """Return Django's settings, for `override_settings` or a settings module.

        Args:
            security: how TLS is begun; the client trusts the CA by `fakemail_trust`.
            account: who logs in.
            mailers: the setting MAILERS, which Django has from 6.1 on and which does not go with
                the others, instead of EMAIL_BACKEND, EMAIL_HOST …; if not given, as the Django
                that is installed wants it.

        Raises:
            BadArgument: what the server would refuse, or an account that is not its own.
        """
        from pytest_fakemail.frameworks import forms

        if mailers is not None and not isinstance(mailers, bool):
            raise BadArgument(f"mailers={mailers!r}: wanted True, False or None")
        one = self._access(security, account)
        has_mailers = forms.has_mailers() if mailers is None else mailers
        return forms.django_mailers(one) if has_mailers else forms.django(one)

    def as_flask_mail(
        self, *, security: "Security | None" = None, account: "AccountHandle | None" = None
    ) -> dict[str, Any]:
        """Return the configuration of Flask-Mail: ``app.config.update(fakemail.as_flask_mail())``.

        It must be there before ``Mail(app)`` reads it; `fakemail_flask` serves an app that is made.

        Args:
            security: how TLS is begun; the client trusts the CA by `fakemail_trust`.
            account: who logs in.

        Raises:
            BadArgument: what the server would refuse, or an account that is not its own.
        """
        from pytest_fakemail.frameworks import forms

        return forms.flask_mail(self._access(security, account))

    def as_fastapi_mail(
        self,
        *,
        sender: str = "app@example.com",
        security: "Security | None" = None,
        account: "AccountHandle | None" = None,
    ) -> dict[str, Any]:
        """Return the arguments of fastapi-mail's `ConnectionConfig`; with TLS the CA is among them.

        Args:
            sender: the address that mail is from, which it must have; pydantic takes none under
                ``.test`` or another reserved name, for recipients neither.
            security: how TLS is begun.
            account: who logs in.

        Raises:
            BadArgument: what the server would refuse, or an account that is not its own.
        """
        from pytest_fakemail.frameworks import forms

        one = self._access(security, account)
        ca_file = None if one.security == "none" else str(self.tls.ca_file)
        return forms.fastapi_mail(one, sender, ca_file)

    def as_env(
        self,
        prefix: str = "SMTP_",
        *,
        security: "Security | None" = None,
        account: "AccountHandle | None" = None,
    ) -> dict[str, str]:
        """Return environment variables for an app that reads its settings there.

        ``SMTP_HOST``, ``SMTP_PORT``, ``SMTP_USER`` and ``SMTP_PASSWORD`` (empty without a login),
        ``SMTP_USE_TLS`` (STARTTLS) and ``SMTP_USE_SSL`` as ``true`` or ``false``, ``SMTP_URL``;
        with TLS also those by which programs trust the CA (`TlsAuthority.trust_environment`).

        Args:
            prefix: what their names begin with.
            security: how TLS is begun.
            account: who logs in.

        Raises:
            BadArgument: no such prefix, what the server would refuse, or an account that is not
                its own.
        """
        from pytest_fakemail.frameworks import access, forms

        forms.check_prefix(prefix)
        one = self._access(security, account, access.PASSWORDS)
        trust = {} if one.security == "none" else self.tls.trust_environment()
        return {**forms.environment(one, prefix), **trust}

    def as_url(
        self,
        *,
        scheme: str | None = None,
        security: "Security | None" = None,
        account: "AccountHandle | None" = None,
    ) -> str:
        """Return the SMTP server as ``smtp://user:password@host:port``, percent-encoded.

        Without arguments it is ``smtps://`` where TLS is begun at once, else ``smtp://``.

        Args:
            scheme: what the app's library wants: ``smtp``, ``smtps`` (TLS at once; with
                ``security="starttls"`` as dj-email-url and django-environ mean it),
                ``submission`` or ``submit`` (STARTTLS), ``submissions`` (TLS at once, RFC 8314),
                ``smtp+tls``, ``smtp+starttls``, ``smtp+ssl``.
            security: how TLS is begun; if not given, as the scheme says.
            account: who logs in.

        Raises:
            BadArgument: no such scheme, one that does not mean that security, what the server
                would refuse, or an account that is not its own.
        """
        from pytest_fakemail.frameworks import access, forms

        if scheme is not None and not (scheme == "smtp" and security is None):
            security = cast("Security | None", forms.meant_by(scheme, security))
        one = self._access(security, account, access.PASSWORDS)
        if scheme is not None:
            forms.meant_by(scheme, one.security)
        return one.url(scheme or ("smtps" if one.implicit else "smtp"))

    def connect_django(
        self, *, security: "Security | None" = None, account: "AccountHandle | None" = None
    ) -> "Connected":
        """Let Django send here, from now until ``undo()`` or the end of a ``with`` block.

        All of MAILERS where the project has that (Django 6.1), else EMAIL_HOST and the others; what
        Django's or pytest-django's test settings put there is overridden.

        Args:
            security: how TLS is begun; the client trusts the CA by `fakemail_trust`.
            account: who logs in.

        Raises:
            BadArgument: Django has no settings yet, what the server would refuse, or an account
                that is not its own.
        """
        from pytest_fakemail.frameworks import connected

        return connected.django(self._access(security, account))

    def connect_flask(
        self,
        app: object,
        *,
        security: "Security | None" = None,
        account: "AccountHandle | None" = None,
    ) -> "Connected":
        """Let a Flask app send here, from now until ``undo()`` or the end of a ``with`` block.

        Its Flask-Mail may have been made before or may be made later, and sends even if
        ``app.testing`` is set.

        Args:
            app: the Flask app.
            security: how TLS is begun; the client trusts the CA by `fakemail_trust`.
            account: who logs in.

        Raises:
            BadArgument: no Flask app, what the server would refuse, or an account that is not its
                own.
        """
        from pytest_fakemail.frameworks import connected

        return connected.flask(app, self._access(security, account))

    def _access(
        self,
        security: "Security | None",
        account: "AccountHandle | None",
        mechanisms: tuple[str, ...] | None = None,
    ) -> "Access":
        from pytest_fakemail.clients import owned
        from pytest_fakemail.frameworks.access import SMTPLIBS, access

        if account is not None:
            owned(account, self._world.store)
        if account is None and self.settings.require_auth:
            account = self.account()
        return access(self.smtp, self.settings, security, account, mechanisms or SMTPLIBS)
