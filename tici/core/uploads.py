"""Where kept uploads lie on disk, and whether they are still what came in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from .models import Upload


def path_of(digest: str) -> Path:
    """The file that holds the bytes with this digest."""
    return Path(settings.TICI_DATA) / "uploads" / digest[:2] / digest


def changed_uploads(on_each: Callable[[], None] = lambda: None) -> Iterator[str]:
    """Say of each kept upload that is missing or no longer what came in, what is wrong with it."""
    for upload in Upload.objects.order_by("pk").iterator(chunk_size=1000):
        path, words = path_of(upload.digest), {"pk": upload.pk, "name": upload.name}
        if not path.is_file():
            yield _("第%(pk)s个原始文件（%(name)s）：文件不在了。") % words
        else:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != upload.digest:
                    yield _("第%(pk)s个原始文件（%(name)s）：内容与收到时不同。") % words
        on_each()
