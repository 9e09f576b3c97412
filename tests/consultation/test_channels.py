"""Mail by real servers, files by the watched folder: everything once, also when the worker is killed."""

import smtplib
import threading
import time

import psutil
import pytest

from bench import intake
from bench.mail_servers import DOVECOT, mail_servers
from tests import make
from tests.consultation import noticing
from tici.consultation.channels import folder, mailbox
from tici.consultation.models import Item, Mailbox, Submission
from tici.consultation.sealing import opened
from tici.consultation.tasks import take_up

needs_dovecot = pytest.mark.skipif(
    not DOVECOT.exists(), reason="no dovecot on this machine: apt-get install dovecot-imapd"
)


@pytest.fixture
def notice(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.notice(by=noticing.clerk(make.city()))


@needs_dovecot
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_when_the_worker_is_killed_between_its_steps(notice, tmp_path):
    with mail_servers() as servers:
        found = intake.drill(notice, 16, 4, servers, tmp_path / "intake")

    assert found == {
        "sent": 16, "registered": 16, "opinions": 16, "numbers": 16, "lost": 0, "doubled": 0, "wrong_bytes": 0,
        "kills": 4,
    }  # fmt: skip


@needs_dovecot
@pytest.mark.django_db
def test_a_mailbox_that_numbers_anew_brings_nothing_in_twice(notice):
    with mail_servers() as servers:
        with smtplib.SMTP("127.0.0.1", servers.smtp_port) as server:
            server.sendmail("a@example.org", ["xiaoche@example.org"], b"Subject: 1\r\n\r\nhello\r\n")
        first = mailbox.fetch(servers.imap, now=lambda: noticing.OPEN, by="机器")
        Mailbox.objects.update(uidvalidity=1, last_uid=0)
        again = mailbox.fetch(servers.imap, now=lambda: noticing.OPEN, by="机器")

    assert (first, again, Item.objects.count()) == (1, 0, 1)
    assert Mailbox.objects.get().last_uid == 1


MAIL = (
    b"From: =?gb2312?B?zfW80rOk?= <parent@example.org>\r\nTo: xiaoche@example.org\r\nSubject: =?utf-8?B?5oSP6KeB?=\r\n"
    b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n%s\r\n"
    + "建议增加一站。".encode("gb18030")
)


@pytest.mark.django_db
def test_a_mail_finds_its_notice_and_its_sender_is_sealed(notice):
    mailbox.take_in(MAIL % b"", origin="test", received_at=noticing.OPEN, by="机器")

    take_up(Item.objects.get().pk)

    made = Submission.objects.get()
    assert (made.text, made.notice) == ("建议增加一站。", notice)
    assert opened(made.submitter.contact) == "parent@example.org"


@pytest.mark.django_db
def test_what_no_person_wrote_is_registered_as_such_and_not_answered(notice):
    mailbox.take_in(MAIL % b"Auto-Submitted: auto-replied\r\n", origin="test", received_at=noticing.OPEN, by="机器")

    take_up(Item.objects.get().pk)

    item = Item.objects.get()
    assert (item.state, item.reason, Submission.objects.count()) == ("not_opinion", "自动回复，不是意见。", 0)


@needs_dovecot
@pytest.mark.django_db
def test_mail_is_taken_the_moment_it_comes_also_after_the_line_broke(notice):
    def send(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", servers.smtp_port) as server:
            server.sendmail("a@example.org", ["xiaoche@example.org"], b"Subject: %d\r\n\r\nhello\r\n" % number)

    def take() -> None:
        taken.append(mailbox.fetch(servers.imap, now=lambda: noticing.OPEN, by="机器"))
        if len(taken) == 1:
            threading.Timer(0.3, send, [1]).start()  # while the listener waits
        elif sum(taken) == 1 and not broken:
            broken.append(break_lines(servers.pid))
            send(2)  # while nobody listens

    taken: list[int] = []
    broken: list[int] = []
    until = time.monotonic() + 60
    with mail_servers() as servers:
        mailbox.listen(
            servers.imap, take=take, is_stopped=lambda: sum(taken) == 2 or time.monotonic() > until, pause_s=0.1
        )

    assert (sum(taken), Item.objects.count(), broken[0] > 0) == (2, 2, True)


def break_lines(pid: int) -> int:
    """Kill the sessions of the server a test started; how many there were."""
    sessions = [one for one in psutil.Process(pid).children(recursive=True) if one.name() == "imap"]
    for one in sessions:
        one.kill()
    return len(sessions)


@needs_dovecot
@pytest.mark.django_db
def test_an_address_is_told_once_a_day_that_its_mail_arrived(notice, settings):
    with mail_servers() as servers:
        settings.TICI_MAIL_OUT = servers.smtp
        for number in range(2):
            mailbox.take_in(MAIL % b"X-Number: %d\r\n" % number, origin="test", received_at=noticing.OPEN, by="机器")
        for item in Item.objects.all():
            take_up(item.pk)
        told = [path.read_bytes() for path in (servers.maildir / "new").iterdir()]

    assert [(b"Auto-Submitted: auto-replied" in one, b"To: parent@example.org" in one) for one in told] == [
        (True, True)
    ]


@pytest.mark.django_db
def test_a_file_still_being_written_waits(notice, tmp_path):
    place = tmp_path / "intake" / notice.code / "fax"
    place.mkdir(parents=True)
    (place / "a.txt").write_text("希望增加一站。", encoding="utf-8")
    written_at = (place / "a.txt").stat().st_mtime
    moments = [noticing.datetime.fromtimestamp(written_at + after, tz=noticing.UTC) for after in (1, 9)]

    taken = [folder.scan(tmp_path / "intake", now=lambda at=at: at, by="机器") for at in moments]

    assert taken == [0, 1]
    assert [path.name for path in place.glob("*.txt")] == []
    take_up(Item.objects.get().pk)
    assert Submission.objects.get().text == "希望增加一站。"
