"""Addresses of enterprises and clusters; the page of one enterprise is composed by the desk."""

from __future__ import annotations

from django.urls import path

from .views import certificates, changes, clusters, doubles, lists, reviews, self_check, transitions

app_name = "enterprises"
urlpatterns = [
    path("", lists.register, name="register"),
    path("board/", lists.board, name="board"),
    path("board/<slug:code>/", lists.rung, name="rung"),
    path("transitions/", transitions.transitions, name="transitions"),
    path("transitions/<slug:kind>/", transitions.moved, name="moved"),
    path("self-check/", self_check.self_check, name="self_check"),
    path("self-check/judge/", self_check.judge, name="judge"),
    path("self-check/<slug:tier>/", self_check.self_check_tier, name="self_check_tier"),
    path("missed/", reviews.missed, name="missed"),
    path("missed/review/", reviews.review, name="review"),
    path("missed/<int:year>/", reviews.missed_list, name="missed_list"),
    path("missed/firms/<int:pk>/", reviews.missed_firm, name="missed_firm"),
    path("certificates/", certificates.expiring, name="expiring"),
    path("<int:pk>/tiers/", self_check.tier_cards, name="tier_cards"),
    path("<int:pk>/tiers/facts/", self_check.tier_facts, name="tier_facts"),
    path("doubles/", doubles.doubles, name="doubles"),
    path("doubles/<int:left>/<int:right>/", doubles.merge, name="merge"),
    path("doubles/<int:left>/<int:right>/apart/", doubles.apart, name="apart"),
    path("apart/<int:pk>/forget/", doubles.forget_apart, name="forget_apart"),
    path("mergings/<int:pk>/undo/", doubles.undo_merging, name="undo_merging"),
    path("clusters/", clusters.clusters, name="clusters"),
    path("clusters/platforms/", clusters.platforms, name="platforms"),
    path("clusters/<slug:code>/", clusters.cluster, name="cluster"),
    path("clusters/<slug:code>/platforms/open/", clusters.open_platform, name="open_platform"),
    path("platforms/<int:pk>/close/", clusters.close_platform, name="close_platform"),
    path("new/", changes.new, name="new"),
    path("<int:pk>/edit/", changes.edit, name="edit"),
    path("<int:pk>/year/", changes.year, name="year"),
    path("<int:pk>/rename/", changes.rename, name="rename"),
    path("<int:pk>/enter/", changes.enter, name="enter"),
    path("<int:pk>/leave/", changes.leave, name="leave"),
    path("<int:pk>/certify/", changes.certify, name="certify"),
    path("<int:pk>/listing/", changes.listing, name="listing"),
    path("listings/<int:pk>/delist/", changes.delist, name="delist"),
    path("<int:pk>/clusters/", changes.put_in, name="put_in"),
    path("<int:pk>/clusters/<int:cluster>/leave/", changes.leave_out, name="leave_out"),
]
