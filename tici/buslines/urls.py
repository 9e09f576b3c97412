"""Addresses of school lines."""

from __future__ import annotations

from django.urls import path

from .views import editing, lists, plans, public, scenarios

app_name = "buslines"
urlpatterns = [
    path("", plans.overview, name="overview"),
    path("schools/", lists.schools, name="schools"),
    path("schools/<int:pk>/", plans.school, name="school"),
    path("schools/<int:pk>/bell/", plans.bell, name="bell"),
    path("schools/<int:pk>/plan/", plans.new_plan, name="new_plan"),
    path("plannings/<int:pk>/", plans.planning, name="planning"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/force/", plans.put_in_force, name="put_in_force"),
    path("plans/<int:pk>/propose/", plans.propose, name="propose"),
    path("plans/<int:pk>/remove/", plans.remove, name="remove_plan"),
    path("plans/<int:pk>/compare/<int:other>/", plans.compare, name="compare"),
    path("plans/<int:pk>/prove/", plans.prove, name="prove"),
    path("plans/<int:pk>/proof/", plans.proving, name="proving"),
    path("patterns/<int:pk>/", editing.edit_line, name="edit_line"),
    path("schools/<int:pk>/scenarios/", scenarios.new_scenario, name="new_scenario"),
    path("schools/<int:pk>/opinions/", scenarios.school_opinions, name="school_opinions"),
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/<int:pk>/", scenarios.scenario, name="scenario"),
    path("scenarios/<int:pk>/decide/", scenarios.decide_scenario, name="decide_scenario"),
    path("calendar/", lists.calendar, name="calendar"),
    path("roads/", lists.roads, name="roads"),
    path("stops/", lists.stops, name="stops"),
    path("stops/<int:pk>/", lists.stop, name="stop"),
    path("stops/<int:pk>/close/", lists.close_stop, name="close_stop"),
    path("lists/", lists.take, name="take"),
    path("lists/<int:pk>/", lists.received, name="received"),
    path("vehicles/", lists.vehicles, name="vehicles"),
    path("public/", public.lines, name="public_lines"),
    path("public/gtfs.zip", public.feed, name="feed"),
    path("public/<int:pk>/", public.line, name="public_line"),
    path("public/<int:pk>/leaflet/", public.leaflet, name="leaflet"),
    path("public/stops/<int:pk>/poster/", public.poster, name="poster"),
]
