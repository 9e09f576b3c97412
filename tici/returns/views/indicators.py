"""The dictionary of indicators: the list, each one's card, and editing the card."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tici.accounts.permissions import Permission, holds, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused
from tici.core.registers import Column, Filter, Register, by_choices
from tici.returns import actions, queries
from tici.returns.forms import IndicatorForm
from tici.returns.models import Aggregate, FormVersion, Indicator

IN_USE = (("used", gettext_lazy("在用")), ("retired", gettext_lazy("停用")), ("all", gettext_lazy("全部")))


def require_of_city(request: Request, permission: Permission) -> None:
    """What is set for every county is set by the city: by whoever holds its whole."""
    require(request.user, permission)
    if not is_of_city(request):
        raise PermissionDenied(f"{request.user} does not hold the city")


def is_of_city(request: Request) -> bool:
    """Whether a person holds the whole city."""
    return request.user.place is not None and request.user.place.parent_id is None


def _in_use(rows: QuerySet[Indicator], value: str) -> QuerySet[Indicator]:
    return rows.filter(is_retired=value == "retired") if value in {"used", "retired"} else rows


INDICATORS = Register(
    name="indicators",
    title=gettext_lazy("指标字典"),
    columns=(
        Column("label", gettext_lazy("指标名称"), link="pk", link_url="returns:indicator"),
        Column("code", gettext_lazy("代码")),
        Column("unit", gettext_lazy("计量单位")),
        Column("aggregate", gettext_lazy("汇总方式"), choices=tuple(Aggregate.choices)),
        Column(
            "is_stock", gettext_lazy("性质"), choices=((True, gettext_lazy("时点数")), (False, gettext_lazy("时期数")))
        ),
        Column("frequency", gettext_lazy("更新频率")),
        Column("way", gettext_lazy("更新方式"), is_shown=False),
        Column("alert", gettext_lazy("触警阈值")),
        Column("good", gettext_lazy("优质阈值"), is_shown=False),
        Column("department", gettext_lazy("来源部门")),
        Column("owner_post", gettext_lazy("业务负责人(岗位)")),
        Column("leader_post", gettext_lazy("分管领导(岗位)"), is_shown=False),
    ),
    filters=(
        by_choices("aggregate", gettext_lazy("汇总方式"), Aggregate),
        Filter("use", gettext_lazy("状态"), lambda request: IN_USE, _in_use, default="used"),
    ),
    is_searchable=False,
    order="pk",
    template="returns/indicators.html",
    empty=gettext_lazy("指标字典是空的。请新增指标，再用它们组成报表。"),
)


@login_required
@require_safe
def indicators(request: Request) -> HttpResponseBase:
    require(request.user, Permission.RETURN_VIEW)
    may_edit = holds(request.user, Permission.FORM_EDIT) and is_of_city(request)
    return INDICATORS.page(request, Indicator.objects.all(), may_edit=may_edit)


@login_required
@require_safe
def indicator(request: Request, pk: int) -> HttpResponse:
    """The card of one indicator, and the forms that ask for it."""
    require(request.user, Permission.RETURN_VIEW)
    shown = get_object_or_404(Indicator, pk=pk)
    versions = [
        version
        for version in FormVersion.objects.all()
        if any(column.indicator == shown.code for column in version.columns)
    ]
    parts = {one.code: one.name for one in Indicator.objects.filter(code__in=[shown.numerator, shown.denominator])}
    context = {
        "indicator": shown,
        "versions": versions,
        "numerator": parts.get(shown.numerator, shown.numerator),
        "denominator": parts.get(shown.denominator, shown.denominator),
        "may_edit": holds(request.user, Permission.FORM_EDIT) and is_of_city(request),
        "crumbs": [(_("指标字典"), reverse("returns:indicators")), (shown.name, "")],
    }
    return render(request, "returns/indicator.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def indicator_new(request: Request) -> HttpResponse:
    require_of_city(request, Permission.FORM_EDIT)
    return _edited(request, None)


@login_required
@require_http_methods(["GET", "POST"])
def indicator_edit(request: Request, pk: int) -> HttpResponse:
    require_of_city(request, Permission.FORM_EDIT)
    return _edited(request, get_object_or_404(Indicator, pk=pk))


def _edited(request: Request, indicator: Indicator | None) -> HttpResponse:
    form: Any = IndicatorForm(request.POST or None, initial=IndicatorForm.of(indicator), is_new=indicator is None)
    namesakes: list[Indicator] = []
    if form.is_valid() and "as_another" not in request.POST:
        namesakes = queries.indicators_called(form.cleaned_data["label"], beside=indicator)
    if form.is_valid() and not namesakes:
        try:
            saved = actions.save_indicator(
                indicator=indicator, facts=form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refused as refused:
            refused.show_on(form)
        else:
            messages.success(request, _("“%(indicator)s”的卡片已保存。") % {"indicator": saved})
            return redirect("returns:indicator", saved.pk)
    crumbs = [(_("指标字典"), reverse("returns:indicators"))]
    if indicator is not None:
        crumbs.append((indicator.name, reverse("returns:indicator", args=[indicator.pk])))
    crumbs.append((_("修改") if indicator else _("新增指标"), ""))
    same = [(one.name, reverse("returns:indicator", args=[one.pk])) for one in namesakes]
    context = {"form": form, "indicator": indicator, "namesakes": same, "crumbs": crumbs}
    return render(request, "returns/indicator_edit.html", context, status=422 if form.errors or same else 200)
