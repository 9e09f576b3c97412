"""Addresses of targets."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "targets"
urlpatterns = [
    path("", views.targets, name="targets"),
    path("published/", views.published, name="published"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.target, name="target"),
]
