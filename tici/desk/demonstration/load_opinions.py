"""Takes the demonstration's consultation in: the notice, 300 opinions by every channel, a third of them decided."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from django.conf import settings

from tici.accounts.models import Person
from tici.consultation import actions
from tici.consultation.actions.registering import MAIL, TYPED, typed
from tici.consultation.models import Group, Item, Notice, Point, QuestionKind, Submission
from tici.consultation.queries.machine import RULES, gazetteer_of, grouped, read_text
from tici.engines import rulebook
from tici.engines.opinions import rendering
from tici.places.models import Place

from . import opinions as made

CODE = "school-lines-2021"
WRITTEN = datetime(2021, 12, 20, 2, tzinfo=UTC)
DECIDED = datetime(2021, 12, 29, 2, tzinfo=UTC)
REASONS = {
    "time": ("adopted", "已与学校核对作息，自新学期起调整发车时间。", "公交总公司线路部（示例）"),
    "stops": ("partly", "具备停靠条件的站点纳入方案，其余路口暂不具备设站条件。", "公交总公司线路部（示例）"),
    "trips": ("partly", "先在高峰加开一趟，视客流再定。", "公交总公司运营部（示例）"),
    "new_line": ("passed_on", "转请教育部门统计需求，列入第二批论证。", "市教育局（示例）"),
    "safety": ("adopted", "每车配安全员，站点设护送岗。", "公交总公司安全部（示例）"),
    "card": ("partly", "护送卡、临时卡和补卡在公交卡网点办理；免费限上学日，周末按普通学生卡优惠。", ""),
    "service": (
        "adopted",
        "出行软件已能查到站时间，站牌补贴时刻表，晚点停运由学校通知家长。",
        "公交总公司信息部（示例）",
    ),
}


def load_opinions(city: Place, clerk: Person, *, seed: int, count: int = 300) -> Notice:
    """Issue the notice and take everything in through the one intake; drawn pages are read once the worker runs."""
    notice = _notice(city, clerk)
    examples = made.example_opinions(seed, count)
    drawn = {one.number for one in examples if one.channel in {"letter", "fax"}}
    drawn = set(sorted(drawn)[:: max(1, len(drawn) // made.DRAWN)][: made.DRAWN]) - {made.LATE_NUMBER}
    faces = rendering.find_faces([Path(settings.TICI_DATA) / "fonts"])
    truth: dict[int, str] = {}
    for one in examples:
        is_drawn = bool(faces) and one.number in drawn
        item = _received(notice, one, faces[0] if is_drawn else None, clerk)
        if not is_drawn:
            submission = actions.register_item(item=item, by=clerk, at=one.received_at)
            if submission is not None:
                truth[submission.pk] = one.aspect
    _read(notice)
    _confirmed(notice, truth, clerk)
    _decided(notice, clerk)
    return notice


def _notice(city: Place, clerk: Person) -> Notice:
    parts = actions.NoticeParts(
        questions=[(label, QuestionKind(kind), choices) for label, kind, choices in made.QUESTIONS],
        aspects=made.ASPECTS,
        subjects=made.subjects(_gates()),
        offers=made.OFFERS,
    )
    notice = actions.write_notice(
        notice=None,
        place=city,
        code=CODE,
        title="关于开通小学生、幼儿免费公交专线征求意见的公告",
        text=made.TEXT,
        office="示例市交通运输局",
        opens_on=made.OPENS,
        closes_on=made.CLOSES,
        period_shortened_reason="新学期开学前须确定线路，且专线为试开，可随时调整。",
        parts=parts,
        by=clerk,
        at=WRITTEN,
        is_example=True,
    )
    return actions.issue_notice(notice=notice, by=clerk, at=WRITTEN)


def _gates() -> dict[str, str]:
    """Where the schools of the demonstration stand, for the map of wishes: as made up for its lines."""
    schools = rulebook.load("demonstration/lines")["school"]
    return {one["name"]: ",".join(map(str, one["at"])) for one in schools}


def _received(notice: Notice, one: made.Example, face: Any, clerk: Person) -> Item:
    """One example through the intake: a message as a message, a drawn page as a file, the others as typed."""
    sender = actions.Sender("示例市民", f"parent{one.number}@example.org" if one.number % 3 else "")
    facts: dict[str, Any] = {"content": typed(text=one.text, sender=sender, wants_reply=bool(sender.contact)),
                             "name": "意见.json", "media_type": TYPED}  # fmt: skip
    if face is not None:
        sheet = rendering.letter(f"{one.text}\n\n一位家长（示例）\n2021年12月", face)
        kind, name = ("fax", "fax.tif") if one.channel == "fax" else ("scan", "letter.pdf")
        media = "image/tiff" if kind == "fax" else "application/pdf"
        content = rendering.as_sent(sheet, kind, seed=one.number)  # type: ignore[arg-type]
        facts = {"content": content, "name": name, "media_type": media}
    elif one.channel == "mail":
        facts = {"content": _message(one, sender), "name": "mail.eml", "media_type": MAIL}
    by = "网页" if one.channel == "web" else clerk
    return actions.receive_opinion(
        channel=one.channel, source_key=f"example:{one.number}", received_at=one.received_at, by=by, notice=notice,
        postmarked_on=one.postmarked_on, **facts,
    ).item  # fmt: skip


def _message(one: made.Example, sender: actions.Sender) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = sender.contact or "parent@example.org", "xiaoche@example.org"
    message["Subject"], message["Message-ID"] = f"公交专线意见（示例{one.number}）", f"<{one.number}@example.org>"
    message.set_content(one.text)
    return message.as_bytes()


def _read(notice: Notice) -> None:
    """What the worker would do with words, in one go: points, slots, groups."""
    gazetteer = gazetteer_of(notice)
    aspects = [code for code, _label in made.ASPECTS]
    for submission in Submission.objects.filter(notice=notice).exclude(text="").select_related("item"):
        points = read_text(submission.shown_text, gazetteer, aspects)
        at = submission.item.received_at
        actions.note_reading(submission=submission, points=points, engine=RULES, at=at)
    rows = list(Point.objects.filter(submission__notice=notice).order_by("pk"))
    found = grouped([one.text for one in rows], gazetteer)
    actions.group_points(notice=notice, points=rows, groups=found.groups, families=found.families)


def _confirmed(notice: Notice, truth: dict[int, str], clerk: Person) -> None:
    """Two in five confirmed: the machine's reading with the aspect it was made for."""
    rows = Submission.objects.filter(notice=notice, read_at__isnull=False).prefetch_related("points__readings")
    for at, submission in enumerate(rows.order_by("pk")):
        if at % 5 < 2:
            said = {}
            for number, point in enumerate(submission.points.all()):
                held = point.readings.all()[0]
                aspects = [truth[submission.pk]] if number == 0 and submission.pk in truth else held.aspects[:1]
                said[point.pk] = actions.Said(
                    aspects, held.lines, held.schools, held.places, held.times, held.shifts
                )  # fmt: skip
            actions.confirm_submission(submission=submission, said=said, by=clerk, at=DECIDED)


def _decided(notice: Notice, clerk: Person) -> None:
    """A third of the groups decided, the campaign among them."""
    groups = Group.objects.filter(notice=notice).order_by("-size", "pk")
    for at, group in enumerate(groups.prefetch_related("memberships__point__readings")):
        if at % 3 == 0:
            aspects = group.memberships.all()[0].point.readings.all()[0].aspects
            outcome, reason, unit = REASONS[aspects[0] if aspects else "service"]
            actions.decide_group(group=group, outcome=outcome, reason=reason, unit=unit, by=clerk, at=DECIDED)
