"""A cell of a kept workbook in its surroundings, and the workbook itself as it came in."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tici.accounts.models import Person
from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.models import Upload
from tici.core.uploads import path_of
from tici.desk.queries import cells
from tici.desk.queries import drops as queries

ADDRESS = re.compile(r"(?:(?P<sheet>.+)!)?(?P<column>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,6})")


def _upload(request: Request, digest: str) -> Upload:
    """A kept file the person may see; whatever lies outside the person's place is not there."""
    require(request.user, Permission.RETURN_VIEW)
    return get_object_or_404(queries.uploads_visible_to(request.user), digest=digest)


@login_required
@require_safe
def cell(request: Request, digest: str) -> HttpResponse:
    upload = _upload(request, digest)
    sheet, row, column = _asked(request)
    found = cells.surroundings(upload, sheet, row, column)
    if found is None:
        raise Http404
    by = Person.objects.filter(username=upload.received_by).first() or upload.received_by
    return render(request, "desk/drops/cell.html", {"upload": upload, "found": found, "by": by})


def _asked(request: Request) -> tuple[str, int, str | None]:
    """Sheet, row and column of ``?sheet=&cell=F12``, of ``?cell=台账!F12`` or of ``?sheet=&row=12``."""
    sheet = request.GET.get("sheet", "")
    if written := request.GET.get("cell", ""):
        match = ADDRESS.fullmatch(written)
        if match is None:
            raise Http404
        return match["sheet"] or sheet, int(match["row"]), match["column"]
    row = request.GET.get("row", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,6}", row):
        raise Http404
    return sheet, int(row), None


@login_required
@require_safe
def original(request: Request, digest: str) -> FileResponse:
    upload = _upload(request, digest)
    path = path_of(upload.digest)
    if not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=upload.name, content_type="application/octet-stream"
    )
