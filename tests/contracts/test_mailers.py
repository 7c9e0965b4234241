"""One suite for everything that sends letters; SMTP against a real server on this machine."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from mianzheng.adapters.mail import FolderMailer, FolderMessenger, SMTPMailer
from mianzheng.errors import Rejected, Unavailable
from mianzheng.ports.mail import Letter, Mailer, ShortMessage

LETTER = Letter(id="dl-1", to="office@example.org", subject="有一件投诉举报等您受理", text="请登录工作台办理。\n")


class PostOffice:
    """A mail server that keeps what it gets and says what it is told to say."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.says = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.says:
            return self.says
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.received.append(envelope.content)
        return "250 OK"


class Suite:
    """What every mailer does."""

    @pytest.fixture
    def mailer(self) -> Mailer:
        raise NotImplementedError

    def sent(self) -> list[EmailMessage]:
        raise NotImplementedError

    def test_a_letter_arrives_as_it_was_written(self, mailer: Mailer) -> None:
        mailer.send(LETTER)
        (message,) = self.sent()
        assert (message["To"], message["Subject"]) == (LETTER.to, LETTER.subject)
        assert message.get_content().replace("\r\n", "\n") == LETTER.text

    def test_the_same_letter_carries_the_same_message_id(self, mailer: Mailer) -> None:
        """F37: a receiver that got it twice sees that it is one."""
        mailer.send(LETTER)
        mailer.send(LETTER)
        assert len({message["Message-ID"] for message in self.sent()}) == 1

    @pytest.mark.parametrize("broken", ["a@b\r\nBcc: x@y", "a@b\nX: y"])
    def test_an_address_cannot_smuggle_headers(self, mailer: Mailer, broken: str) -> None:
        with pytest.raises(Rejected):
            mailer.send(Letter(id="dl-2", to=broken, subject="x", text="y"))
        assert self.sent() == []


class TestFolder(Suite):
    @pytest.fixture
    def mailer(self, tmp_path: Path) -> Mailer:
        self.folder = tmp_path / "outbox"
        return FolderMailer(self.folder)

    def sent(self) -> list[EmailMessage]:
        return [_parsed(file.read_bytes()) for file in sorted(self.folder.glob("*.eml"))]

    def test_sent_twice_it_lies_there_once(self, mailer: Mailer) -> None:
        mailer.send(LETTER)
        mailer.send(LETTER)
        assert len(self.sent()) == 1

    def test_a_folder_that_cannot_be_written_is_tried_again_later(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(Unavailable):
            FolderMailer(tmp_path / "file").send(LETTER)


class TestSMTP(Suite):
    @pytest.fixture
    def mailer(self) -> Iterator[Mailer]:
        self.office = PostOffice()
        port = _free_port()
        controller = Controller(self.office, hostname="127.0.0.1", port=port)
        controller.start()
        yield SMTPMailer("127.0.0.1", port, "mianzheng@example.org", security="none")
        controller.stop()

    def sent(self) -> list[EmailMessage]:
        return [_parsed(content) for content in self.office.received]

    @pytest.mark.parametrize(("says", "error"), [("550 no such user", Rejected), ("451 later", Unavailable)])
    def test_a_refused_address_is_set_aside_and_a_busy_server_tried_again(
        self, mailer: Mailer, says: str, error: type[Exception]
    ) -> None:
        self.office.says = says
        with pytest.raises(error):
            mailer.send(LETTER)

    def test_a_server_that_is_not_there_is_tried_again(self) -> None:
        with pytest.raises(Unavailable):
            SMTPMailer("127.0.0.1", 9, "mianzheng@example.org", security="none").send(LETTER)


def test_short_messages_lie_in_a_folder(tmp_path: Path) -> None:
    FolderMessenger(tmp_path).send(ShortMessage(id="dl-3", to="12345", text="有新的进展"))
    assert "有新的进展" in (tmp_path / "dl-3.sms.json").read_text("utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message
