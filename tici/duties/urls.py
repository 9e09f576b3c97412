from django.urls import path

from . import views

app_name = "duties"
urlpatterns = [
    path("", views.register, name="register"),
    path("coverage/", views.coverage, name="coverage"),
    path("posts/", views.posts, name="posts"),
    path("posts/<int:pk>/", views.post, name="post"),
    path("assign/<int:project_pk>/", views.assign, name="assign"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/visit/", views.visit, name="visit"),
]
