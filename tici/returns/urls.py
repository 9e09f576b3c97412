from django.urls import path

from .views import (
    boards,
    filings,
    form_versions,
    indicators,
    registers,
    sheets,
)

app_name = "returns"
urlpatterns = [
    path("returns/", boards.month, name="month"),
    path("returns/open/", boards.open_month, name="open"),
    path("returns/entries/", registers.entries, name="entries"),
    path("returns/<int:pk>/", filings.filing, name="filing"),
    path("returns/<int:pk>/compare/", filings.compare, name="compare"),
    path("returns/<int:pk>/send-back/", filings.send_back, name="send_back"),
    path("returns/<int:pk>/accept/", filings.accept, name="accept"),
    path("returns/<int:pk>/lock/", filings.lock, name="lock"),
    path("returns/<int:pk>/unlock/", filings.unlock, name="unlock"),
    path("returns/<int:pk>/sheet/", sheets.sheet, name="sheet"),
    path("returns/<int:pk>/file/", sheets.file_sheet, name="file"),
    path("returns/findings/<int:pk>/", filings.answer, name="answer"),
    path("lights/", registers.lights, name="lights"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/new/", indicators.indicator_new, name="indicator_new"),
    path("indicators/<int:pk>/", indicators.indicator, name="indicator"),
    path("indicators/<int:pk>/edit/", indicators.indicator_edit, name="indicator_edit"),
    path("forms/", form_versions.forms, name="forms"),
    path("forms/<int:pk>/", form_versions.form, name="form"),
    path("forms/<int:pk>/edit/", form_versions.form_edit, name="form_edit"),
    path("forms/<int:pk>/units/", form_versions.form_units, name="form_units"),
    path("forms/<int:pk>/columns/", form_versions.form_columns, name="form_columns"),
    path("forms/<int:pk>/copy/", form_versions.form_copy, name="form_copy"),
    path("forms/<int:pk>/publish/", form_versions.form_publish, name="form_publish"),
]
