from django.urls import path

from . import views

app_name = "briefings"
urlpatterns = [
    path("", views.briefings, name="briefings"),
    path("new/", views.make, name="make"),
    path("<int:pk>/", views.briefing, name="briefing"),
    path("<int:pk>/<str:part>/", views.download, name="download"),
]
