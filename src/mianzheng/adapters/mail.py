"""Mail by SMTP, or into a folder where somebody can read what would have been sent."""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path

from mianzheng.adapters.whole_files import put
from mianzheng.errors import Rejected, Unavailable
from mianzheng.ports.mail import Letter, ShortMessage

PATIENCE = 20.0
"""Seconds to wait for the mail server."""


def message_of(letter: Letter, sender: str, domain: str) -> EmailMessage:
    """The letter as a message; the same letter is the same message. Raises Rejected for a broken address."""
    message = EmailMessage(policy=SMTPUTF8)
    try:
        message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    except ValueError:
        raise Rejected(f"邮件地址写错了：{letter.id}") from None
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


@dataclass(frozen=True)
class FolderMailer:
    """Puts each letter into a folder as a file, named by its id: sent twice, it lies there once."""

    folder: Path
    sender: str = "mianzheng@localhost"

    def send(self, letter: Letter) -> None:
        """See the port."""
        put(self.folder, f"{letter.id}.eml", message_of(letter, self.sender, "localhost").as_bytes())


@dataclass(frozen=True)
class FolderMessenger:
    """Puts short messages into a folder."""

    folder: Path

    def send(self, message: ShortMessage) -> None:
        """See the port."""
        text = json.dumps({"to": message.to, "text": message.text}, ensure_ascii=False)
        put(self.folder, f"{message.id}.sms.json", text.encode())


@dataclass(frozen=True)
class SMTPMailer:
    """Hands letters to a mail server. `security`: `tls` from the start, `starttls`, or `none` (same machine only)."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    login: str = ""
    password: str = ""

    def send(self, letter: Letter) -> None:
        """See the port."""
        message = message_of(letter, self.sender, self.sender.rpartition("@")[2] or "localhost")
        try:
            with self._connected()(self.host, self.port, timeout=PATIENCE) as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.login:
                    server.login(self.login, self.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(code >= 500 for code in codes):
                raise Rejected(f"邮件服务器不收这个地址：{letter.id}") from None
            raise Unavailable("邮件服务器暂时不收") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"邮件暂时发不出去（{type(error).__name__}）") from None

    def _connected(self) -> Callable[..., smtplib.SMTP]:
        return smtplib.SMTP_SSL if self.security == "tls" else smtplib.SMTP
