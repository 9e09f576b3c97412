"""Addresses of consultations: the public's first, the desk's below ``desk/``."""

from __future__ import annotations

from django.urls import path

from .views import notices, public

app_name = "consultation"
urlpatterns = [
    path("", public.notices, name="notices"),
    path("look-up/", public.look_up, name="look_up"),
    path("take-back/", public.take_back, name="take_back"),
    path("receipts/<str:signed>/", public.receipt, name="receipt"),
    path("desk/", notices.register, name="register"),
    path("desk/new/", notices.new, name="new"),
    path("desk/<int:pk>/", notices.work, name="work"),
    path("desk/<int:pk>/edit/", notices.edit, name="edit"),
    path("desk/<int:pk>/issue/", notices.issue, name="issue"),
    path("<slug:code>/", public.notice, name="notice"),
    path("<slug:code>/versions/", public.versions, name="versions"),
    path("<slug:code>/notice.pdf", public.printed_notice, name="printed_notice"),
    path("<slug:code>/send/", public.send, name="send"),
]
