"""``tici verify``: whether the record and the uploads are still what was written.

The check itself, and the anchors each clean check leaves beside the database, are core's; the page of the audit
administrator runs the same.
"""

from __future__ import annotations

from datetime import datetime

from tici.core.actions import anchor_record
from tici.core.verification import check


def verify(*, at: datetime) -> int:
    """Print each break and a closing line; 1 when there is any. A clean check is anchored."""
    checked = check()
    if checked is None:
        return 1
    for sentence in checked.breaks:
        print(sentence)
    print(f"{checked.records} records and {checked.uploads} uploads checked, {len(checked.breaks)} not as written.")
    if checked.breaks:
        return 1
    anchor_record(at=at)
    return 0
