"""Whether the record and the uploads are still what was written: the chain, its anchors, and every kept file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from .audit import breaks_in_the_chain
from .models import Record, Upload
from .uploads import changed_uploads

VERIFY = "core.verify"  # the kind of the background job
TOLD_EVERY = 500
LISTED = 50  # breaks written out in a sentence; the command prints them all


class _Stopped(Exception):
    """Somebody stopped the check."""


@dataclass(frozen=True)
class Checked:
    """What a check came to: how much was read, and a sentence for each thing that is not as it was written."""

    records: int
    uploads: int
    breaks: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The outcome in words, the breaks listed."""
        counts = {"records": self.records, "uploads": self.uploads, "breaks": len(self.breaks)}
        if not self.breaks:
            return _("已校验%(records)s条记录、%(uploads)s个原始文件，全部与写入时一致。") % counts
        head = _("已校验%(records)s条记录、%(uploads)s个原始文件，%(breaks)s处不一致：") % counts
        return "\n".join([head, *self.breaks[:LISTED]])


def check(tell: Callable[[int, int], bool] = lambda done, total: True) -> Checked | None:
    """Read everything once; ``tell`` hears how far it has come, and stops it by answering False (then None)."""
    records, uploads = Record.objects.count(), Upload.objects.count()
    done, total = 0, records + uploads

    def on_each() -> None:
        nonlocal done
        done += 1
        if done % TOLD_EVERY == 0 and not tell(min(done, total), total):
            raise _Stopped

    try:
        found = tuple(chain(lost_anchors(), breaks_in_the_chain(on_each), changed_uploads(on_each)))
    except _Stopped:
        return None
    tell(total, total)
    return Checked(records, uploads, found)


def anchors_file() -> Path:
    """Where each clean check noted, outside the database, how far the record had come."""
    return Path(settings.TICI_DATA) / "anchors"


def lost_anchors() -> Iterator[str]:
    """Say of each anchor whose record is gone or has another digest; that is how a cut end of the chain shows."""
    path = anchors_file()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    anchors = [line.split() for line in lines]
    keys = {int(parts[1]) for parts in anchors if len(parts) == 3 and parts[1].isdecimal()}
    digests = dict(Record.objects.filter(pk__in=keys).values_list("pk", "digest"))
    for number, parts in enumerate(anchors, start=1):
        if len(parts) != 3 or not parts[1].isdecimal():
            yield _("锚点文件第%(number)s行不是校验时写入的样子。") % {"number": number}
        elif digests.get(int(parts[1])) != parts[2]:
            sentence = _("%(at)s校验时在册的第%(pk)s条记录已不在，或已不同：记录被截断或改写。")
            yield sentence % {"at": parts[0], "pk": parts[1]}
