"""Closing a form's month for good: its figures kept as a Parquet snapshot under their digest."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tici.core.actions import keep_upload
from tici.core.audit import record
from tici.core.refusals import Refused
from tici.engines.periods import Month
from tici.returns import queries, rules
from tici.returns.models import FilingState, SealedMonth, UnitReport

if TYPE_CHECKING:
    from tici.accounts.models import Person


@transaction.atomic
def seal_month(code: str, month: Month, *, by: Person, at: datetime, despite: Collection[int] = ()) -> SealedMonth:
    """Close a month of a form: what every unit holds is kept as a snapshot, and a later figure is a correction.

    The reports are locked while the snapshot is taken, so no figure is in one and not in the other. Units in
    ``despite`` (report ids) are sealed as they are, although they were not locked or have something to be corrected.
    ``tici verify`` checks the snapshot's digest with those of the uploads.

    Raises
    ------
    Refused
        The month is sealed already or was never opened, or reports not named are unlocked or have stops.
    """
    reports = UnitReport.objects.of(code, month)
    held = list(reports.select_for_update().order_by("pk").values_list("pk", "state", "stops"))
    left = set(despite)
    stops = sum(stops > 0 for pk, _state, stops in held if pk not in left)
    unlocked = sum(state != FilingState.LOCKED for pk, state, _stops in held if pk not in left)
    name = reports.values_list("form__name", flat=True).first() or code
    refusals = rules.against_sealing(
        name, month, units=len(held), is_sealed=queries.is_sealed(code, month), stops=stops, unlocked=unlocked
    )
    if refusals:
        raise Refused(*refusals)
    written = io.BytesIO()
    queries.month_frame(code, month).write_parquet(written, compression="zstd")
    written.seek(0)
    snapshot = keep_upload(written, name=f"{code}-{month}.parquet", by=by, at=at)
    sealed = SealedMonth.objects.create(
        code=code, month_on=month.first, snapshot=snapshot, units=len(held), sealed_at=at, sealed_by=by
    )
    changes = {"units": (None, len(held)), "digest": (None, snapshot.digest)}
    if left:
        changes["despite"] = (None, sorted(left))
    record("form.sealed", subject=sealed, by=by, at=at, **changes)
    return sealed
