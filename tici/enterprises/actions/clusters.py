"""Exceptions to a cluster's rule of membership, made by hand, and the platforms that serve it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tici.accounts.models import Person
from tici.core.audit import record
from tici.core.refusals import Refused
from tici.enterprises import rules
from tici.enterprises.models import Cluster, ClusterMembership, ClusterPlatform, Enterprise, MembershipOrigin

from .assigning import put_by_rule
from .editing import locked


@transaction.atomic
def put_in_cluster(
    *, cluster: Cluster, enterprise: Enterprise, reason: str, by: Person, at: datetime, node: str = ""
) -> ClusterMembership:
    """Put an enterprise into a cluster that its rule does not take, or took out by hand before.

    Raises:
        Refused: It is in the cluster already, or no reason is given.
    """
    enterprise = locked(enterprise)
    held = enterprise.memberships.filter(cluster=cluster).first()
    if refusals := rules.against_putting_in(enterprise, held, reason):
        raise Refused(*refusals)
    return _put(cluster, enterprise, held, MembershipOrigin.PUT_IN, reason, node, by=by, at=at)


@transaction.atomic
def leave_out_of_cluster(
    *, cluster: Cluster, enterprise: Enterprise, reason: str, by: Person, at: datetime
) -> ClusterMembership:
    """Leave an enterprise out of a cluster although the rule, or somebody's hand, put it there.

    Raises:
        Refused: It is not in the cluster, or no reason is given.
    """
    enterprise = locked(enterprise)
    held = enterprise.memberships.filter(cluster=cluster).first()
    if refusals := rules.against_leaving_out(held, reason):
        raise Refused(*refusals)
    return _put(cluster, enterprise, held, MembershipOrigin.LEFT_OUT, reason, "", by=by, at=at)


@transaction.atomic
def return_to_rule(*, cluster: Cluster, enterprise: Enterprise, by: Person, at: datetime) -> None:
    """Take back what was done by hand: from now on the rule alone says whether an enterprise is in a cluster."""
    enterprise = locked(enterprise)
    by_hand = enterprise.memberships.filter(cluster=cluster).exclude(origin=MembershipOrigin.RULE)
    held = by_hand.first()
    if held is None:
        return
    by_hand.delete()
    put_by_rule([enterprise.pk])
    changes = {"cluster": (cluster.code, cluster.code), "origin": (held.origin, MembershipOrigin.RULE)}
    record("cluster.returned_to_rule", subject=enterprise, by=by, at=at, **changes)


def _put(
    cluster: Cluster,
    enterprise: Enterprise,
    held: ClusterMembership | None,
    origin: MembershipOrigin,
    reason: str,
    node: str,
    *,
    by: Person,
    at: datetime,
) -> ClusterMembership:
    membership = held or ClusterMembership(cluster=cluster, enterprise=enterprise)
    old = held.origin if held else None
    membership.origin, membership.reason, membership.node = origin, reason.strip(), node
    membership.save()
    changes = {"cluster": (cluster.code, cluster.code), "origin": (old, origin), "reason": ("", reason)}
    record(f"cluster.{origin}", subject=enterprise, by=by, at=at, **changes)
    return membership


@transaction.atomic
def open_platform(*, cluster: Cluster, kind: str, name: str, on: date, by: Person, at: datetime) -> ClusterPlatform:
    """Enter a public platform that serves a cluster from a day on.

    Raises:
        Refused: It has no name, or one of its name is open.
    """
    cluster = Cluster.objects.select_for_update().get(pk=cluster.pk)
    name = " ".join(name.split())
    if refusals := rules.against_opening(name, on, list(cluster.platforms.filter(kind=kind))):
        raise Refused(*refusals)
    platform = cluster.platforms.create(kind=kind, name=name, from_date=on)
    record("platform.opened", subject=platform, by=by, at=at, name=(None, name), from_date=(None, on))
    return platform


@transaction.atomic
def close_platform(*, platform: ClusterPlatform, on: date, by: Person, at: datetime) -> ClusterPlatform:
    """Close a platform on a day.

    Raises:
        Refused: It is closed already, or the day is not after its first.
    """
    platform = ClusterPlatform.objects.select_for_update().get(pk=platform.pk)
    if refusals := rules.against_closing(platform, on):
        raise Refused(*refusals)
    platform.to_date = on
    platform.save(update_fields=["to_date"])
    record("platform.closed", subject=platform, by=by, at=at, to_date=(None, on))
    return platform
