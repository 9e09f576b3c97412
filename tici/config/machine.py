"""What this machine allows: memory for the database, and how long a socket's path may be."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import psutil

from tici.config.stops import Stop

LONGEST_SOCKET_FOLDER = 90  # bytes; the kernel takes 107 with the name of the socket
MIB = 1 << 20


def memory() -> int:
    """Bytes of memory we may use: the machine's, or the container's limit when that is lower."""
    total = int(psutil.virtual_memory().total)
    for limit in (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")):
        if limit.exists() and (words := limit.read_text(encoding="ascii").strip()).isdigit():
            total = min(total, int(words))
    return total


def settings_for_this_machine() -> dict[str, str]:
    """PostgreSQL's settings for one machine that also runs the web pages: an eighth of memory, at most 1 GiB."""
    room = memory() // MIB
    settings = {
        "shared_buffers": f"{min(max(room // 8, 32), 1024)}MB",
        "effective_cache_size": f"{max(room // 2, 64)}MB",
        "work_mem": f"{min(max(room // 128, 4), 64)}MB",
        "maintenance_work_mem": f"{min(max(room // 32, 16), 256)}MB",
        "max_wal_size": "4GB" if room >= 4096 else "1GB",
        "random_page_cost": "1.1",
        "max_connections": "60",
        "log_line_prefix": "%m [%p] ",
    }
    shared = os.statvfs("/dev/shm") if Path("/dev/shm").is_dir() else None
    if shared is None or shared.f_bavail * shared.f_frsize < 512 * MIB:
        settings["dynamic_shared_memory_type"] = "mmap"  # a container's small /dev/shm fails parallel queries
    return settings


def short_folder(wished: Path) -> Path:
    """A folder for sockets: the one wished for, or one of ours in the temporary folder when its path is too long.

    Raises
    ------
        Stop: The name in the temporary folder is taken by someone else.
    """
    if len(os.fsencode(wished)) <= LONGEST_SOCKET_FOLDER:
        return wished
    digest = hashlib.sha256(os.fsencode(wished)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"tici-{os.geteuid()}-{digest}"
    if folder.is_symlink() or (folder.exists() and os.geteuid() not in {0, folder.stat().st_uid}):
        raise Stop(f"{folder} belongs to another account. Set TICI_DATA to a path shorter than 80 characters.")
    return folder
