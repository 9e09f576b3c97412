"""The chapters that say how the month went: overall, starts, investment, entries, ranking."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tici.briefings.circular.content import Paragraph
from tici.briefings.figures import Text, percent
from tici.briefings.sentences.wording import Draft, direction, extremes, joined
from tici.briefings.standing import Standing, schedule


def is_behind(row: Standing, draft: Draft) -> bool:
    """Tell whether a county's completion rate, as printed, lies below the schedule."""
    ahead = row.ahead_rate(draft.city.month)
    return ahead is not None and percent(ahead) < 0


def rated(draft: Draft) -> list[Standing]:
    """Return the counties whose completion rate can be computed."""
    return [row for row in draft.city.reported if row.completion_rate is not None]


def fallen(draft: Draft) -> list[tuple[Standing, Decimal]]:
    """Return the counties whose year-to-date investment fell since the month before, and by how much.

    A return that leaves projects out falls for that reason, which is said elsewhere.
    """
    pairs = [(row, draft.city.earlier(row.code)) for row in draft.city.reported if draft.is_complete(row)]
    return [(row, row.done_wan - then.done_wan) for row, then in pairs if then and row.done_wan < then.done_wan]


def incomplete(draft: Draft) -> list[Standing]:
    """Return the counties whose return leaves out too many of their projects."""
    return [row for row in draft.city.reported if not draft.is_complete(row)]


def overall(draft: Draft) -> tuple[Paragraph, ...]:
    """Return 总体情况."""
    if not draft.city.reported:
        due = draft.figure("counties", len(draft.city.counties))
        return (Paragraph(draft.say("overall", "none_reported", counties=due)),)
    total, figure = draft.city.total, draft.figure
    scale = draft.say(
        "overall",
        "scale",
        projects=figure("projects", total.projects),
        total=figure("total", total.total_wan),
        plan=figure("plan", total.plan_wan),
    )
    completed = (
        draft.say("overall", "completed", completed=figure("completed", total.completed))
        if total.completed
        else draft.say("overall", "completed_none")
    )
    return Paragraph((*scale, *_investment_of_the_city(draft), *completed)), Paragraph(_reporting(draft))


def _investment_of_the_city(draft: Draft) -> Text:
    total, figure = draft.city.total, draft.figure
    rate, ahead = total.completion_rate, total.ahead_rate(draft.city.month)
    done = figure("done", total.done_wan)
    if rate is None or ahead is None:
        text = draft.say("overall", "done_no_plan", done=done)
    else:
        side = {"up": "above", "down": "below", "level": "level"}[direction(ahead)]
        against = draft.say("overall", side, gap=figure("ahead", ahead))
        text = draft.say("overall", "done", done=done, rate=figure("completion", rate), against=against)
    if draft.comparable:
        text += draft.change("overall", "completion_change", rate, draft.comparable.total.completion_rate)
    elif draft.city.before:
        text += draft.say("overall", "incomparable")
    growth = total.growth_rate
    if growth is not None:
        text += draft.say("overall", f"growth_{direction(growth)}", growth=figure("growth", growth))
    return (*text, "。")


def _reporting(draft: Draft) -> Text:
    text = _filed(draft)
    if back := [row for row in draft.city.reported if row.is_sent_back]:
        text += draft.say("overall", "sent_back", names=draft.names(back))
    if short := incomplete(draft):
        names = draft.names_with(short, "reporting", lambda row: row.reporting_rate, "incomplete")
        text += draft.say("overall", "incomplete", names=names)
    return joined(text)


def _filed(draft: Draft) -> Text:
    city = draft.city
    due = draft.figure("counties", len(city.counties))
    if city.missing:
        text = draft.say(
            "overall",
            "some_missing",
            counties=due,
            reported=draft.figure("reported", len(city.reported)),
            missing=draft.figure("missing", len(city.missing)),
            names=draft.names(city.missing),
        )
        gone = [row for row in city.missing if city.earlier(row.code)]
        return text + draft.say("overall", "scope", names=draft.names(gone)) if gone else text
    if len(city.counties) == 1:
        return draft.say("overall", "one_reported", names=draft.names(city.counties))
    return draft.say("overall", "all_reported", counties=due)


def starts(draft: Draft) -> tuple[Paragraph, ...]:
    """Return 开工情况."""
    total, before = draft.city.total, draft.city.before
    if total.start_rate is None:
        return (Paragraph(draft.say("starts", "none_due")),)
    text = draft.say(
        "starts",
        "city",
        due=draft.figure("due_starts", total.due_starts),
        started=draft.figure("started", total.started),
        rate=draft.figure("start_rate", total.start_rate),
    )
    text += draft.change("starts", "start_change", total.start_rate, before.total.start_rate if before else None)
    return (Paragraph((*text, "。", *_full_and_low(draft, "starts", "start_rate", lambda row: row.start_rate))),)


def entries(draft: Draft) -> tuple[Paragraph, ...]:
    """Return 入统情况."""
    total, before = draft.city.total, draft.city.before
    if total.entry_rate is None:
        return (Paragraph(draft.say("entries", "none_due")),)
    text = draft.say(
        "entries",
        "city",
        due=draft.figure("due_entries", total.due_entries),
        entered=draft.figure("entered", total.entered),
        rate=draft.figure("entry_rate", total.entry_rate),
    )
    text += draft.change("entries", "entry_change", total.entry_rate, before.total.entry_rate if before else None)
    return (Paragraph((*text, "。", *_full_and_low(draft, "entries", "entry_rate", lambda row: row.entry_rate))),)


def _full_and_low(draft: Draft, chapter: str, measure: str, value: Callable[[Standing], Decimal | None]) -> Text:
    """Say which counties did all that was due, and which did least; nothing where only one had anything due."""
    rates = [(row, rate) for row in draft.city.reported if (rate := value(row)) is not None]
    full = [row for row, rate in rates if rate >= 1]
    if len(rates) < 2:
        return ()
    if len(full) == len(rates):
        return draft.say(chapter, "all")
    short = [row for row, rate in rates if rate < 1]
    low = extremes(short, value, draft.choice("first"), highest=False)
    text = draft.say(chapter, "full", names=draft.names(full, f"{chapter}_full")) if full else ()
    return text + draft.say(chapter, "low", names=draft.names_with(low, measure, value, f"{chapter}_low"))


def investment(draft: Draft) -> tuple[Paragraph, ...]:
    """Return 投资完成情况 by county."""
    rows = rated(draft)
    done = [row for row in rows if row.done_wan >= row.plan_wan]
    unplanned = [row for row in draft.city.reported if row.completion_rate is None]
    text = _split(draft, rows) + _ends(draft, rows)
    if done and len(rows) > 1:
        text += draft.say("investment", "over", names=draft.names(done, "over"))
    if unplanned:
        text += draft.say("investment", "no_plan", names=draft.names(unplanned))
    for row, change in fallen(draft):
        text += draft.say("investment", "fallen", name=row.place, amount=draft.figure("fallen", change, row))
    return (Paragraph(text),)


def _split(draft: Draft, rows: list[Standing]) -> Text:
    if not rows:
        return ()
    line = draft.figure("schedule", schedule(draft.city.month))
    behind = [row for row in rows if is_behind(row, draft)]
    if len(rows) == 1:
        rate = draft.figure("completion", rows[0].completion_rate or 0, rows[0])
        key = "one_behind" if behind else "one_reached"
        return draft.say("investment", key, name=rows[0].place, rate=rate, schedule=line)
    if not behind or len(behind) == len(rows):
        return draft.say("investment", "split_none" if behind else "split_all", schedule=line)
    return draft.say(
        "investment",
        "split",
        schedule=line,
        reached=draft.figure("reached", len(rows) - len(behind)),
        behind=draft.figure("behind", len(behind)),
    )


def _ends(draft: Draft, rows: list[Standing]) -> Text:
    """Name the counties at both ends, unless all stand alike or one stands alone."""
    if len({row.completion_rate for row in rows}) < 2:
        return ()
    count = min(draft.choice("first"), len(rows) // 2)
    top = extremes(rows, lambda row: row.completion_rate, count, highest=True)
    rest = [row for row in rows if row not in top]
    bottom = extremes(rest, lambda row: row.completion_rate, count, highest=False)
    text = draft.say(
        "investment", "top", names=draft.names_with(top, "completion", lambda row: row.completion_rate, "top")
    )
    if bottom:
        worst = draft.names_with(bottom, "completion", lambda row: row.completion_rate, "bottom")
        text += draft.say("investment", "bottom", names=worst)
    return text


def ranking(draft: Draft) -> tuple[Paragraph, ...]:
    """Return 位次: first and last, who moved most, whom to praise and whom to name."""
    rows, places = rated(draft), draft.city.completion_ranks()
    if len(rows) < 2:
        return (Paragraph(draft.say("ranking", "too_few")),)
    if len({places[row.code] for row in rows}) == 1:
        first = draft.figure("rank", 1, rows[0])
        return (Paragraph(draft.say("ranking", "all_tied", rank=first) + draft.say("ranking", "details")),)
    text = _at(draft, rows, places, 1) + _at(draft, rows, places, max(places[row.code] or 0 for row in rows))
    verdict = _moved(draft, rows, places) + _verdict(draft, rows)
    return Paragraph(text + draft.say("ranking", "details")), *((Paragraph(verdict),) if verdict else ())


def _at(draft: Draft, rows: list[Standing], places: dict[str, int | None], place: int) -> Text:
    """Say who stands first, or last."""
    there = [row for row in rows if places[row.code] == place]
    rank = draft.figure("rank", place, there[0])
    tied = "_tied" if len(there) > 1 else ""
    if place > 1:
        return draft.say("ranking", f"last{tied}", names=draft.names(there, "tied"), rank=rank)
    return (*draft.say("ranking", f"first{tied}", names=draft.names(there, "tied"), rank=rank), "，")


def _moved(draft: Draft, rows: list[Standing], places: dict[str, int | None]) -> Text:
    """Say who rose and who fell most since the month before."""
    earlier = draft.comparable.completion_ranks() if draft.comparable else {}
    moves = {
        row.code: then - now
        for row in rows
        if (now := places[row.code]) is not None and (then := earlier.get(row.code)) is not None
    }
    if not moves:
        return ()
    if not any(moves.values()):
        return draft.say("ranking", "unmoved") if len(moves) == len(rows) else ()
    text: Text = ()
    for key, most in (("risen", max(moves.values())), ("fallen", min(moves.values()))):
        if most and (most > 0) == (key == "risen"):
            there = [row for row in rows if moves.get(row.code) == most]
            text += draft.say(
                "ranking", key, names=draft.listing(there, _worded_move(draft, key, most, places), "moved")
            )
    return text


def _worded_move(draft: Draft, key: str, most: int, places: dict[str, int | None]) -> Callable[[Standing], Text]:
    def worded(row: Standing) -> Text:
        return draft.say(
            "ranking",
            f"{key}_one",
            name=row.place,
            places=draft.figure("rank_change", most, row),
            rank=draft.figure("rank", places[row.code] or 0, row),
        )

    return worded


def _verdict(draft: Draft, rows: list[Standing]) -> Text:
    """Praise those on schedule at the top, name those behind it at the bottom; no rate that is for reference only."""
    rows = [row for row in rows if draft.is_complete(row)]
    top = extremes(rows, lambda row: row.completion_rate, draft.choice("praised"), highest=True)
    bottom = extremes(rows, lambda row: row.completion_rate, draft.choice("warned"), highest=False)
    praised = [row for row in top if not is_behind(row, draft)]
    warned = [row for row in bottom if is_behind(row, draft)]
    text: Text = ()
    if praised:
        text += draft.say("ranking", "praised", names=draft.names(praised))
    if warned:
        text += draft.say("ranking", "warned", names=draft.names(warned))
    if unjudged := incomplete(draft):
        text += draft.say("ranking", "unjudged", names=draft.names(unjudged, "incomplete"))
    return text
