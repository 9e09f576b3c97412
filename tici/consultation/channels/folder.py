"""The watched folder: a fax gateway or a scanner puts files there, and each is taken in once it lies still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tici.consultation import actions
from tici.consultation.models import Channel, Notice
from tici.consultation.rules.intake import limits, media_type_of

STILL_S = 5.0  # a file that changed within so many seconds is still being written
TAKEN = "taken"  # where a file goes once its bytes are kept
WATCHED = (Channel.FAX, Channel.LETTER)


def scan(folder: Path, *, now: Callable[[], datetime], by: object, still_s: float = STILL_S) -> int:
    """Take in every file that lies still under ``<notice>/<channel>/``; returns how many were new.

    The bytes are kept before the file is moved aside, and a file is known by path, time and size: killed in
    between, it is found again and moved without coming in twice.
    """
    new = 0
    for notice in Notice.objects.public():
        for channel in WATCHED:
            for path in sorted((folder / notice.code / channel).glob("*")):
                if path.is_file() and not path.name.startswith(".") and _is_still(path, now(), still_s):
                    new += _taken(path, folder, notice, channel, now(), by)
    return new


def _is_still(path: Path, at: datetime, still_s: float) -> bool:
    return at.timestamp() - path.stat().st_mtime >= still_s


def _taken(path: Path, folder: Path, notice: Notice, channel: str, at: datetime, by: object) -> bool:
    facts = path.stat()
    origin = str(path.relative_to(folder))
    content = path.read_bytes()
    receipt = actions.receive_opinion(
        channel=channel,
        source_key=f"folder:{actions.digest_of(f'{origin}:{facts.st_mtime_ns}:{facts.st_size}'.encode())}",
        content=content,
        name=path.name,
        media_type=media_type_of(content[:16], path.name),
        received_at=at,
        by=by,
        notice=notice,
        origin=origin,
    )
    if len(content) > limits()["file_largest_mb"] << 20:
        actions.quarantine_item(item=receipt.item, reason=actions.TOO_LARGE, by=by, at=at)
    aside = path.parent / TAKEN
    aside.mkdir(exist_ok=True)
    path.replace(aside / f"{receipt.number}-{path.name}")
    return receipt.is_new
