"""Places, departments and posts, for the system administrator."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.permissions import Permission, require
from tici.accounts.requests import Request
from tici.core.refusals import Refused
from tici.places import actions, queries
from tici.places.forms import DepartmentForm, ImportForm, PostForm, VacateForm
from tici.places.models import Department, Place, Post


@login_required
@require_safe
def places(request: Request) -> HttpResponse:
    require(request.user, Permission.PLACE_EDIT)
    return render(request, "desk/administration/places.html", {"places": queries.tree(), "form": ImportForm()})


@login_required
@require_http_methods(["GET", "POST"])
def take_in(request: Request) -> HttpResponse:
    """Import a tree of places from CSV."""
    require(request.user, Permission.PLACE_EDIT)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            came = actions.import_places(form.cleaned_data["file"], by=request.user, at=timezone.now())
        except Refused as refused:
            refused.show_on(form)
        else:
            said = _("新增%(created)s个地区，更改%(changed)s个，%(unchanged)s个没有变动。")
            messages.success(request, said % vars(came))
            return redirect("desk:places")
    crumbs = [(_("地区与单位"), reverse("desk:places")), (_("导入地区"), "")]
    status = 422 if form.errors else 200
    return render(request, "desk/administration/places_import.html", {"form": form, "crumbs": crumbs}, status=status)


@login_required
@require_safe
def units(request: Request, code: str) -> HttpResponse:
    require(request.user, Permission.PLACE_EDIT)
    place = get_object_or_404(Place, code=code)
    return render(request, "desk/administration/units.html", _units(place))


@login_required
@require_POST
def add_department(request: Request, code: str) -> HttpResponse:
    return _added(request, code, DepartmentForm, actions.add_department, "department_form")


@login_required
@require_POST
def add_post(request: Request, code: str) -> HttpResponse:
    return _added(request, code, PostForm, actions.add_post, "post_form")


@login_required
@require_POST
def remove_department(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.PLACE_EDIT)
    department = get_object_or_404(Department.objects.select_related("place"), pk=pk)
    remove = partial(actions.remove_department, department=department)
    said = _("单位“%(name)s”已删除；误删的，重新新增即可恢复。") % {"name": department.name}
    return _settled(request, department.place, remove, said)


@login_required
@require_POST
def vacate_post(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.PLACE_EDIT)
    post = get_object_or_404(Post.objects.select_related("place"), pk=pk)
    form = VacateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("空缺日期不对。请写成2021-12-06的样子。"))
        return redirect("desk:units", post.place.code)
    vacate = partial(actions.vacate_post, post=post, on=form.cleaned_data["on"])
    return _settled(request, post.place, vacate, _updated(post))


@login_required
@require_POST
def fill_post(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.PLACE_EDIT)
    post = get_object_or_404(Post.objects.select_related("place"), pk=pk)
    return _settled(request, post.place, partial(actions.fill_post, post=post), _updated(post))


@login_required
@require_POST
def remove_post(request: Request, pk: int) -> HttpResponse:
    require(request.user, Permission.PLACE_EDIT)
    post = get_object_or_404(Post.objects.select_related("place"), pk=pk)
    said = _("岗位“%(post)s”已删除，操作记录留有它的职务。") % {"post": post}
    return _settled(request, post.place, partial(actions.remove_post, post=post), said)


def _updated(post: Post) -> str:
    return _("“%(post)s”已更新。") % {"post": post}


def _settled(request: Request, place: Place, action: Callable[..., None], said: str) -> HttpResponse:
    """Do something to a unit or a post of a place, and say so or why not."""
    try:
        action(by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, said)
    return redirect("desk:units", place.code)


def _added(
    request: Request, code: str, form_of: type[forms.Form], action: Callable[..., Any], name: str
) -> HttpResponse:
    require(request.user, Permission.PLACE_EDIT)
    place = get_object_or_404(Place, code=code)
    form = form_of(request.POST)
    if form.is_valid():
        try:
            added = action(place=place, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refused.show_on(form)
        else:
            messages.success(request, _("已新增“%(added)s”。") % {"added": added})
            return redirect("desk:units", code)
    return render(request, "desk/administration/units.html", _units(place) | {name: form}, status=422)


def _units(place: Place) -> dict[str, Any]:
    return {
        "place": place,
        "departments": place.departments.all(),
        "posts": place.posts.all(),
        "department_form": DepartmentForm(),
        "post_form": PostForm(),
        "today": timezone.localdate(),
        "crumbs": [(_("地区与单位"), reverse("desk:places")), (place.name, "")],
    }
