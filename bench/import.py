# ruff: noqa: N999 - named as the bar names it
"""Take 100,000 ledger rows into the register, beside django-import-export on the same rows in the same run.

    python -m bench.import [--rows 100000] [--sample 2000]

Ours: the lines of a ledger as a dropped file proposes them are accepted in one transaction: owners, projects,
the year's plan, approvals, the source of every row, the change of every project, the record. The peer writes
owners, projects and plans with three resources as its manual shows them, then again with its bulk mode; it is
given a sample of the rows and its time is taken per row (``--sample 100000`` gives it all).
Bars: 10 s, and 20 times faster than the peer.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bench.databases import fresh_database

SEED = 20211130
BAR_S, BAR_TIMES = 10.0, 20.0
NOW = datetime(2021, 12, 6, 1, 30, tzinfo=UTC)
KINDS = ("制剂车间", "钢构件基地", "物流园", "光电模块产业园", "装备智能工厂", "功能面料技改", "环保建材")
TRADES = ("医药", "钢铁", "物流", "电子", "装备", "纺织", "环保")
STAGES = ("planned", "reserved", "started", "building", "performing")
CATEGORIES = ("to_start", "continuing", "to_complete", "preliminary")


def ledger(count: int) -> list[dict[str, Any]]:
    """Rows of an invented county ledger, the same for the same count."""
    chance = random.Random(SEED)
    return [_row(number, chance) for number in range(count)]


def _row(number: int, chance: random.Random) -> dict[str, Any]:
    kind = chance.randrange(len(KINDS))
    total = Decimal(chance.randrange(50_000, 90_000_000)) / 100
    started = date(2020 + chance.randrange(2), chance.randrange(1, 13), chance.randrange(1, 28))
    return {
        "name": f"示例{KINDS[kind]}{number}项目",
        "code": f"{chance.randrange(18, 22)}{chance.randrange(1, 13):02}-130109-{10 + kind}-01-{number:06}",
        "owner_name": f"示例企业{number // 2}({TRADES[kind]})有限公司",
        "site": f"开发区{chance.randrange(1, 90)}号",
        "industry": f"{chance.randrange(1300, 4300)} {TRADES[kind]}",
        "cluster": TRADES[kind],
        "nature": chance.choice(("新建", "改扩建", "技术改造")),
        "content": f"建设车间{chance.randrange(2, 30)}栋，购置设备{chance.randrange(20, 900)}台（套）",
        "investment_wan": total,
        "equipment_wan": total / 4,
        "output_wan": total * 2,
        "tax_wan": total / 10,
        "jobs": chance.randrange(10, 900),
        "started_on": started,
        "started_precision": "day",
        "stage": chance.choice(STAGES[2:4]),
        "category": chance.choice(CATEGORIES),
        "plan_wan": (total / 3).quantize(Decimal("0.01")),
    }


def ours(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Seconds to set the rows beside the register and write the proposals down, and seconds to take them in."""
    from tests import make
    from tici.core.models import Upload
    from tici.desk.actions.acceptances import Choice, accept_file
    from tici.desk.actions.proposing import propose
    from tici.desk.models import DroppedFile
    from tici.desk.rules.lines import Line
    from tici.places.models import Place
    from tici.projects.models import Project

    county = Place.objects.get(code="130109")
    officer = make.person(place=county)
    upload = Upload.objects.create(digest="0" * 64, size=1, name="台账.xlsx", received_at=NOW, received_by="-")
    file = DroppedFile.objects.create(
        upload=upload, name="台账.xlsx", dropped_at=NOW, dropped_by=officer, place=county, month_on=date(2021, 11, 1),
        state="read",
    )  # fmt: skip
    lines = [
        Line(
            name=row["name"], code=row["code"], place_id=county.pk, facts=row, position=number,
            sources=[{"sheet": "台账", "row": number + 4, "kind": "master", "cells": _cells(row)}],
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip
    proposed = _timed(lambda: _in_one_transaction(lambda: propose(file, lines, NOW)))
    file.save()
    accepted = _timed(lambda: accept_file(file=file, choice=Choice(), by=officer, at=NOW))
    if Project.objects.count() != len(rows):
        raise AssertionError("not every row was taken in.")
    return proposed, accepted


def _cells(row: dict[str, Any]) -> dict[str, str]:
    return {name: f"{chr(65 + column)}4" for column, name in enumerate(row)}


def _in_one_transaction(work: Callable[[], Any]) -> None:
    from django.db import transaction

    with transaction.atomic():
        work()


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peer(rows: list[dict[str, Any]], *, in_bulk: bool) -> float:
    """Seconds django-import-export takes to write owners, projects and plans of the rows."""
    import tablib
    from import_export import fields, resources, widgets

    from tici.enterprises.models import Enterprise
    from tici.places.models import Place
    from tici.projects.models import Project, ProjectYear

    def of(model: Any, columns: tuple[str, ...], key: str, relation: str = "", to: Any = None, by: str = "") -> Any:
        options = {"model": model, "fields": columns, "import_id_fields": (key,), "use_bulk": in_bulk,
                   "batch_size": 1000, "skip_diff": in_bulk}  # fmt: skip
        body: dict[str, Any] = {"Meta": type("Meta", (), options)}
        if model is not ProjectYear:
            body["place"] = fields.Field("place", "place", widgets.ForeignKeyWidget(Place, "code"))
        if relation:
            body[relation] = fields.Field(relation, relation, widgets.ForeignKeyWidget(to, by))
        return type(f"{model.__name__}Resource", (resources.ModelResource,), body)()

    skipped = {"owner_name", "category", "plan_wan"}
    facts = tuple(name for name in rows[0] if name not in skipped)
    owners = tablib.Dataset(headers=["name", "place"])
    owners.extend(sorted({(row["owner_name"], "130109") for row in rows}))
    projects = tablib.Dataset(headers=[*facts, "owner", "place", "search_text"])
    projects.extend([[*(row[n] for n in facts), row["owner_name"], "130109", row["name"]] for row in rows])
    plans = tablib.Dataset(headers=["project", "year", "category", "plan_wan"])
    plans.extend([[row["code"], 2021, row["category"], row["plan_wan"]] for row in rows])
    year = of(ProjectYear, ("project", "year", "category", "plan_wan"), "project", "project", Project, "code")
    began = time.perf_counter()
    for resource, data in (
        (of(Enterprise, ("name", "place"), "name"), owners),
        (of(Project, (*facts, "owner", "place", "search_text"), "code", "owner", Enterprise, "name"), projects),
        (year, plans),
    ):
        result = resource.import_data(data, raise_errors=True)
        if result.has_errors() or result.has_validation_errors():
            raise AssertionError("the peer refused rows.")
    return time.perf_counter() - began


def main() -> int:
    """Print both times and their ratio."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--sample", type=int, default=2_000)
    wish = asked.parse_args()
    rows = ledger(wish.rows)
    sample = rows[: wish.sample]
    with fresh_database():
        _enter_places()
        theirs = {}
        for in_bulk in (False, True):
            theirs[in_bulk] = peer(sample, in_bulk=in_bulk) / len(sample) * len(rows)
            _forget()
        proposed, accepted = ours(rows)
    ratio = theirs[False] / accepted
    print(f"{len(rows)} rows set beside the register and proposed: {proposed:.1f} s")
    print(f"{len(rows)} rows accepted: {accepted:.1f} s (bar {BAR_S:.0f})")
    print(f"django-import-export, {len(sample)} rows taken per row to {len(rows)}: {theirs[False]:.0f} s")
    print(f"the same in its bulk mode: {theirs[True]:.0f} s, {theirs[True] / accepted:.1f} times ours")
    print(f"ratio {ratio:.1f} (bar {BAR_TIMES:.0f})")
    return 0 if accepted <= BAR_S and ratio >= BAR_TIMES else 1


def _enter_places() -> None:
    from tests import make

    make.place("藁城区", within=make.place("石家庄市", kind="city", code="130100"), code="130109")


def _forget() -> None:
    """Empty the peer's rows."""
    from tici.enterprises.models import Enterprise
    from tici.projects.models import Project, ProjectYear

    for model in (ProjectYear, Project, Enterprise):
        model.objects.all().delete()


if __name__ == "__main__":
    sys.exit(main())
