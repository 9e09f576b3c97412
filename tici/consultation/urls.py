"""Addresses of consultations: the public's first, the desk's below ``desk/``."""

from __future__ import annotations

from django.urls import path

from .views import accepting, deciding, desk, notices, papers, public

app_name = "consultation"
urlpatterns = [
    path("", public.notices, name="notices"),
    path("look-up/", public.look_up, name="look_up"),
    path("take-back/", public.take_back, name="take_back"),
    path("receipts/<str:signed>/", public.receipt, name="receipt"),
    path("desk/", notices.register, name="register"),
    path("desk/new/", notices.new, name="new"),
    path("desk/aside/", desk.aside, name="aside"),
    path("desk/<int:pk>/", notices.work, name="work"),
    path("desk/<int:pk>/edit/", notices.edit, name="edit"),
    path("desk/<int:pk>/issue/", notices.issue, name="issue"),
    path("desk/<int:pk>/intake/", desk.intake, name="intake"),
    path("desk/<int:pk>/read/", desk.read, name="read"),
    path("desk/<int:pk>/acceptance/", accepting.acceptance, name="acceptance"),
    path("desk/<int:pk>/transcribe/", desk.transcribe, name="transcribe"),
    path("desk/<int:pk>/groups/", deciding.groups, name="groups"),
    path("desk/<int:pk>/decide/", deciding.decide, name="decide"),
    path("desk/<int:pk>/masked/", deciding.masked, name="masked"),
    path("desk/<int:pk>/answers/", deciding.answers, name="answers"),
    path("desk/<int:pk>/publication/", deciding.publication, name="publication"),
    path("desk/opinions/<int:pk>/confirm/", desk.confirm, name="confirm"),
    path("desk/opinions/<int:pk>/undo/", desk.unconfirm, name="unconfirm"),
    path("desk/opinions/<int:pk>/sender/", desk.reveal, name="reveal"),
    path("desk/items/<int:pk>/original/", desk.original, name="original"),
    path("desk/pages/<int:pk>/", desk.page, name="page"),
    path("desk/points/<int:pk>/move/", deciding.move, name="move"),
    path("<slug:code>/", public.notice, name="notice"),
    path("<slug:code>/versions/", public.versions, name="versions"),
    path("<slug:code>/notice.pdf", papers.printed_notice, name="printed_notice"),
    path("<slug:code>/form.pdf", papers.printed_form, name="printed_form"),
    path("<slug:code>/results/", papers.results, name="results"),
    path("<slug:code>/results.<str:form>", papers.taken_away, name="results_as"),
    path("<slug:code>/send/", public.send, name="send"),
]
