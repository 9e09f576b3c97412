"""The form editor: versions of forms, made by copying one, put together from the dictionary, and published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Func, IntegerField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, holds, require
from tici.accounts.requests import Request
from tici.core.dates import month_words
from tici.core.refusals import Refused
from tici.core.registers import Column, Filter, Kind, Register, by_choices
from tici.core.rule_titles import TITLES, title_of
from tici.engines import rulebook
from tici.engines.periods import Month
from tici.engines.workdays import Due, due_day
from tici.enterprises.models import ClusterKind
from tici.places.models import Place
from tici.returns import actions, queries
from tici.returns.forms import ColumnForm, ColumnsForm, CopyForm, VersionForm
from tici.returns.models import Basis, FormColumn, FormVersion, Indicator, UnitKind

from .boards import own_place
from .indicators import is_of_city, require_of_city

COPIED = ("unit_kind", "who", "columns_data", "calendar", "checks", "signers")
SHOWN_DUES = 6  # due days of so many months are shown
STATES = (
    ("published", gettext_lazy("已启用")), ("draft", gettext_lazy("草稿")), ("retired", gettext_lazy("停用")),
)  # fmt: skip


def _codes(request: HttpRequest) -> Sequence[tuple[str, str]]:
    names = dict(FormVersion.objects.order_by("code", "from_month").values_list("code", "name"))
    return list(names.items())


def _of_code(rows: QuerySet[FormVersion], code: str) -> QuerySet[FormVersion]:
    return rows.filter(code=code)


def _in_state(rows: QuerySet[FormVersion], state: str) -> QuerySet[FormVersion]:
    match state:
        case "published":
            return rows.filter(is_published=True, is_retired=False)
        case "draft":
            return rows.filter(is_published=False, is_retired=False)
        case "retired":
            return rows.filter(is_retired=True)
    return rows


FORMS = Register(
    name="forms",
    title=gettext_lazy("报表"),
    columns=(
        Column("name", gettext_lazy("表名"), link="pk", link_url="returns:form"),
        Column("code", gettext_lazy("表号")),
        Column("from_month", gettext_lazy("起用月份"), Kind.MONTH),
        Column("unit_kind", gettext_lazy("填报单位"), choices=tuple(UnitKind.choices)),
        Column("width", gettext_lazy("栏目数"), Kind.COUNT),
        Column(
            "is_published",
            gettext_lazy("状态"),
            choices=((True, gettext_lazy("已启用")), (False, gettext_lazy("草稿"))),
        ),
        Column("checks", gettext_lazy("审核规则"), choices=tuple(TITLES.items()), is_shown=False),
    ),
    filters=(
        Filter("code", gettext_lazy("报表"), _codes, _of_code),
        by_choices("unit_kind", gettext_lazy("填报单位"), UnitKind),
        Filter("state", gettext_lazy("状态"), lambda request: STATES, _in_state),
    ),
    is_searchable=False,
    order="-from_month",
    template="returns/forms/forms.html",
    empty=gettext_lazy("还没有报表。请由系统装入自带的三张报表。"),
)

FIRMS = Register(
    name="form_firms",
    title=gettext_lazy("应报企业"),
    columns=(
        Column("name", gettext_lazy("企业名称")),
        Column("uscc", gettext_lazy("统一社会信用代码"), Kind.CODE),
        Column("place__short_name", gettext_lazy("地区"), sort="place__position"),
        Column("industry", gettext_lazy("行业代码"), Kind.CODE),
    ),
    order="pk",
    template="returns/forms/units.html",
    empty=gettext_lazy("这个月没有企业符合填报范围。请检查范围，或在企业台账登记入库。"),
)
PLACES = Register(
    name="form_places",
    title=gettext_lazy("应报县（市、区）"),
    columns=(Column("name", gettext_lazy("地区")), Column("code", gettext_lazy("区划代码"), Kind.CODE)),
    is_searchable=False,
    order="position",
    template="returns/forms/units.html",
)
CLUSTERS = Register(
    name="form_clusters",
    title=gettext_lazy("应报集群"),
    columns=(
        Column("name", gettext_lazy("集群")),
        Column("kind", gettext_lazy("类别"), choices=tuple(ClusterKind.choices)),
        Column("place__short_name", gettext_lazy("地区"), sort="place__position"),
    ),
    is_searchable=False,
    order="pk",
    template="returns/forms/units.html",
    empty=gettext_lazy("没有集群符合填报范围。请检查范围。"),
)
UNITS = {UnitKind.ENTERPRISE: FIRMS, UnitKind.PLACE: PLACES, UnitKind.CLUSTER: CLUSTERS}


@login_required
@require_safe
def forms(request: Request) -> HttpResponseBase:
    require(request.user, Permission.RETURN_VIEW)
    width = Func(F("columns_data"), function="jsonb_array_length", output_field=IntegerField())
    return FORMS.page(request, FormVersion.objects.annotate(width=width), may_edit=_may_edit(request))


def _may_edit(request: Request) -> bool:
    return holds(request.user, Permission.FORM_EDIT) and is_of_city(request)


@login_required
@require_safe
def form(request: Request, pk: int) -> HttpResponse:
    """One version: its columns, who reports and how many that are now, and when it is due."""
    require(request.user, Permission.RETURN_VIEW)
    return _page(request, get_object_or_404(FormVersion, pk=pk))


def _page(request: Request, version: FormVersion, status: int = 200, **more: Any) -> HttpResponse:
    month = counted_month(version)
    is_used = version.reports.exists()
    may_edit = _may_edit(request)
    context = {
        "version": version,
        "versions": list(FormVersion.objects.filter(code=version.code)),
        "columns": _columns(version),
        "who": _who(version),
        "checks": title_of(version.checks),
        "month": month,
        "units": queries.unit_rows(version, month, within=own_place(request)).count(),
        "dues": _dues(version, month),
        "may_edit": may_edit,
        "may_change": may_edit and not is_used,
        "add": ColumnForm(auto_id="add-%s"),
        "copy": CopyForm(
            initial={"from_month": month + 1, "code": version.code, "name": version.name}, auto_id="copy-%s"
        ),
        "crumbs": [(_("报表"), reverse("returns:forms")), (f"{version} {version.from_month:%Y-%m}", "")],
    }
    return render(request, "returns/forms/form.html", context | more, status=status)


def counted_month(version: FormVersion) -> Month:
    """The month for which units are counted: the newest that is reported on, from the version's first month on."""
    return max(Month.of(version.from_month), queries.latest_month_of(version.code) or queries.latest_month())


def _columns(version: FormVersion) -> list[dict[str, Any]]:
    """The columns with the cards they come from; an indicator that is not in the dictionary is named by its code."""
    known = {one.code: one for one in Indicator.objects.all()}
    return [
        {
            "column": column,
            "number": at + 1,
            "indicator": known.get(column.indicator),
            "basis": Basis(column.basis).label,
            "is_first": at == 0,
            "is_last": at == len(version.columns) - 1,
        }
        for at, column in enumerate(version.columns)
    ]


def _who(version: FormVersion) -> list[tuple[str, str]]:
    """Who reports, in words, condition by condition."""
    who, found = version.who, []
    form = VersionForm(city=Place(path="/"))
    for name in VersionForm.WHO:
        asked = who.get(name)
        if not asked:
            continue
        field: Any = form.fields[name]
        if name == "places":
            said = list(Place.objects.filter(code__in=asked).values_list("name", flat=True))
        else:
            labels = dict(getattr(field, "choices", ()))
            said = [str(labels.get(one, one)) for one in ([asked] if isinstance(asked, str) else asked)]
        found.append((field.label, _("、").join(said)))
    return found


def _dues(version: FormVersion, month: Month) -> list[tuple[Month, Due | None]]:
    """The due days of the coming months, by the rule as it is in force then; None for a month that is not reported."""
    found: list[tuple[Month, Due | None]] = []
    for step in range(SHOWN_DUES):
        one = month + step
        rule = rulebook.load("returns/calendar", one.last).get(version.calendar)
        if rule is not None:
            found.append((one, None if one.number in rule.get("exempt", ()) else due_day(one, rule)))
    return found


@login_required
@require_safe
def form_units(request: Request, pk: int) -> HttpResponseBase:
    """Who reports on a version, as a list."""
    require(request.user, Permission.RETURN_VIEW)
    version = get_object_or_404(FormVersion, pk=pk)
    month = counted_month(version)
    rows = queries.unit_rows(version, month, within=own_place(request))
    return UNITS[UnitKind(version.unit_kind)].page(request, rows, version=version, month=month)


@login_required
@require_http_methods(["GET", "POST"])
def form_edit(request: Request, pk: int) -> HttpResponse:
    """What a version is and who reports; a version in use is refused, and told to be copied."""
    require_of_city(request, Permission.FORM_EDIT)
    version = get_object_or_404(FormVersion, pk=pk)
    form = VersionForm(request.POST or None, initial=VersionForm.of(version), city=own_place(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = _saved(request, version, form.given())
        except Refused as refused:
            refused.show_on(form)
        else:
            messages.success(request, _("“%(form)s”已保存。") % {"form": saved})
            return redirect("returns:form", saved.pk)
    crumbs = [
        (_("报表"), reverse("returns:forms")), (str(version), reverse("returns:form", args=[pk])), (_("修改"), "")
    ]  # fmt: skip
    context = {"form": form, "version": version, "crumbs": crumbs}
    return render(request, "returns/forms/edit.html", context, status=422 if form.errors else 200)


def _saved(request: Request, version: FormVersion, facts: dict[str, Any]) -> FormVersion:
    return actions.save_form_version(form=version, facts=facts, by=request.user, at=timezone.now())


@login_required
@require_POST
def form_columns(request: Request, pk: int) -> HttpResponse:
    """A column added, moved, taken out, or the marks of all of them kept."""
    require_of_city(request, Permission.FORM_EDIT)
    version = get_object_or_404(FormVersion, pk=pk)
    if request.POST.get("do") == "add":
        add = ColumnForm(request.POST, auto_id="add-%s")
        if not add.is_valid():
            return _page(request, version, 422, add=add)
        columns: list[FormColumn] | None = [*version.columns, add.column()]
    else:
        columns = ColumnsForm(version.columns, request.POST).changed()
    if columns is None:
        messages.warning(request, _("栏目没有变动。它可能刚被移动或删去，请看现在的顺序再操作。"))
    else:
        facts = {"columns_data": [list(column) for column in columns]}
        _told(request, lambda: _saved(request, version, facts), _("栏目已保存。"))
    return redirect(reverse("returns:form", args=[pk]) + "#columns")


def _told(request: Request, do: Callable[[], object], said: str) -> None:
    """Do it and say so, or say why not."""
    try:
        do()
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, said)


@login_required
@require_POST
def form_copy(request: Request, pk: int) -> HttpResponse:
    """A new version, or a new form, from an existing one."""
    require_of_city(request, Permission.FORM_EDIT)
    version = get_object_or_404(FormVersion, pk=pk)
    copy = CopyForm(request.POST, auto_id="copy-%s")
    if copy.is_valid():
        try:
            made = actions.save_form_version(
                form=None, facts=_copied(version) | copy.given(), by=request.user, at=timezone.now()
            )
        except Refused as refused:
            refused.show_on(copy)
        else:
            messages.success(
                request, _("已另存为%(month)s起用的草稿，改好后启用。") % {"month": month_words(made.from_month)}
            )
            return redirect("returns:form", made.pk)
    return _page(request, version, 422, copy=copy)


def _copied(version: FormVersion) -> dict[str, Any]:
    """What a new version takes over from the one it is made from."""
    return {name: getattr(version, name) for name in COPIED}


@login_required
@require_POST
def form_remove(request: Request, pk: int) -> HttpResponse:
    """Take a draft away."""
    require_of_city(request, Permission.FORM_EDIT)
    version = get_object_or_404(FormVersion, pk=pk)
    try:
        actions.remove_form(form=version, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("returns:form", pk)
    said = _("“%(form)s”%(month)s起用的草稿已删除，操作记录留有它的栏目。")
    messages.success(request, said % {"form": version, "month": month_words(version.from_month)})
    return redirect("returns:forms")


@login_required
@require_POST
def form_publish(request: Request, pk: int) -> HttpResponse:
    require_of_city(request, Permission.FORM_EDIT)
    version = get_object_or_404(FormVersion, pk=pk)
    said = _("“%(form)s”自%(month)s起启用。") % {"form": version, "month": month_words(version.from_month)}
    _told(request, lambda: actions.publish_form(form=version, by=request.user, at=timezone.now()), said)
    return redirect("returns:form", pk)
