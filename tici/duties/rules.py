"""When a duty may be given, ended or noted upon."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tici.core.refusals import Refusal

from .models import Duty

if TYPE_CHECKING:
    from tici.places.models import Department, Post
    from tici.projects.models import Project


def against_assigning(
    project: Project, post: Post, department: Department | None, *, on: date, held: list[Duty]
) -> list[Refusal]:
    """Every reason why a post may not answer for a project from a day; ``held`` are the project's open duties."""
    refusals = []
    if project.is_cancelled:
        refusals.append(Refusal("duty.cancelled", _("项目已取消，无须包联。如已恢复建设，请先恢复项目。"), "post"))
    if not project.place.path.startswith(post.place.path):
        refusals.append(
            Refusal("duty.elsewhere", _("该岗位不在项目所在地区。请选择本县（市、区）或市级领导岗位。"), "post")
        )
    if post.vacated_on is not None and post.vacated_on <= on:
        refusals.append(Refusal("duty.vacated", _("该岗位已空缺。请选择在任岗位，或先恢复该岗位。"), "post"))
    if any(duty.post_id == post.pk for duty in held):
        refusals.append(Refusal("duty.already", _("该领导已包联此项目。如须更换责任人，请先结束原包联。"), "post"))
    if department is not None and not project.place.path.startswith(department.place.path):
        refusals.append(
            Refusal("duty.department", _("该单位不在项目所在地区。请选择本县（市、区）或市级单位。"), "department")
        )
    return refusals


def against_ending(duty: Duty, *, on: date) -> list[Refusal]:
    """Every reason why a duty may not end on a day."""
    if duty.to_date is not None:
        return [Refusal("duty.ended", _("该包联已结束。"), "on")]
    if on < duty.from_date:
        return [Refusal("duty.ends_first", _("结束日期早于开始日期。请填写开始之日或之后的日期。"), "on")]
    return []


def against_visiting(duty: Duty, *, on: date, today: date) -> list[Refusal]:
    """Every reason why a visit may not be noted under a duty."""
    refusals = []
    if on > today:
        refusals.append(Refusal("visit.future", _("走访日期在今天之后。请填写已走访的日期。"), "visited_on"))
    if on < duty.from_date or (duty.to_date is not None and on >= duty.to_date):
        refusals.append(
            Refusal("visit.outside", _("走访日期不在包联期内。请核对日期，或记到当时的包联之下。"), "visited_on")
        )
    return refusals
