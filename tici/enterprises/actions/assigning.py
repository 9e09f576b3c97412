"""Clusters of the rulebook as rows, and their members by rule: written by the set, whatever was done by hand stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from django.db import connection, transaction

from tici.accounts.models import Person
from tici.core.audit import Deed, record_many
from tici.enterprises import rules
from tici.enterprises.models import Cluster, EnterpriseQuerySet
from tici.places.models import Place

# What is assigned anew; an entry merged into another counts as one without an industry, so that no rule takes it.
TOUCHED = """
    create temporary table touched on commit drop as
    select id, case when merged_into_id is null then industry else '' end as industry, place_id
    from enterprises_enterprise
    where %(ids)s::bigint[] is null or id in (select unnest(%(ids)s::bigint[]))"""
BY_RULE = "create temporary table by_rule (industry text, place_id bigint, cluster_id bigint, node text) on commit drop"
GONE = """
    delete from enterprises_clustermembership m using touched t
    where t.id = m.enterprise_id and m.origin = 'rule' and not exists (
        select 1 from by_rule r
        where r.industry = t.industry and r.place_id = t.place_id and r.cluster_id = m.cluster_id)"""
MOVED = """
    update enterprises_clustermembership m set node = r.node
    from touched t join by_rule r on r.industry = t.industry and r.place_id = t.place_id
    where t.id = m.enterprise_id and r.cluster_id = m.cluster_id and m.origin = 'rule' and m.node <> r.node"""
COME = """
    insert into enterprises_clustermembership (cluster_id, enterprise_id, node, origin, reason)
    select r.cluster_id, t.id, r.node, 'rule', ''
    from touched t join by_rule r on r.industry = t.industry and r.place_id = t.place_id
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
    clusters = dict(Cluster.objects.values_list("code", "pk"))
    if not clusters:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, {"ids": None if ids is None else list(ids)})
        cursor.execute("select distinct industry, place_id from touched where industry <> ''")
        rows = list(_taken(cursor.fetchall(), clusters))
        cursor.execute(BY_RULE)
        with cursor.copy("copy by_rule from stdin") as stream:
            for row in rows:
                stream.write_row(row)
        cursor.execute("analyze touched, by_rule")
        changed = 0
        for statement in (GONE, MOVED, COME):
            cursor.execute(statement)
            changed += cursor.rowcount
        cursor.execute("drop table touched, by_rule")
    return changed


def _taken(pairs: Iterable[tuple[str, int]], clusters: Mapping[str, int]) -> Iterator[tuple[str, int, int, str]]:
    """The clusters that take each industry in each place, with the chain node; the rule is asked once an industry."""
    known = [rule for rule in rules.cluster_rules() if rule.code in clusters]
    paths = dict(Place.objects.values_list("pk", "path"))
    taking = {place: [rule for rule in known if rule.takes_place(path)] for place, path in paths.items()}
    nodes: dict[tuple[str, str], str | None] = {}
    for industry, place in pairs:
        for rule in taking[place]:
            key = (rule.code, industry)
            if key not in nodes:
                nodes[key] = rule.node_of(industry)
            if (node := nodes[key]) is not None:
                yield industry, place, clusters[rule.code], node
