"""The files of a month dealt with together: taken in, answered for, and handed back as one archive."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused
from tici.desk import handback
from tici.desk.actions import drops, proposing
from tici.desk.actions import many as actions
from tici.desk.queries import many as queries
from tici.desk.rules.matching import plain_names
from tici.engines.periods import Month

from .scopes import asked_month, posted_month


def back(month: Month) -> HttpResponse:
    """To the list of a month's files."""
    return redirect(f"{reverse('desk:drops')}?month={month}")


@login_required
@require_POST
def accept_files(request: Request) -> HttpResponse:
    """Begin to take in the files that are ticked, or all of the month that can be."""
    require(request.user, Permission.RETURN_FILE)
    month = posted_month(request)
    files = queries.acceptable_files(request.user).filter(month_on=month.first)
    if "all" not in request.POST:
        files = files.filter(pk__in=[int(pk) for pk in request.POST.getlist("pk") if pk.isdecimal() and len(pk) < 19])
    try:
        actions.start_accepting(files=list(files), month=month, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return back(month)


@login_required
@require_http_methods(["GET", "POST"])
def likely_names(request: Request) -> HttpResponse:
    """The pairs of names that are all but certainly one project, over all files of a month; a person says so."""
    require(request.user, Permission.RETURN_FILE)
    month = posted_month(request) if request.method == "POST" else asked_month(request)
    suggestions = queries.sure_suggestions(request.user, month)
    if request.method != "POST":
        return render(request, "desk/drops/likely.html", {"month": month, "suggestions": suggestions})
    ticked = set(request.POST.getlist("pk"))
    said = 0
    for file, asked in queries.by_file([one for one in suggestions if str(one.pk) in ticked]).items():
        answers = [(*plain_names(one), True) for one in asked]
        drops.answer_names(file=file, answers=answers, by=request.user, at=timezone.now())
        proposing.compare_again(file=file, at=timezone.now())
        said += len(answers)
    if said:
        messages.success(request, _("已记下%(count)s条答复，并重新比对。") % {"count": said})
    else:
        messages.warning(request, _("没有选择答复，仍待确认。"))
    return back(month)


@login_required
@require_safe
def all_handed_back(request: Request) -> HttpResponseBase:
    """Every workbook of a month that goes back to its sender, as one archive, sent while it is being made."""
    require(request.user, Permission.RETURN_FILE)
    month = asked_month(request)
    files = list(queries.files_handed_back(request.user, month))
    if not files:
        messages.info(request, _("本月没有需要退回核对的文件。"))
        return back(month)
    response = StreamingHttpResponse(handback.archive_of(files), content_type="application/zip")
    name = _("退回核对-%(month)s.zip") % {"month": month}
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
