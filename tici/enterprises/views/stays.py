"""Stays in the library that were entered by mistake: leaving taken back, entering taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tici.accounts.requests import Request
from tici.core.refusals import settled
from tici.enterprises import actions
from tici.enterprises.forms import ReasonForm
from tici.enterprises.models import LibrarySpell

from .changes import CHANGE, asked, enterprise_for


def _stay_for(request: Request, pk: int) -> LibrarySpell:
    """The stay a request is about, if the person may change its enterprise."""
    spell = get_object_or_404(LibrarySpell, pk=pk)
    spell.enterprise = enterprise_for(request, spell.enterprise_id)
    return spell


def _words(spell: LibrarySpell) -> dict[str, Any]:
    end = f"{spell.to_date:%Y-%m}" if spell.to_date else ""
    return {"sector": spell.get_sector_display(), "start": f"{spell.from_date:%Y-%m}", "end": end}


@login_required
@require_http_methods(["GET", "POST"])
def undo_leaving(request: Request, pk: int) -> HttpResponse:
    """Take back that an enterprise left the library."""
    spell, form = _stay_for(request, pk), ReasonForm(request.POST or None)

    def undo() -> None:
        actions.undo_leaving(spell=spell, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, undo):
        messages.success(request, _("退库已撤销，%(enterprise)s仍在库。") % {"enterprise": spell.enterprise})
        return redirect(spell.enterprise)
    lede = _("%(sector)s，%(start)s入库，%(end)s退库。撤销后在库期间接续，如同没有退库；原登记留在操作记录。")
    context = {"title": _("撤销退库"), "lede": lede % _words(spell), "button": _("撤销退库"), "is_danger": True}
    return asked(request, CHANGE, form, enterprise=spell.enterprise, **context)


@login_required
@require_http_methods(["GET", "POST"])
def undo_entering(request: Request, pk: int) -> HttpResponse:
    """Take back that an enterprise entered the library."""
    spell, form = _stay_for(request, pk), ReasonForm(request.POST or None)

    def undo() -> None:
        actions.undo_entering(spell=spell, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, undo):
        messages.success(request, _("入库已撤销，%(enterprise)s不再计为在库。") % {"enterprise": spell.enterprise})
        return redirect(spell.enterprise)
    lede = _("%(sector)s，%(start)s入库。撤销后如同没有入库，按可比口径的增长随之重算；原登记留在操作记录。")
    context = {"title": _("撤销入库"), "lede": lede % _words(spell), "button": _("撤销入库"), "is_danger": True}
    return asked(request, CHANGE, form, enterprise=spell.enterprise, **context)
