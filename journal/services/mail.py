"""E-mail over the school's SMTP server; off until one is named."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from journal.config import Config
from journal.kit import clock

SECONDS = 20
ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


class Unsent(Exception):
    """The server can't be reached or refuses; one line says why."""


def is_on(config: Config) -> bool:
    """Whether the school sends e-mail at all."""
    return bool(config.mail_host and config.mail_from)


def is_address(text: str) -> bool:
    """Whether a text is one plain address: nothing that could become a header or a second receiver."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None


def letter(config: Config, to: str, subject: str, text: str) -> EmailMessage:
    """A plain letter."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = config.mail_from, to, subject
    made["Date"] = formatdate(clock.now().timestamp())
    made["Message-ID"] = make_msgid(domain=config.mail_from.rpartition("@")[2].strip("> ") or None)
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text)
    return made


@contextmanager
def post(config: Config) -> Iterator[smtplib.SMTP]:
    """A connection to the server, secured and signed in as the settings say. Raises `Unsent`."""
    try:
        if config.mail_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                config.mail_host, config.mail_port, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(config.mail_host, config.mail_port, timeout=SECONDS)
        with server:
            if config.mail_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if config.mail_user:
                server.login(config.mail_user, config.mail_password)
            yield server
    except (OSError, smtplib.SMTPException) as error:
        raise Unsent(f"{config.mail_host}:{config.mail_port}: {type(error).__name__}: {error}") from error
