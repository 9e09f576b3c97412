"""Who files a firm's own reports: named on the firm's page, and released."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tici.accounts.requests import Request
from tici.core.refusals import settled
from tici.enterprises import actions
from tici.enterprises.forms import ReporterForm
from tici.enterprises.models import FirmReporter

from .changes import CHANGE, asked, enterprise_for


@login_required
@require_http_methods(["GET", "POST"])
def name_reporter(request: Request, pk: int) -> HttpResponse:
    """Name who files a firm's own reports."""
    enterprise = enterprise_for(request, pk)
    form = ReporterForm(request.POST or None)

    def name() -> None:
        actions.name_reporter(enterprise=enterprise, by=request.user, at=timezone.now(), **form.cleaned_data)

    if settled(form, name):
        said = _("已指定，该账号登录后只看得到%(enterprise)s的月报。")
        messages.success(request, said % {"enterprise": enterprise})
        return redirect(enterprise)
    title = _("指定填报账号")
    lede = _("由系统管理员开通账号、安全管理员授予“企业填报员”后，在此指定它填哪家企业。")
    return asked(request, CHANGE, form, enterprise=enterprise, title=title, lede=lede, button=_("指定"))


@login_required
@require_POST
def release_reporter(request: Request, pk: int) -> HttpResponse:
    """Let a person no longer file a firm's reports."""
    found = get_object_or_404(FirmReporter.objects.select_related("person", "enterprise"), pk=pk)
    enterprise = enterprise_for(request, found.enterprise_id)
    actions.release_reporter(reporter=found, by=request.user, at=timezone.now())
    messages.success(request, _("%(person)s不再填报本企业，已报的数据不变。") % {"person": found.person})
    return redirect(enterprise)
