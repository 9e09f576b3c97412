"""How far projects of 500 万元 and more are answered for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tici.core.measures import Measure, Scope, Unit
from tici.core.registers import Column, Kind
from tici.projects.models import ProjectQuerySet, Stage

from . import queries
from .queries import Coverage

COLUMNS = (
    Column("place__short_name", _("地区")),
    Column("name", _("项目名称"), link="pk", link_url="desk:project"),
    Column("owner__name", _("业主单位")),
    Column("investment_wan", _("总投资(万元)"), Kind.WAN),
    Column("stage", _("阶段"), Kind.STAGE, choices=Stage.choices),
)


def _coverage(scope: Scope) -> list[Coverage]:
    def compute() -> list[Coverage]:
        return queries.coverage_by_county(
            scope.month.last, person=scope.person, place=scope.place, counties=scope.counties
        )

    return scope.kept("duties.coverage", compute)


def _count(name: str) -> Callable[[Scope], Decimal | int | None]:
    return lambda scope: sum(getattr(row, name) for row in _coverage(scope))


def _by_county(name: str) -> Callable[[Scope], dict[int, Decimal | int | None]]:
    return lambda scope: {row.place.pk: getattr(row, name) for row in _coverage(scope)}


def _rate(scope: Scope) -> Decimal | None:
    owed = sum(row.owed for row in _coverage(scope))
    return Decimal(sum(row.covered for row in _coverage(scope))) / owed if owed else None


def _rows(projects: Callable[[Any], ProjectQuerySet]) -> Callable[[Scope], QuerySet[Any]]:
    return lambda scope: projects(scope.month.last).visible_to(scope.person).within(scope.place)


MEASURES = (
    Measure(
        "duties.owed",
        _("500万元以上项目"),
        Unit.COUNT,
        _("总投资500万元及以上、未取消的项目数。"),
        _count("owed"),
        _by_county("owed"),
        _rows(lambda on: queries.owed_projects()),
        COLUMNS,
    ),
    Measure(
        "duties.coverage_rate",
        _("包联覆盖率"),
        Unit.RATE,
        _("月末由在任领导包联的500万元以上项目数，除以500万元以上项目数。"),
        _rate,
        _by_county("rate"),
        _rows(queries.covered_projects),
        COLUMNS,
    ),
    Measure(
        "duties.uncovered",
        _("未包联项目"),
        Unit.COUNT,
        _("月末没有任何包联的500万元以上项目数。"),
        _count("uncovered"),
        _by_county("uncovered"),
        _rows(queries.uncovered_projects),
        COLUMNS,
    ),
    Measure(
        "duties.vacated",
        _("包联岗位空缺项目"),
        Unit.COUNT,
        _("月末包联岗位全部空缺的500万元以上项目数。"),
        _count("vacated"),
        _by_county("vacated"),
        _rows(queries.vacated_projects),
        COLUMNS,
    ),
    Measure(
        "duties.doubled",
        _("重复包联项目"),
        Unit.COUNT,
        _("月末由两个及以上领导岗位同时包联的500万元以上项目数。"),
        _count("doubled"),
        _by_county("doubled"),
        _rows(queries.doubly_covered_projects),
        COLUMNS,
    ),
)
