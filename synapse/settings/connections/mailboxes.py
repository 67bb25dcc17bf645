"""Tests of mail: sign in by IMAP and SMTP, and a letter to the alert addresses."""

import imaplib
import smtplib
import socket
import ssl
from email.message import EmailMessage

from pydantic import SecretStr

from synapse.settings.connections.report import ConnectionTestError, Fact, Finding, not_set_up
from synapse.settings.connections.targets import TargetPolicy, find_target, open_socket, unreachable
from synapse.settings.integrations import Mail
from synapse.settings.policies import Alerts
from synapse.settings.words import Bilingual

_SECONDS = 10.0


class _Imap(imaplib.IMAP4):
    """IMAP over a connection that is open already."""

    def __init__(self, host: str, connection: socket.socket) -> None:
        self._connection = connection
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._connection


def try_mail(
    settings: Mail,
    alerts: Alerts,
    imap_password: SecretStr | None,
    smtp_password: SecretStr | None,
    policy: TargetPolicy,
    *,
    tls: ssl.SSLContext | None = None,
) -> Finding:
    """Test whatever is set up: the mail box, the outgoing server, or both.

    Args:
        settings: Servers and users.
        alerts: A letter goes to these addresses where some are set.
        imap_password: Secret ``mail.imap_password``.
        smtp_password: Secret ``mail.smtp_password``.
        policy: Where connections may go.
        tls: How certificates are checked; the system's way unless given.
    """
    if not settings.imap_host and not settings.smtp_host:
        raise not_set_up("серверы IMAP и SMTP", "IMAP and SMTP servers")
    context = tls or ssl.create_default_context()
    facts: list[Fact] = []
    if settings.imap_host:
        facts.append(_imap(settings, imap_password, policy, context))
    if settings.smtp_host:
        facts.append(_smtp(settings, alerts, smtp_password, policy, context))
    return Finding(True, Bilingual("Почта работает.", "Mail works."), facts=tuple(facts))


def _imap(settings: Mail, password: SecretStr | None, policy: TargetPolicy, tls: ssl.SSLContext) -> Fact:
    if password is None:
        raise not_set_up("секрет mail.imap_password", "the secret mail.imap_password")
    target = find_target(settings.imap_host, settings.imap_port, policy)
    is_tls = settings.imap_encryption == "tls"
    connection = open_socket(target, timeout=_SECONDS, tls=tls if is_tls else None)
    try:
        with _Imap(target.host, connection) as box:
            if settings.imap_encryption == "starttls":
                box.starttls(tls)
            box.login(settings.imap_user, password.get_secret_value())
            status, answer = box.select(f'"{settings.imap_folder}"', readonly=True)
            if status != "OK":
                raise ConnectionTestError(
                    Bilingual(
                        f"В ящике нет папки {settings.imap_folder}.",
                        f"The mail box has no folder {settings.imap_folder}.",
                    )
                )
            count = (answer[0] or b"0").decode()
    except imaplib.IMAP4.error as error:
        raise _wrong_password("IMAP") from error
    except OSError as error:
        raise unreachable(target.host, target.port, error) from error
    return Fact(Bilingual("IMAP: писем в папке", "IMAP: letters in the folder"), count)


def _smtp(
    settings: Mail, alerts: Alerts, password: SecretStr | None, policy: TargetPolicy, tls: ssl.SSLContext
) -> Fact:
    target = find_target(settings.smtp_host, settings.smtp_port, policy)
    is_tls = settings.smtp_encryption == "tls"
    connection = open_socket(target, timeout=_SECONDS, tls=tls if is_tls else None)
    try:
        with smtplib.SMTP(timeout=_SECONDS) as server:
            server.sock = connection
            server._host = target.host  # type: ignore[attr-defined]
            code, greeting = server.getreply()
            if code != 220:
                raise smtplib.SMTPConnectError(code, greeting)
            server.ehlo_or_helo_if_needed()
            if settings.smtp_encryption == "starttls":
                server.starttls(context=tls)
            if settings.smtp_user and password is not None:
                server.login(settings.smtp_user, password.get_secret_value())
            if alerts.mail_to:
                server.send_message(_letter(settings.sender, alerts.mail_to))
    except smtplib.SMTPAuthenticationError as error:
        raise _wrong_password("SMTP") from error
    except smtplib.SMTPException as error:
        raise ConnectionTestError(
            Bilingual(f"SMTP отказал: {type(error).__name__}.", f"SMTP refused: {type(error).__name__}."),
            Bilingual("Проверьте отправителя и шифрование.", "Look at the sender and the encryption."),
        ) from error
    except OSError as error:
        raise unreachable(target.host, target.port, error) from error
    sent = ", ".join(alerts.mail_to) or "–"
    return Fact(Bilingual("SMTP: письмо отправлено", "SMTP: a letter was sent to"), sent)


def _letter(sender: str, receivers: list[str]) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, ", ".join(receivers)
    letter["Subject"] = "Synapse: проверка связи"
    letter.set_content("Письма от Synapse приходят. / Letters from Synapse arrive.\n")
    return letter


def _wrong_password(what: str) -> ConnectionTestError:
    return ConnectionTestError(
        Bilingual(f"{what} не принял имя или пароль.", f"{what} refused the name or password."),
        Bilingual("Проверьте пользователя и секрет.", "Look at the user and the secret."),
    )
