"""Roads: an OpenStreetMap extract handed in, read in the background, its graphs kept beside the uploads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from tici.buslines.models import RoadNetwork
from tici.buslines.queries.roads import folder_of
from tici.core.actions import keep_upload, start_job
from tici.core.audit import record
from tici.core.refusals import Refusal, Refused
from tici.engines.roads import Roads

if TYPE_CHECKING:
    from tici.accounts.models import Person

READ_ROADS = "buslines.roads"  # the kind of background work
LARGEST_MB = 300


@transaction.atomic
def receive_roads(file: BinaryIO, *, name: str, size: int, by: Person, at: datetime) -> RoadNetwork:
    """Keep an extract, and have it read.

    Raises:
        Refused: It is empty, too big, or named otherwise than extracts are.
    """
    if not 0 < size <= LARGEST_MB * 2**20:
        words = _("“%(name)s”是空的，或超过%(limit)s MB。请裁到本市范围后重新上传。")
        raise Refused(Refusal("roads.size", words % {"name": name, "limit": LARGEST_MB}, "file"))
    if not name.lower().endswith(".pbf"):
        words = _("“%(name)s”不是路网文件。请上传OpenStreetMap的.osm.pbf文件。")
        raise Refused(Refusal("roads.name", words % {"name": name}, "file"))
    upload = keep_upload(file, name=name, by=by, at=at)
    job = start_job(READ_ROADS, title=name, by=by, at=at)
    network = RoadNetwork.objects.create(upload=upload, job=job, asked_at=at, asked_by=by)
    job.args = {"network_id": network.pk}
    job.save(update_fields=["args"])
    record("roads.received", subject=network, by=by, at=at, name=(None, name))
    return network


def keep_graphs(*, network: RoadNetwork, roads: Roads, by: str, at: datetime) -> RoadNetwork:
    """Keep the graphs of an extract; times are reckoned along them from now on."""
    folder = folder_of(network)
    folder.mkdir(parents=True, exist_ok=True)
    roads.drive.save(folder / "drive.npz")
    roads.walk.save(folder / "walk.npz")
    with transaction.atomic():
        held = RoadNetwork.objects.select_for_update().get(pk=network.pk)
        held.nodes, held.arcs = len(roads.drive.nodes), len(roads.drive.start)
        held.save(update_fields=["nodes", "arcs"])
        record("roads.read", subject=held, by=by, at=at, nodes=(None, held.nodes), arcs=(None, held.arcs))
    return held
