"""Clusters of the rulebook as rows, and their members by rule: written by the set, whatever was done by hand stays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from tici.accounts.models import Person
from tici.core.audit import Deed, record_many
from tici.enterprises import queries, rules
from tici.enterprises.models import Cluster, Enterprise, EnterpriseQuerySet
from tici.places.models import Place

SCOPE = "(%(ids)s::bigint[] is null or e.id = any(%(ids)s::bigint[]))"
RULE_TABLE = (
    "create temporary table by_rule (industry text, place_id bigint, cluster_id bigint, node text) on commit drop"
)
GONE = f"""
    delete from enterprises_clustermembership m using enterprises_enterprise e
    where e.id = m.enterprise_id and m.origin = 'rule' and {SCOPE} and (e.merged_into_id is not null or not exists (
        select 1 from by_rule r
        where r.industry = e.industry and r.place_id = e.place_id and r.cluster_id = m.cluster_id))"""
MOVED = f"""
    update enterprises_clustermembership m set node = r.node
    from enterprises_enterprise e join by_rule r on r.industry = e.industry and r.place_id = e.place_id
    where e.id = m.enterprise_id and r.cluster_id = m.cluster_id and m.origin = 'rule' and m.node <> r.node
        and {SCOPE}"""
COME = f"""
    insert into enterprises_clustermembership (cluster_id, enterprise_id, node, origin, reason)
    select r.cluster_id, e.id, r.node, 'rule', ''
    from enterprises_enterprise e join by_rule r on r.industry = e.industry and r.place_id = e.place_id
    where e.merged_into_id is null and {SCOPE}
    on conflict (cluster_id, enterprise_id) do nothing"""


@transaction.atomic
def load_clusters(*, by: Person, at: datetime) -> list[Cluster]:
    """Enter the clusters of the rulebook whose places we have, or bring those we know up to it; none is taken out."""
    places = {place.code: place for place in Place.objects.all()}
    known = {cluster.code: cluster for cluster in Cluster.objects.select_for_update()}
    loaded, deeds = [], []
    for position, rule in enumerate(rules.cluster_rules()):
        if rule.place not in places:
            continue
        cluster = known.get(rule.code) or Cluster(code=rule.code)
        was = (cluster.name, cluster.kind, cluster.place_id, cluster.goal_wan, cluster.position)
        now = (rule.name, rule.kind, places[rule.place].pk, rule.goal_wan, position)
        loaded.append(cluster)
        if was == now:
            continue
        cluster.name, cluster.kind, cluster.place, cluster.goal_wan, cluster.position = (
            rule.name, rule.kind, places[rule.place], rule.goal_wan, position,
        )  # fmt: skip
        cluster.save()
        deeds.append(Deed("cluster.loaded", f"enterprises.cluster:{cluster.pk}", {}, {"code": rule.code}))
    if deeds:
        record_many(deeds, by=by, at=at)
    return loaded


@transaction.atomic
def assign_clusters(rows: EnterpriseQuerySet | None = None, *, by: Person, at: datetime) -> int:
    """Bring the members by rule up to the rulebook, of all enterprises or of some; returns how many changed.

    Who was put in or left out by hand stays so.
    """
    changed = put_by_rule(None if rows is None else list(rows.values_list("pk", flat=True)))
    if changed:
        record_many([Deed("clusters.assigned", "enterprises.cluster:*", {}, {"changed": changed})], by=by, at=at)
    return changed


def put_by_rule(ids: Collection[int] | None) -> int:
    """Bring the members by rule up to the rulebook, of enterprises by id or of all; inside the caller's transaction."""
    if ids is not None and not ids:
        return 0
    scope = {"ids": None if ids is None else list(ids)}
    clusters = dict(Cluster.objects.values_list("code", "pk"))
    if not clusters:
        return 0
    known = [rule for rule in rules.cluster_rules() if rule.code in clusters]
    pairs = queries.industries_and_places(ids)
    with connection.cursor() as cursor:
        cursor.execute(RULE_TABLE)
        with cursor.copy("copy by_rule from stdin") as stream:
            for industry, place, path in pairs:
                for code, node in rules.nodes_of(industry, path, known).items():
                    stream.write_row((industry, place, clusters[code], node))
        cursor.execute("analyze by_rule")
        changed = 0
        for statement in (GONE, MOVED, COME):
            cursor.execute(statement, scope)
            changed += cursor.rowcount
        cursor.execute("drop table by_rule")
    return changed


def standing_in(cluster: Cluster, enterprise: Enterprise) -> str:
    """How an enterprise stands to a cluster by rule: its chain node; "" where the rule does not take it."""
    rule = next((one for one in rules.cluster_rules() if one.code == cluster.code), None)
    takes = rule is not None and rule.takes_place(enterprise.place.path)
    return (rule.node_of(enterprise.industry) or "") if rule is not None and takes else ""
