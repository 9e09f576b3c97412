"""Addresses of accounts."""

from __future__ import annotations

from django.urls import path

from .views import own, people, signing

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("first-administrator/", signing.first_administrators, name="first_administrators"),
    path("me/", own.me, name="me"),
    path("me/password/", own.password, name="password"),
    path("me/display/", own.display, name="display"),
    path("me/language/", own.language, name="language"),
    path("me/columns/<slug:register>/", own.columns, name="columns"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/grant/", people.grant, name="grant"),
    path("people/<int:pk>/unlock/", people.unlock, name="unlock"),
    path("people/<int:pk>/reset/", people.reset, name="reset"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="reactivate"),
]
