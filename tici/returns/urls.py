from django.urls import path

from .views import boards, filings, registers, sheets

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
]
