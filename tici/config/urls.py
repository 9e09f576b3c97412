"""The address space: each room under its own name."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tici.accounts.urls")),
    path("", include("tici.desk.urls")),
    path("projects/", include("tici.projects.urls")),
    path("enterprises/", include("tici.enterprises.urls")),
    path("duties/", include("tici.duties.urls")),
    path("", include("tici.returns.urls")),
    path("consultations/", include("tici.consultation.urls")),
    path("lines/", include("tici.buslines.urls")),
    path("targets/", include("tici.targets.urls")),
    path("briefings/", include("tici.briefings.urls")),
]
