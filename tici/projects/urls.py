"""Addresses of projects; the page of one project is composed by the desk."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "projects"
urlpatterns = [
    path("", views.register, name="register"),
    path("board/", views.board, name="board"),
    path("new/", views.new, name="new"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/approvals/", views.approvals, name="approvals"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/revive/", views.revive, name="revive"),
]
