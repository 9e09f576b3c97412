"""A zip of workbooks, as mail programs make them: opened only where nothing in it could do harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from tici.core.refusals import Refusal, Refused
from tici.engines.sheets import WORKBOOKS

MOST_MEMBERS = 200
MOST_BYTES = 100 * 1024 * 1024  # unpacked, all together
STEEPEST = 100  # unpacked to packed, of one member over 1 MB
STEEP_FROM = 1024 * 1024
_UTF8_NAME = 0x800


def is_bundle(data: bytes) -> bool:
    """Whether bytes are a zip of files, and not itself a workbook or another document."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):  # the second: a zip with nothing in it
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return False
    return "[Content_Types].xml" not in names and "mimetype" not in names


def members_of(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """The workbooks of a bundle with their names; nothing is ever written to where the bundle says.

    Raises:
        Refused: It is encrypted, too large, too many, steeper than honest compression, or broken.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [entry for entry in archive.infolist() if _is_workbook(entry)]
            if refusal := _against(name, archive.infolist(), wanted):
                raise Refused(refusal)
            return [(_name_of(entry), _inflated(name, archive, entry)) for entry in wanted]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as fault:
        words = _("压缩包“%(name)s”已损坏，没有收取其中任何文件。请重新打包，或直接投递工作簿。")
        raise Refused(Refusal("bundle.broken", words % {"name": name})) from fault


def left_out(name: str, data: bytes) -> Refusal | None:
    """What is said of the files of a bundle that are no workbooks; a bundle inside a bundle is never opened."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        others = [_name_of(entry) for entry in archive.infolist() if _is_file(entry) and not _is_workbook(entry)]
    if not others:
        return None
    words = _("压缩包“%(name)s”里有%(count)s个文件不是工作簿，没有收取：%(others)s。如内有报表，请取出后直接投递。")
    named = "、".join(others[:5]) + ("……" if len(others) > 5 else "")
    return Refusal("bundle.left_out", words % {"name": name, "count": len(others), "others": named})


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """Whether a member is a file that somebody put there, and not what a program leaves beside it."""
    path = PurePosixPath(entry.filename)
    return not entry.is_dir() and not path.name.startswith((".", "~$")) and "__MACOSX" not in path.parts


def _is_workbook(entry: zipfile.ZipInfo) -> bool:
    return _is_file(entry) and PurePosixPath(entry.filename).suffix.lower() in WORKBOOKS


def _against(name: str, entries: list[zipfile.ZipInfo], wanted: list[zipfile.ZipInfo]) -> Refusal | None:
    if not any(map(_is_file, entries)):
        return Refusal("bundle.empty", _("压缩包“%(name)s”是空的。请核对后重新投递。") % {"name": name})
    if any(entry.flag_bits & 1 for entry in entries):
        words = _("压缩包“%(name)s”有密码，无法打开。请取消密码，或直接投递工作簿。")
        return Refusal("bundle.encrypted", words % {"name": name})
    if len(wanted) > MOST_MEMBERS:
        words = _("压缩包“%(name)s”里有%(count)s个工作簿，超过%(limit)s个上限。请分几次投递。")
        return Refusal("bundle.too_many", words % {"name": name, "count": len(wanted), "limit": MOST_MEMBERS})
    steep = any(e.file_size > STEEP_FROM and e.file_size > STEEPEST * max(e.compress_size, 1) for e in wanted)
    if steep or sum(entry.file_size for entry in wanted) > MOST_BYTES:
        words = _("压缩包“%(name)s”解压后过大，没有收取。请直接投递工作簿。")
        return Refusal("bundle.bomb", words % {"name": name})
    return None


def _inflated(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        words = _("压缩包“%(name)s”所写大小与实际不符，没有收取。请重新打包，或直接投递工作簿。")
        raise Refused(Refusal("bundle.lies", words % {"name": name}))
    return content


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name of a member without its folders; zips made on Chinese Windows write GBK and say nothing of it."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    bare = PurePosixPath(name.replace("\\", "/")).name
    return "".join(c for c in bare if c.isprintable())  # none that turns the text round or breaks the line
