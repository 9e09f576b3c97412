"""The chapters that press: what fell behind, where and why, and what is asked of whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tici.briefings.circular.content import Paragraph, written
from tici.briefings.figures import Text
from tici.briefings.sentences.chapters import fallen, incomplete, is_behind, rated
from tici.briefings.sentences.wording import Draft
from tici.briefings.standing import Reason, Standing, together


@dataclass(frozen=True)
class Problem:
    """One kind of problem of the month: its key in the rulebook, what is said, and whom it concerns."""

    key: str
    paragraph: Paragraph
    rows: Sequence[Standing]


def problems(draft: Draft) -> tuple[Problem, ...]:
    """Return the month's problems, the gravest first; empty when there is none."""
    judges = (_behind, _starts, _lights, _entries, _missing, _incomplete, _fallen)
    return tuple(problem for judge in judges if (problem := judge(draft)))


def problem_paragraphs(draft: Draft, found: Sequence[Problem]) -> tuple[Paragraph, ...]:
    """Return 存在问题."""
    if found:
        return tuple(problem.paragraph for problem in found)
    return (Paragraph(draft.say("problems", "none" if rated(draft) else "none_measured")),)


def requirements(draft: Draft, found: Sequence[Problem]) -> tuple[Paragraph, ...]:
    """Return 下步要求: one for each kind of problem, none for what is in order."""
    wording = draft.rule["requirements"]
    asked = [
        Paragraph(draft.say_text(wording[problem.key]["text"], names=_addressed(draft, problem.rows)), lead)
        for problem in found
        if (lead := wording[problem.key]["lead"])
    ] or [Paragraph((wording["general"]["text"],), wording["general"]["lead"])]
    if draft.answer_by is not None:
        template = wording["answer" if found else "answer_all"]
        day = written(draft.answer_by).removeprefix(f"{draft.on.year}年")  # the year of the document goes unsaid
        asked.append(Paragraph(draft.say_text(template, day=day, office=draft.office)))
    return tuple(asked)


def _addressed(draft: Draft, rows: Sequence[Standing]) -> Text:
    """Name whom a requirement concerns, or say that it concerns every county."""
    return (draft.rule["requirements"]["everyone"],) if len(rows) == len(draft.city.counties) > 1 else draft.names(rows)


def _problem(draft: Draft, key: str, text: Text, rows: Sequence[Standing]) -> Problem:
    return Problem(key, Paragraph(text, draft.rule["problems"][key]), rows)


def _behind(draft: Draft) -> Problem | None:
    rows = [row for row in rated(draft) if is_behind(row, draft)]
    if not rows:
        return None
    rows.sort(key=lambda row: row.completion_rate or 0)
    line = -Decimal(str(draft.choice("behind_points")))
    far = [row for row in rows if (row.ahead_rate(draft.city.month) or 0) <= line]
    named = (far or rows[: draft.choice("first")])[: draft.choice("behind_listed")]
    text: Text = ()
    for row in named:
        text += _one_behind(draft, row)
    rest = [row for row in draft.city.reported if row in rows and row not in named]
    if rest:
        text += draft.say("problems", "behind_more", names=draft.names(rest))
    return _problem(draft, "behind", text, [row for row in draft.city.reported if row in rows])


def _one_behind(draft: Draft, row: Standing) -> Text:
    place = draft.city.completion_ranks()[row.code]
    rank: Text = ()
    if place is not None and len(rated(draft)) > 1:
        rank = draft.say("problems", "behind_rank", rank=draft.figure("rank", place, row))
    return draft.say(
        "problems",
        "behind_one",
        name=row.place,
        rate=draft.figure("completion", row.completion_rate or 0, row),
        gap=draft.figure("ahead", row.ahead_rate(draft.city.month) or 0, row),
        rank=rank,
        reasons=_why_behind(draft, row),
    )


def _why_behind(draft: Draft, row: Standing) -> Text:
    """Return why a county's investment is slow: what it wrote itself, and what it has not begun to build."""
    words = draft.rule["problems"]
    unstarted = row.due_starts - row.started
    why = [*row.given, *([Reason(words["unstarted"], unstarted)] if unstarted > 0 else [])]
    text: Text = draft.say("problems", "behind_reasons", reasons=_reasons(draft, why, row)) if why else ()
    if row.untold:
        count = draft.figure("reason", row.untold, row, of_what=words["untold"])
        text += draft.say("problems", "behind_untold", untold=count)
    return text or draft.say("problems", "behind_no_reasons")


def _reasons(draft: Draft, reasons: Sequence[Reason], of: Standing | None, counted: str = "reason") -> Text:
    """Return the commonest reasons with the number of projects each holds up."""
    common = sorted(reasons, key=lambda reason: -reason.projects)[: draft.choice("reasons")]
    text: Text = ()
    for place, reason in enumerate(common):
        count = draft.figure(counted, reason.projects, of, of_what=reason.words)
        text += (*(("、",) if place else ()), *draft.say("problems", "reason", words=reason.words, projects=count))
    return text


def _starts(draft: Draft) -> Problem | None:
    return _left_over(draft, "starts", "unstarted", lambda row: row.due_starts - row.started)


def _entries(draft: Draft) -> Problem | None:
    return _left_over(draft, "entries", "unentered", lambda row: row.due_entries - row.entered)


def _left_over(draft: Draft, key: str, measure: str, left: Callable[[Standing], int]) -> Problem | None:
    """Return what was due and not done, county by county."""
    rows = [row for row in draft.city.reported if left(row) > 0]
    if not rows:
        return None
    rows.sort(key=left, reverse=True)
    text = draft.say(
        "problems",
        f"{key}_city",
        count=draft.figure(measure, sum(left(row) for row in rows)),
        names=draft.names_with(rows, measure, left, measure),
    )
    return _problem(draft, key, text, [row for row in draft.city.reported if row in rows])


def _lights(draft: Draft) -> Problem | None:
    total = draft.city.total
    if not total.red and not total.yellow:
        return None
    colour, key = ("red", "lights_city") if total.red else ("yellow", "lights_yellow")
    rows = [row for row in draft.city.reported if getattr(row, colour)]
    ordered = sorted(rows, key=lambda row: getattr(row, colour), reverse=True)
    text = draft.say(
        "problems",
        key,
        red=draft.figure("red", total.red),
        yellow=draft.figure("yellow", total.yellow),
        names=draft.names_with(ordered, colour, lambda row: getattr(row, colour), colour),
    )
    told = sum(reason.projects for reason in total.given)
    red = [Reason(draft.rule["problems"]["red_investment"], told + total.untold)] if told + total.untold else []
    if reasons := _reasons(draft, together([*total.reasons, *red]), None, "cause"):
        text += draft.say("problems", "lights_reasons", reasons=reasons)
    return _problem(draft, "lights", text + _given(draft, told), rows)


def _given(draft: Draft, told: int) -> Text:
    """Return the reasons that counties gave for investment that is red, and of how many projects they gave none."""
    total = draft.city.total
    if not told + total.untold:
        return ()
    key = "given_none" if not told else "given_some" if total.untold else "given_all"
    words = draft.rule["problems"]["told"], draft.rule["problems"]["untold"]
    return draft.say(
        "problems",
        key,
        told=draft.figure("reason", told, of_what=words[0]),
        untold=draft.figure("reason", total.untold, of_what=words[1]),
        reasons=_reasons(draft, total.given, None),
    )


def _missing(draft: Draft) -> Problem | None:
    rows = draft.city.missing
    if not rows:
        return None

    def named(row: Standing) -> Text:
        return (
            draft.say("problems", "missing_reason", name=row.place, remark=row.remark) if row.remark else (row.place,)
        )

    return _problem(draft, "missing", draft.say("problems", "missing_city", names=draft.listing(rows, named)), rows)


def _incomplete(draft: Draft) -> Problem | None:
    rows = incomplete(draft)
    if not rows:
        return None
    names = draft.names_with(rows, "unreported", lambda row: row.unreported, "incomplete")
    count = draft.figure("unreported", sum(row.unreported for row in rows))
    return _problem(draft, "incomplete", draft.say("problems", "incomplete_city", count=count, names=names), rows)


def _fallen(draft: Draft) -> Problem | None:
    rows = [row for row, _change in fallen(draft)]
    if not rows:
        return None
    return _problem(draft, "fallen", draft.say("problems", "fallen_city", names=draft.names(rows)), rows)
