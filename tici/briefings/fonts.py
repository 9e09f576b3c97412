"""Faces for printing: Fandol and LXGW WenKai by apt, Noto Serif SC by npm where apt is not to be had.

``python -m tici.briefings.fonts --into DIR`` fetches them once; nothing is installed on the
machine, and no face is kept in the repository. Needs no Django.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# What a page asks for, in the words typst knows the faces by.
BODY, HEADING, SECOND, TITLE = "FandolFang R", "FandolHei", "FandolKai", "FandolSong"
RARE = "LXGW WenKai"  # holds the characters of names that Fandol lacks: 喆 玥 堃 昇 頔
COMMON = "Noto Serif SC"

FANDOL = ("Fang-Regular", "Hei-Regular", "Kai-Regular", "Song-Bold", "Song-Regular")
DEBIAN = {
    "texlive-lang-chinese": tuple(f"Fandol{face}.otf" for face in FANDOL),
    "fonts-lxgw-wenkai": ("LXGWWenKai-Regular.ttf",),
}
NPM = "@expo-google-fonts/noto-serif-sc"
NPM_VERSION = "0.4.3"
NPM_FILES = ("NotoSerifSC_400Regular.ttf", "NotoSerifSC_700Bold.ttf")
PATIENCE_S = 300


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces a document is set in, as typst names them, and where their files are."""

    folder: Path
    body: str
    heading: str
    second: str
    title: str
    rare: str
    words: str  # how a document's last note names them

    def families(self, face: str) -> list[str]:
        """Return a face with the one that stands in for characters it lacks."""
        return [face] if face == self.rare else [face, self.rare]

    @property
    def wanted(self) -> frozenset[str]:
        """The starts of the names by which a PDF must list its faces."""
        files = {BODY: "FandolFang", HEADING: "FandolHei", TITLE: "FandolSong", COMMON: "NotoSerifSC"}
        return frozenset(files[face] for face in (self.body, self.heading, self.title))


class NoFaces(LookupError):
    """There is no Chinese face to print with."""


def faces(folder: Path) -> Faces:
    """Return the faces a folder offers: the official forms if they are there, else Noto Serif SC.

    Raises
    ------
    NoFaces
        If the folder holds neither.
    """
    if is_complete(folder, [name for files in DEBIAN.values() for name in files]):
        words = "正文用仿宋（Fandol），标题用宋体加粗、黑体、楷体（Fandol），生僻字用霞鹜文楷"
        return Faces(folder, BODY, HEADING, SECOND, TITLE, RARE, words)
    if is_complete(folder, NPM_FILES):
        words = "本机未取得仿宋、楷体、黑体，全文用思源宋体（Noto Serif SC）代替"
        return Faces(folder, COMMON, COMMON, COMMON, COMMON, COMMON, words)
    raise NoFaces(f"No Chinese face in {folder}. Fetch them with: python -m tici.briefings.fonts --into {folder}")


def is_complete(folder: Path, names: list[str] | tuple[str, ...]) -> bool:
    """Tell whether all these files are there and whole."""
    return all((folder / name).is_file() and (folder / name).stat().st_size > 0 for name in names)


def fetch(folder: Path) -> str:
    """Put the faces into a folder, if they are not there yet, and return one line saying what was done."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return f"Fonts are in {folder} ({faces(folder).body})."
    except NoFaces:
        faults = []
    ways: list[tuple[str, Callable[[Path], None]]] = [("Debian packages", _by_apt), ("npm", _by_npm)]
    for way, fetching in ways:
        try:
            fetching(folder)
        except (OSError, subprocess.SubprocessError, tarfile.TarError, LookupError) as fault:
            faults.append(f"{way}: {fault}")
        else:
            return f"Fonts fetched into {folder} from {way} ({faces(folder).body})."
    raise NoFaces(f"No fonts could be fetched ({'; '.join(faults)}). PDFs need them; everything else works.")


def _by_apt(folder: Path) -> None:
    """Take the faces out of two Debian packages without installing them; needs no root."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise LookupError("apt is not on this machine")
    for package, names in DEBIAN.items():
        if is_complete(folder, names):
            continue
        with tempfile.TemporaryDirectory(dir=folder) as room:
            try:
                _run("apt-get", "download", package, cwd=room)
            except subprocess.SubprocessError:
                _run("apt-get", "update", "-qq", cwd=room)  # a machine whose package lists were never fetched
                _run("apt-get", "download", package, cwd=room)
            _take_out_of_package(next(Path(room).glob("*.deb")), names, folder)


def _take_out_of_package(package: Path, names: tuple[str, ...], folder: Path) -> None:
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as unpacking,
        tarfile.open(fileobj=unpacking.stdout, mode="r|") as archive,
    ):
        _take_out(archive, names, folder)
        while unpacking.stdout and unpacking.stdout.read(1 << 20):
            pass  # the rest of the package, so that dpkg-deb ends by itself


def _by_npm(folder: Path) -> None:
    """Take two static faces out of one npm package."""
    if not shutil.which("npm"):
        raise LookupError("npm is not on this machine")
    with tempfile.TemporaryDirectory(dir=folder) as room:
        _run("npm", "pack", "--silent", f"{NPM}@{NPM_VERSION}", cwd=room)
        with tarfile.open(next(Path(room).glob("*.tgz"))) as archive:
            _take_out(archive, NPM_FILES, folder)


def _take_out(archive: tarfile.TarFile, names: tuple[str, ...], folder: Path) -> None:
    """Copy the named files out of an archive; each appears under its name only when it is whole."""
    missing = set(names)
    for member in archive:
        name = Path(member.name).name
        content = archive.extractfile(member) if name in missing and member.isfile() else None
        if content is None:
            continue
        half = folder / f".{name}.{os.getpid()}.part"
        with content, half.open("wb") as file:
            shutil.copyfileobj(content, file)
        half.replace(folder / name)
        missing.discard(name)
    if missing:
        raise LookupError(f"the package lacks {', '.join(sorted(missing))}")


def _run(*command: str, cwd: str) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=PATIENCE_S)


def main() -> int:
    """Fetch the faces into the folder asked for and print one line."""
    parser = argparse.ArgumentParser(prog="python -m tici.briefings.fonts", description="Fetch the faces for printing.")
    parser.add_argument("--into", type=Path, required=True, help="the folder to put them in")
    try:
        line = fetch(parser.parse_args().into)
    except NoFaces as fault:
        sys.stdout.write(f"{fault}\n")
        return 1
    sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
