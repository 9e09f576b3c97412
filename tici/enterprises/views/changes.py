"""The forms that enter one enterprise and change it: facts, years, name, library, certificates, listings, clusters."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.refusals import settled
from tici.enterprises import actions
from tici.enterprises.forms import (
    CertifyForm,
    DelistForm,
    EnterForm,
    EnterpriseForm,
    IdentityForm,
    LeaveForm,
    ListingForm,
    PutInForm,
    ReasonForm,
    RenameForm,
    YearForm,
)
from tici.enterprises.models import Cluster, ClusterMembership, Enterprise, Listing, Sector, Tier
from tici.places.models import Place

CHANGE = "enterprises/change.html"


def enterprise_for(request: Request, pk: int, permission: Permission = Permission.ENTERPRISE_EDIT) -> Enterprise:
    """The enterprise a request is about, if the person may see it and change it."""
    visible = Enterprise.objects.visible_to(request.user).select_related("place").defer("search_pairs")
    enterprise = get_object_or_404(visible, pk=pk)
    require(request.user, permission, enterprise.place)
    return enterprise


def asked(request: Request, template: str, form: BaseForm, **context: Any) -> HttpResponse:
    """The page with the form, 422 when what was sent cannot stand."""
    context |= {"form": form}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _gone_to(request: Request, enterprise: Enterprise, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(enterprise)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Enter one enterprise in a place of one's own."""
    require(request.user, Permission.ENTERPRISE_EDIT)
    places = Place.objects.within(request.user.place).county_level() if request.user.place else Place.objects.none()
    who = IdentityForm(request.POST or None, places=places)
    form = EnterpriseForm(request.POST or None)
    entered: list[Enterprise] = []

    def enter() -> None:
        require(request.user, Permission.ENTERPRISE_EDIT, who.cleaned_data["place"])
        made = actions.enter_enterprise(by=request.user, at=timezone.now(), **who.cleaned_data, **form.facts())
        entered.append(made)

    if (not who.is_bound or who.is_valid()) and settled(form, enter):
        return _gone_to(request, entered[0], _("%(enterprise)s已登记。") % {"enterprise": entered[0]})
    return asked(request, "enterprises/new.html", form, who=who)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Correct the facts of one enterprise."""
    enterprise = enterprise_for(request, pk)
    standing = Enterprise.objects.get(pk=enterprise.pk)  # the form writes into its instance
    form = EnterpriseForm(request.POST or None, instance=standing)

    def correct() -> None:
        actions.edit_enterprise(enterprise=enterprise, facts=form.facts(), by=request.user, at=timezone.now())

    if settled(form, correct):
        return _gone_to(request, enterprise, _("%(enterprise)s的资料已修改。") % {"enterprise": enterprise})
    title, lede = _("修改资料"), _("名称的变更请用“更名”，原名会留作曾用名。")
    return asked(request, CHANGE, form, enterprise=enterprise, title=title, lede=lede, button=_("保存资料"))


@login_required
@require_http_methods(["GET", "POST"])
def year(request: Request, pk: int) -> HttpResponse:
    """Enter or correct what an enterprise was in one year (``?year=2021``, else last year)."""
    enterprise = enterprise_for(request, pk)
    written = request.GET.get("year", "")
    wanted = int(written) if written.isascii() and written.isdecimal() and len(written) == 4 else None
    wanted = wanted or timezone.localdate().year - 1
    known = enterprise.years.filter(year=wanted).first()
    form = YearForm(request.POST or None, instance=known, initial={"year": wanted})

    def note() -> None:
        year, by, at = form.cleaned_data["year"], request.user, timezone.now()
        actions.edit_enterprise(enterprise=enterprise, years={year: form.facts()}, by=by, at=at)

    if settled(form, note):
        said = _("%(enterprise)s%(year)s年的数据已保存。")
        return _gone_to(request, enterprise, said % {"enterprise": enterprise, "year": form.cleaned_data["year"]})
    title, lede = _("年度数据"), _("清空的一项即为未知，不作零计算。金额单位为万元。")
    return asked(request, CHANGE, form, enterprise=enterprise, title=title, lede=lede, button=_("保存年度数据"))


@login_required
@require_http_methods(["GET", "POST"])
def rename(request: Request, pk: int) -> HttpResponse:
    """Give an enterprise its new name; the one it had is kept as a former name."""
    enterprise = enterprise_for(request, pk)
    form = RenameForm(request.POST or None, initial={"until_on": timezone.localdate()})

    def call() -> None:
        actions.rename_enterprise(enterprise=enterprise, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, call):
        said = _("已更名为%(name)s，原名仍可查到。") % {"name": form.cleaned_data["name"]}
        return _gone_to(request, enterprise, said)
    title, lede = _("更名"), _("原名留作曾用名，旧名单和旧报表仍能对上。")
    return asked(request, CHANGE, form, enterprise=enterprise, title=title, lede=lede, button=_("更名"))


@login_required
@require_http_methods(["GET", "POST"])
def enter(request: Request, pk: int) -> HttpResponse:
    """Take an enterprise into the library of firms above designated size."""
    enterprise = enterprise_for(request, pk)
    initial = {"sector": Sector.INDUSTRY, "on": timezone.localdate().replace(day=1)}
    form = EnterForm(request.POST or None, initial=initial)

    def take_in() -> None:
        actions.enter_library(enterprise=enterprise, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, take_in):
        return _gone_to(request, enterprise, _("%(enterprise)s已入库。") % {"enterprise": enterprise})
    title, lede = _("入库"), _("新进规、小升规、退复规由入库月份、以往在库期间和投产日期判定，无须填写。")
    return asked(request, CHANGE, form, enterprise=enterprise, title=title, lede=lede, button=_("入库"))


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: Request, pk: int) -> HttpResponse:
    """Let an enterprise leave the library, with the reason."""
    enterprise = enterprise_for(request, pk)
    held = list(enterprise.spells.filter(to_date__isnull=True).values_list("sector", flat=True))
    initial = {"sector": held[0] if held else "", "on": timezone.localdate().replace(day=1)}
    form = LeaveForm(request.POST or None, held=held, initial=initial)

    def let_go() -> None:
        actions.leave_library(enterprise=enterprise, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, let_go):
        return _gone_to(request, enterprise, _("%(enterprise)s已退库，在库期间仍保留。") % {"enterprise": enterprise})
    title, lede = _("退库"), _("在库期间仍保留。以后再入库，即为退复规。")
    context = {"title": title, "lede": lede, "button": _("退库"), "is_danger": True}
    return asked(request, CHANGE, form, enterprise=enterprise, **context)


@login_required
@require_http_methods(["GET", "POST"])
def certify(request: Request, pk: int) -> HttpResponse:
    """Note a certificate of a tier with its validity."""
    enterprise = enterprise_for(request, pk)
    form = CertifyForm(request.POST or None, initial={"tier": Tier.SRDI})

    def note() -> None:
        actions.certify(enterprise=enterprise, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, note):
        tier = Tier(form.cleaned_data["tier"]).label
        said = _("已登记%(enterprise)s的“%(tier)s”认定。") % {"enterprise": enterprise, "tier": tier}
        return _gone_to(request, enterprise, said)
    title, lede = _("登记认定"), _("同一层级同一认定日期只登记一次；复核通过的，按新的认定日期再登记。")
    return asked(request, CHANGE, form, enterprise=enterprise, title=title, lede=lede, button=_("登记认定"))


@login_required
@require_http_methods(["GET", "POST"])
def listing(request: Request, pk: int) -> HttpResponse:
    """Note where an enterprise is listed, or since when it no longer is."""
    enterprise = enterprise_for(request, pk)
    form = ListingForm(request.POST or None)

    def note() -> None:
        actions.list_on_board(enterprise=enterprise, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, note):
        return _gone_to(request, enterprise, _("%(enterprise)s的上市挂牌已登记。") % {"enterprise": enterprise})
    title, lede = _("登记上市挂牌"), _("退市或转板的，先在企业页登记原板块的退市摘牌。")
    return asked(request, CHANGE, form, enterprise=enterprise, title=title, lede=lede, button=_("登记"))


@login_required
@require_http_methods(["GET", "POST"])
def delist(request: Request, pk: int) -> HttpResponse:
    """Note since when an enterprise is no longer listed on a board."""
    found = get_object_or_404(Listing, pk=pk)
    enterprise = enterprise_for(request, found.enterprise_id)
    form = DelistForm(request.POST or None, initial={"on": timezone.localdate()})

    def note() -> None:
        actions.delist(listing=found, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, note):
        said = _("%(enterprise)s的退市摘牌已登记。") % {"enterprise": enterprise}
        return _gone_to(request, enterprise, said)
    title = _("登记%(board)s退市摘牌") % {"board": found.get_board_display()}
    context = {"title": title, "lede": _("原上市挂牌仍保留在企业页。"), "button": _("登记"), "is_danger": True}
    return asked(request, CHANGE, form, enterprise=enterprise, **context)


@login_required
@require_http_methods(["GET", "POST"])
def put_in(request: Request, pk: int) -> HttpResponse:
    """Put an enterprise into a cluster by hand, with the reason."""
    enterprise = enterprise_for(request, pk)
    form = PutInForm(request.POST or None, clusters=Cluster.objects.visible_to(request.user))

    def put() -> None:
        actions.put_in_cluster(enterprise=enterprise, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, put):
        cluster = form.cleaned_data["cluster"]
        said = _("%(enterprise)s已列入%(cluster)s。") % {"enterprise": enterprise, "cluster": cluster}
        return _gone_to(request, enterprise, said)
    title, lede = _("列入集群"), _("人工列入的不随规则变动，可以再剔除。")
    return asked(request, CHANGE, form, enterprise=enterprise, title=title, lede=lede, button=_("列入"))


@login_required
@require_http_methods(["GET", "POST"])
def leave_out(request: Request, pk: int, cluster: int) -> HttpResponse:
    """Leave an enterprise out of a cluster by hand, with the reason."""
    enterprise = enterprise_for(request, pk)
    membership = get_object_or_404(
        ClusterMembership.objects.select_related("cluster"), enterprise=enterprise, cluster=cluster
    )
    form = ReasonForm(request.POST or None)

    def leave() -> None:
        cluster, by, at = membership.cluster, request.user, timezone.now()
        actions.leave_out_of_cluster(enterprise=enterprise, cluster=cluster, by=by, at=at, **form.cleaned_data)

    if settled(form, leave):
        said = _("%(enterprise)s已从%(cluster)s剔除，可以再列入。")
        return _gone_to(request, enterprise, said % {"enterprise": enterprise, "cluster": membership.cluster})
    title = _("剔除出%(cluster)s") % {"cluster": membership.cluster}
    lede = _("剔除后规则不再把它列入这个集群，可以再人工列入。")
    context = {"title": title, "lede": lede, "button": _("剔除"), "is_danger": True}
    return asked(request, CHANGE, form, enterprise=enterprise, **context)
