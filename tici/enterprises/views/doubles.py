"""The merge desk: entries that may be one enterprise side by side, and the mergings, each of which can be undone."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused, settled
from tici.enterprises import actions
from tici.enterprises.forms import MergeForm, ReasonForm
from tici.enterprises.models import Enterprise, KnownApart, Merging
from tici.enterprises.queries import merge_desk as queries

from .changes import asked, enterprise_for

PAGE = 30


@login_required
@require_safe
def doubles(request: Request) -> HttpResponse:
    """The likely doubles of one's place, what was merged, and what was found to be two."""
    require(request.user, Permission.ENTERPRISE_MERGE)
    place = request.user.place
    if place is None:
        return render(request, "enterprises/doubles.html", {"pairs": [], "mergings": [], "apart": []})
    apart = KnownApart.objects.filter(left__place__path__startswith=place.path)
    context = {
        "pairs": queries.likely_doubles(place),
        "mergings": Paginator(queries.mergings_in(place), PAGE).get_page(request.GET.get("page")),
        "apart": apart.select_related("left", "right", "said_by").order_by("-pk")[:PAGE],
    }
    return render(request, "enterprises/doubles.html", context)


def _pair(request: Request, left: int, right: int) -> tuple[Enterprise, Enterprise]:
    """Two entries of one's place that both still stand on their own."""
    pair = tuple(enterprise_for(request, pk, Permission.ENTERPRISE_MERGE) for pk in (left, right))
    if left == right or any(one.merged_into_id is not None for one in pair):
        raise Http404
    return pair[0], pair[1]


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: Request, left: int, right: int) -> HttpResponse:
    """Two entries side by side; one is kept, with the reason."""
    pair = _pair(request, left, right)
    with_code = next((one for one in pair if one.uscc), pair[0])
    form = MergeForm(request.POST or None, pair=pair, initial={"kept": with_code.pk})

    def keep() -> None:
        kept, gone = pair if form.cleaned_data["kept"] == pair[0].pk else pair[::-1]
        reason, by, at = form.cleaned_data["reason"], request.user, timezone.now()
        actions.merge_enterprises(kept=kept, gone=gone, reason=reason, by=by, at=at)

    if settled(form, keep):
        messages.success(request, _("已合并，可在下面的合并记录中撤销。"))
        return redirect("enterprises:doubles")
    context = {"left": pair[0], "right": pair[1], "evidence": queries.evidence(*pair)}
    return asked(request, "enterprises/merge.html", form, **context)


@login_required
@require_POST
def apart(request: Request, left: int, right: int) -> HttpResponse:
    """Two entries are two enterprises, and not to be offered again."""
    pair = _pair(request, left, right)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有记下：请写明两条不是同一企业的依据。"))
        return redirect("enterprises:merge", left, right)
    reason = form.cleaned_data["reason"]
    actions.tell_apart(left=pair[0], right=pair[1], reason=reason, by=request.user, at=timezone.now())
    messages.success(request, _("已记下两条不是同一企业，不再提示。"))
    return redirect("enterprises:doubles")


@login_required
@require_POST
def forget_apart(request: Request, pk: int) -> HttpResponse:
    """Take back that two entries are two enterprises."""
    said = get_object_or_404(KnownApart.objects.select_related("left"), pk=pk)
    enterprise_for(request, said.left_id, Permission.ENTERPRISE_MERGE)
    actions.forget_apart(said=said, by=request.user, at=timezone.now())
    messages.success(request, _("已撤销，两条仍相像时会再提示。"))
    return redirect("enterprises:doubles")


@login_required
@require_POST
def undo_merging(request: Request, pk: int) -> HttpResponse:
    """Put two entries back as they were before a merging."""
    merging = get_object_or_404(Merging, pk=pk)
    enterprise_for(request, merging.kept_id, Permission.ENTERPRISE_MERGE)
    try:
        actions.undo_merging(merging=merging, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("已撤销合并，两条恢复到合并之前。"))
    return redirect("enterprises:doubles")
