"""Writing, issuing and changing a notice."""

from datetime import date

import pytest

from tests import make
from tests.consultation import noticing
from tici.consultation import actions
from tici.consultation.actions.notices import parts_of
from tici.consultation.models import Notice, NoticeVersion
from tici.consultation.rules.notices import is_late, warnings_of
from tici.core.models import Record
from tici.core.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(settings, tmp_path):
    settings.TICI_DATA = tmp_path
    return noticing.clerk(make.city())


def test_a_short_period_asks_for_its_reason(clerk):
    with pytest.raises(Refused, match=r"notice\.period"):
        noticing.notice(by=clerk, period_shortened_reason="")

    assert (Notice.objects.count(), Record.objects.count()) == (0, 0)


def test_a_short_period_with_a_reason_is_warned_of(clerk):
    notice = noticing.notice(by=clerk)

    assert warnings_of(notice) == ["本次公开征求意见为7日，少于30日，公告中须说明理由。"]


def test_thirty_days_need_no_reason(clerk):
    notice = noticing.notice(by=clerk, period_shortened_reason="", closes_on=date(2022, 1, 19))

    assert (notice.days, warnings_of(notice)) == (30, [])


def test_a_notice_without_a_channel_or_a_question_is_not_issued(clerk):
    with pytest.raises(Refused, match=r"notice\.no_channel, notice\.no_question"):
        noticing.notice(by=clerk, parts=actions.NoticeParts())


def test_an_issued_notice_changes_by_versions(clerk):
    notice = noticing.notice(by=clerk)
    facts = {name: getattr(notice, name) for name in ("place", "code", "text", "office", "opens_on")}

    actions.write_notice(
        notice=notice, title="延期公告", closes_on=date(2022, 1, 5), parts=parts_of(notice), reason="延长期限",
        period_shortened_reason="新学期开学前须确定线路", by=clerk, at=make.NOW, **facts
    )  # fmt: skip

    versions = NoticeVersion.objects.filter(notice=notice).order_by("number")
    assert [(one.number, one.facts["closes_on"], one.reason) for one in versions] == [
        (1, "2021-12-27", ""),
        (2, "2022-01-05", "延长期限"),
    ]
    assert notice.questions.count() == 2


@pytest.mark.parametrize(
    ("hour", "postmark", "late"),
    [("2021-12-27T15:59:59+00:00", None, False), ("2021-12-27T16:00:00+00:00", None, True),
     ("2021-12-30T01:00:00+00:00", date(2021, 12, 27), False), ("2021-12-30T01:00:00+00:00", date(2021, 12, 28), True)],
)  # fmt: skip
def test_the_last_day_ends_at_midnight_here_and_the_postmark_decides_for_letters(clerk, hour, postmark, late):
    notice = noticing.notice(by=clerk)

    assert is_late(notice, make.datetime.fromisoformat(hour), postmark) is late
