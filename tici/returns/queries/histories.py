"""What the checks and the lights look at beside the figures themselves, read in one go for many projects.

Each table is read by itself and put together here. Rows that were written a moment ago are not in the
planner's statistics yet, and a join over them may be planned as if there were one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

from tici.engines.checks import evaluate
from tici.engines.periods import Month
from tici.places.models import Place
from tici.returns import rules
from tici.returns.rules import EntryRow, History, Situation

BEFORE = ("last.", "months.")  # what the columns begin with that tell of months before
LOOKBACK = 12  # months that are looked back for standstill and for words that never change
NO_LAST = (None,) * len(rules.LAST)

FACTS = "select id, investment_wan, stage, started_on, completed_on from projects_project where id = any(%(ids)s)"
PLANS = "select project_id, plan_wan from projects_projectyear where year = %(year)s and project_id = any(%(ids)s)"
LAST = f"""
select project_id, progress_text, {", ".join(rules.LAST)}
from returns_entry where is_current and month_on = %(last)s and project_id = any(%(ids)s)
"""
RUNS = """
select project_id, min(month_on), max(month_on) filter (where coalesce(done_month_wan, 1) > 0),
       max(month_on) filter (where progress_text <> newest)
from (select project_id, month_on, done_month_wan, progress_text,
             first_value(progress_text) over (partition by project_id order by month_on desc) as newest
      from returns_entry
      where is_current and month_on between %(first)s and %(last)s and project_id = any(%(ids)s)) as before
group by project_id
"""

PROJECTS = """
select id, place_id, stage, planned_start_on, planned_start_precision, started_on, started_precision,
       completed_on, statistics_on, investment_wan
from projects_project
where (cancelled_on is null or cancelled_on > %(end)s)
  and (%(places)s::bigint[] is null or place_id = any(%(places)s))
  and (%(project)s::bigint is null or id = %(project)s)
"""
YEARS = "select project_id, category, plan_wan from projects_projectyear where year = %(year)s"
FIGURES = """
select project_id, plan_year_wan, done_ytd_wan from returns_entry where is_current and month_on = %(month)s
"""


def histories(project_ids: Sequence[int], month: Month) -> list[History]:
    """What is known of projects before a month is filed, in the order asked; every project must exist."""
    last = month - 1
    asked = {"ids": list(project_ids), "year": month.year, "last": last.first, "first": (last - LOOKBACK + 1).first}
    facts, plans, before, runs = (_by_project(words, asked) for words in (FACTS, PLANS, LAST, RUNS))
    if missing := set(project_ids) - facts.keys():
        raise LookupError(f"{len(missing)} of {len(project_ids)} projects are not in the register.")
    end = month.last
    return [_history(facts[pk], plans.get(pk), before.get(pk), runs.get(pk), month, end) for pk in project_ids]


def doubtful_beside_months_before(rows: Sequence[EntryRow], month: Month) -> Iterator[tuple[int, str, str]]:
    """What the checks will ask about rows once they are filed, for what was reported in the months before.

    Yields the number of the row, the field, and the sentence; every project must exist.
    """
    rule, checks = rules.checks_on(month.last)
    asking = [check for check in checks if check.severity != "note" and any(n.startswith(BEFORE) for n in check.names)]
    columns = rules.columns_of(rows, histories([row.project_id for row in rows], month), month)
    for row, check, figures in evaluate(asking, columns, len(rows)):
        facts = {name: str(value) for name, value in figures.items()}
        yield row, check.field, rules.sentence_of(check.code, facts, rule.since)


def _history(
    facts: tuple[Any, ...],
    plan: tuple[Any, ...] | None,
    last: tuple[Any, ...] | None,
    run: tuple[Any, ...] | None,
    month: Month,
    end: date,
) -> History:
    investment, stage, started_on, completed_on = facts
    first_on, done_on, other_on = run or (None, None, None)
    text = last[0] if last else ""
    return History(
        investment_wan=investment,
        plan_wan=plan[0] if plan else None,
        is_started=rules.is_started(stage, started_on, end),
        is_completed=completed_on is not None and completed_on <= end,
        has_last=last is not None,
        last=last[1:] if last else NO_LAST,
        last_text=text,
        same_text=_run(first_on, other_on, month) if text else 0,
        idle=_run(first_on, done_on, month),
    )


def _run(first_on: date | None, broken_on: date | None, month: Month) -> int:
    """Months up to the one before this since something was otherwise, or since there are reports at all."""
    if first_on is None:
        return 0
    since = broken_on or first_on
    return (month.year - since.year) * 12 + month.number - since.month - (broken_on is not None)


def situations(month: Month, *, place: Place | None = None, project_id: int | None = None) -> Iterator[Situation]:
    """What the lights look at: the projects of a place, or one project, unless cancelled by the end of the month."""
    places = None if place is None else list(Place.objects.within(place).values_list("pk", flat=True))
    asked = {"end": month.last, "places": places, "project": project_id, "year": month.year, "month": month.first}
    projects = _by_project(PROJECTS, asked)
    few = "" if place is None and project_id is None else " and project_id = any(%(ids)s)"
    asked["ids"] = list(projects) if few else None
    years, figures = _by_project(YEARS + few, asked), _by_project(FIGURES + few, asked)
    for pk, facts in projects.items():
        category, plan = years.get(pk, (None, None))
        own_plan, done = figures.get(pk, (None, None))
        yield Situation._make((pk, *facts, category, plan if own_plan is None else own_plan, done))


def _by_project(words: str, asked: dict[str, Any]) -> dict[int, tuple[Any, ...]]:
    """The rows of a query by their first column, the project."""
    with connection.cursor() as cursor:
        cursor.execute(words, asked)
        return {pk: tuple(rest) for pk, *rest in cursor.fetchall()}
