"""Everything comes in once: mixed items by mail, folder and web while the worker is killed between its steps.

    python -m bench.intake [--items 200] [--kills 20]

Letters go through a real SMTP server into a maildir and are fetched from a real IMAP server; faxes lie in the watched
folder; forms are sent over the web's own action, every fifth of them twice. The worker is a process of its own that
is killed (SIGKILL) before or after one of its steps, at random, and started again. Prints what was registered, lost
and doubled, and whether the raw bytes are those that were sent. Bars: all registered, 0 lost, 0 doubled, bytes equal.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import smtplib
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from bench.databases import fresh_database
from bench.mail_servers import Servers, mail_servers

NOW = datetime(2021, 12, 22, 2, tzinfo=UTC)
TEXTS = (
    "希望{n}号线早上晚发15分钟。",
    "建议在槐安路口增加一站。",
    "{n}号线能不能下午再加一趟车？",
    "什么时候给我们学校开专线？",
)


@dataclass
class Sent:
    """What was sent, by the digest of its bytes."""

    digests: Counter[str] = field(default_factory=Counter)

    def note(self, content: bytes) -> None:
        """One more thing that must come out exactly once."""
        from tici.consultation.actions import digest_of

        self.digests[digest_of(content)] += 1


def send_mixed(notice: Any, items: int, servers: Servers, folder: Path, seed: int = 1) -> Sent:
    """Send so many items: half by mail, a quarter by fax, a quarter over the web; no two alike."""
    sent, chance = Sent(), Random(seed)
    for number in range(items):
        text = f"第{number}件：" + chance.choice(TEXTS).format(n=number % 10 + 1)
        if number % 4 in (0, 2):
            _mail(sent, servers, number, text)
        elif number % 4 == 1:
            _fax(sent, folder / notice.code / "fax", number)
        else:
            _web(sent, notice, number, text)
    return sent


def _mail(sent: Sent, servers: Servers, number: int, text: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = f"家长{number} <parent{number}@example.org>", "xiaoche@example.org"
    message["Subject"] = f"公交专线意见{number}"
    message["Message-ID"] = f"<{number // 2}@example.org>"  # two letters share one: both are to come in
    message.set_content(text)
    if number % 8 == 0:
        message.add_attachment(text.encode(), maintype="text", subtype="plain", filename="意见.txt")
    raw = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    with smtplib.SMTP("127.0.0.1", servers.smtp_port) as server:
        server.sendmail("parent@example.org", ["xiaoche@example.org"], raw)
    sent.note(raw)


def _fax(sent: Sent, folder: Path, number: int) -> None:
    from PIL import Image, ImageDraw

    page = Image.new("1", (204, 98), 1)
    ImageDraw.Draw(page).point([(number % 204, number % 98)], 0)  # no two faxes alike, and none with ink to read
    stream = BytesIO()
    page.save(stream, "TIFF", compression="group4", dpi=(204, 98))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"fax-{number}.tif").write_bytes(stream.getvalue())
    sent.note(stream.getvalue())


def _web(sent: Sent, notice: Any, number: int, text: str) -> None:
    from tici.consultation import actions
    from tici.consultation.actions.registering import TYPED, typed

    content = typed(text=text, sender=actions.Sender(f"家长{number}"))
    for _ in range(2 if number % 5 == 0 else 1):
        actions.receive_opinion(
            channel="web", source_key=f"web:{number}", content=content, name="意见.json", media_type=TYPED,
            received_at=NOW, by="网页", notice=notice,
        )  # fmt: skip
    sent.note(content)


def work(servers: Servers, folder: Path, die_at: int) -> int:
    """Do the worker's work in a process of its own; it kills itself at the so-many-th step. Returns how it ended."""
    child = os.fork()
    if child == 0:
        try:
            _forget_connections()
            _die_at(die_at)
            _everything(servers, folder)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return status


def _everything(servers: Servers, folder: Path) -> None:
    """One round of what the periodic task and the queue do: fetch, scan, take up what waits."""
    from tici.consultation.channels import folder as watched
    from tici.consultation.channels import mailbox
    from tici.consultation.models import Item, PartState
    from tici.consultation.tasks import take_up

    mailbox.fetch(servers.imap, now=lambda: NOW, by="机器")
    watched.scan(folder, now=lambda: datetime.now(UTC), by="机器", still_s=0)
    waiting = Item.objects.filter(state="waiting") | Item.objects.filter(parts__state=PartState.WAITING)
    waiting |= Item.objects.filter(submission__read_at__isnull=True, channel__in=("web", "mail"))
    for pk in waiting.order_by("pk").values_list("pk", flat=True).distinct():
        take_up(pk)


def _forget_connections() -> None:
    """The parent's connection is the parent's: the child opens its own."""
    from django.db import connections

    for connection in connections.all():
        connection.connection = None


def _die_at(step: int) -> None:
    """Count the steps the worker goes through, and end at one of them as a power cut would: before it or after."""
    from tici.consultation import actions
    from tici.consultation.channels import folder as watched

    steps = {"left": step}

    def counted(do: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:
            _count(steps)
            done = do(*args, **kwargs)
            _count(steps)
            return done

        return stepped

    for name in ("receive_opinion", "register_item", "note_part", "gather_text", "note_reading", "note_mailbox"):
        setattr(actions, name, counted(getattr(actions, name)))
    watched.Path.replace = counted(Path.replace)  # type: ignore[method-assign]


def _count(steps: dict[str, int]) -> None:
    steps["left"] -= 1
    if steps["left"] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def account(sent: Sent) -> dict[str, int]:
    """What came out, beside what was sent."""
    from tici.consultation.actions import digest_of
    from tici.consultation.models import Item, ItemState, Submission
    from tici.core.uploads import path_of

    came = Counter(Item.objects.values_list("digest", flat=True))
    wrong = sum(digest_of(path_of(digest).read_bytes()) != digest for digest in came)
    return {
        "sent": sent.digests.total(),
        "registered": Item.objects.filter(state=ItemState.REGISTERED).count(),
        "opinions": Submission.objects.count(),
        "numbers": Item.objects.values("number").distinct().count(),
        "lost": (sent.digests - came).total(),
        "doubled": (came - sent.digests).total(),
        "wrong_bytes": wrong,
    }


def drill(notice: Any, items: int, kills: int, servers: Servers, folder: Path, seed: int = 1) -> dict[str, int]:
    """Send, kill so many times, let the last worker finish, and account for everything."""
    sent, chance, killed = send_mixed(notice, items, servers, folder, seed), Random(seed), 0
    while killed < kills:
        status = work(servers, folder, chance.randint(1, max(2, items // 2)))
        killed += os.WIFSIGNALED(status)
        if not os.WIFSIGNALED(status):
            break  # everything is done before the last kill
    work(servers, folder, -1)
    return account(sent) | {"kills": killed}


def main() -> int:
    """Run the drill and print its figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.intake")
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    asked = parser.parse_args()
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    with fresh_database() as folder, mail_servers() as servers:
        from tests import make
        from tests.consultation import noticing

        notice = noticing.notice(by=noticing.clerk(make.city()))
        found = drill(notice, asked.items, asked.kills, servers, Path(folder) / "intake")
    print(", ".join(f"{name} {value}" for name, value in found.items()))
    is_good = found["registered"] == found["opinions"] == found["numbers"] == asked.items
    return 0 if is_good and not (found["lost"] or found["doubled"] or found["wrong_bytes"]) else 1


if __name__ == "__main__":
    sys.exit(main())
