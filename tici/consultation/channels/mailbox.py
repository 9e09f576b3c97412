"""Mail in by IMAP and out by SMTP. Bytes are fetched without marking anything read, and decoded by our own hand."""

from __future__ import annotations

import imaplib
import logging
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from tici.consultation import actions
from tici.consultation.actions.registering import MAIL
from tici.consultation.models import Channel, Mailbox

MailError = (imaplib.IMAP4.error, ImapToolsError)
log = logging.getLogger(__name__)
PATIENCE_S = 30
WAIT_S = 2.0  # how long one wait is, so that a stop is heard
RENEW_S = 15 * 60  # servers drop who waits for half an hour
PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0
AT_ONCE = 50  # messages fetched before how far we are is noted


@dataclass(frozen=True)
class Address:
    """Where a mailbox or a mail server is, as one URL says it."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str
    sender: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read ``imaps://user:password@host:port/folder`` or ``smtps://user:password@host?from=address``.

        Raises:
            ValueError: It names no host, or another way than imap, imaps, smtp or smtps.
        """
        parts = urlsplit(url)
        ports = {"imap": 143, "imaps": 993, "smtp": 25, "smtps": 465}
        if parts.scheme not in ports or not parts.hostname:
            raise ValueError(
                "A mailbox reads imaps://user:password@host/INBOX, a mail server smtps://user:password@host."
            )
        user = unquote(parts.username or "")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or ports[parts.scheme],
            user=user,
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.lstrip("/")) or "INBOX",
            sender=parse_qs(parts.query).get("from", [user])[0],
        )

    @property
    def name(self) -> str:
        """The mailbox without its password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


@contextmanager
def session(address: Address) -> Iterator[BaseMailBox]:
    """A session with a mailbox, its folder chosen."""
    kind = MailBox if address.scheme == "imaps" else MailBoxUnencrypted
    box = kind(address.host, port=address.port, timeout=PATIENCE_S)
    try:
        with box.login(address.user, address.password, initial_folder=address.folder) as opened:
            yield opened
    finally:
        with suppress(OSError):  # a line that broke is not logged out of, and is closed all the same
            box.client.shutdown()


def fetch(url: str, *, now: Callable[[], datetime], by: object) -> int:
    """Take in every message not seen yet; returns how many were new.

    A message is known by the digest of its bytes, so a mailbox that numbers its messages anew (UIDVALIDITY) brings
    nothing in twice, and a message with an old Message-ID and other words comes in. How far the numbers went is
    noted only after the messages are kept, and only saves work.
    """
    address, new = Address.parse(url), 0
    with session(address) as box:
        validity = int(box.folder.status(address.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        known = Mailbox.objects.filter(name=address.name).first()
        last = known.last_uid if known is not None and known.uidvalidity == validity else 0
        uids = sorted(uid for uid in map(int, box.uids(f"UID {last + 1}:*")) if uid > last)
        for first in range(0, len(uids), AT_ONCE):
            for uid in uids[first : first + AT_ONCE]:
                raw = _bytes_of(box, uid)
                if raw is not None:
                    new += take_in(raw, origin=f"{address.name} {validity}:{uid}", received_at=now(), by=by)
                last = uid
            actions.note_mailbox(name=address.name, uidvalidity=validity, last_uid=last, at=now())
        actions.note_mailbox(name=address.name, uidvalidity=validity, last_uid=last, at=now())
    return new


def listen(url: str, *, take: Callable[[], object], is_stopped: Callable[[], bool], pause_s: float = PAUSE_S) -> None:
    """Wait at the server (IDLE) and call ``take`` at the start, and whenever something came, until stopped.

    A line that breaks is taken up again after a pause, each longer than the last. ``take`` opens a session of its own
    and asks for UIDVALIDITY anew, so nothing here depends on numbers; what is missed between two waits, the poll of
    the minute finds. Returns at once where the server cannot IDLE.
    """
    address, pause = Address.parse(url), pause_s
    while not is_stopped():
        try:
            with session(address) as box:
                if "IDLE" not in box.client.capabilities:
                    log.info("mailbox %s cannot wait for mail; it is looked into once a minute", address.name)
                    return
                take()
                pause = pause_s
                until = time.monotonic() + RENEW_S
                while not is_stopped() and time.monotonic() < until:
                    if box.idle.wait(timeout=WAIT_S):
                        take()
        except (OSError, *MailError) as trouble:
            log.warning("mailbox %s: %s; again in %.0f s", address.name, trouble, pause)
            _rest(pause, is_stopped)
            pause = min(2 * pause, LONGEST_PAUSE_S)


def _rest(pause: float, is_stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + pause
    while not is_stopped() and time.monotonic() < until:
        time.sleep(min(WAIT_S, pause))


def _bytes_of(box: BaseMailBox, uid: int) -> bytes | None:
    """A message as it lies on the server, left unread; None where it is gone."""
    _said, answer = box.client.uid("fetch", str(uid), "(BODY.PEEK[])")
    return next((bytes(one[1]) for one in answer if isinstance(one, tuple)), None)


def take_in(raw: bytes, *, origin: str, received_at: datetime, by: object) -> bool:
    """Hand one message over; whether it is new."""
    receipt = actions.receive_opinion(
        channel=Channel.MAIL,
        source_key=f"mail:{actions.digest_of(raw)}",
        content=raw,
        name="mail.eml",
        media_type=MAIL,
        received_at=received_at,
        by=by,
        origin=origin,
    )
    return receipt.is_new


def send(url: str, *, to: str, subject: str, text: str, message_id: str) -> None:
    """Send one message; marked as automatic, so that no machine answers it.

    Raises:
        OSError: The server cannot be reached or refuses it (``smtplib.SMTPException`` is one).
    """
    address = Address.parse(url)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = address.sender, to, subject
    message["Date"], message["Message-ID"] = formatdate(localtime=True), message_id
    message["Auto-Submitted"] = "auto-replied"
    message["Precedence"] = "bulk"
    message.set_content(text)
    kind = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    with kind(address.host, address.port, timeout=PATIENCE_S) as server:
        if address.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if address.password:
            server.login(address.user, address.password)
        server.send_message(message)
