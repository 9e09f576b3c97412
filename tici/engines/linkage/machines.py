"""A register dealt out to several machines: each holds its parts and answers over a socket; the answers are the same.

On each machine, with the same secret in ``TICI_LINKAGE_KEY``::

    python -m tici.engines.linkage.machines 0.0.0.0:7800

and where the list is::

    match_machines(records, parts, ["10.0.0.2:7800", "10.0.0.3:7800"], key=secret)

What crosses the wire are lengths and Arrow frames, nothing that could run; who does not know the secret is hung up on.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from types import TracebackType
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tici.engines.linkage.census import KEYS, Census
from tici.engines.linkage.comparing import compare, together
from tici.engines.linkage.finding import Index
from tici.engines.linkage.matching import Matching, Settings, Tell, match_in, places_of
from tici.engines.linkage.preparing import checked, prepare

KEY = "TICI_LINKAGE_KEY"


class LostMachine(Exception):
    """A machine hung up or could not be reached; nothing was decided."""


def send(wire: Connection, told: Mapping[str, Any], frames: Sequence[pl.DataFrame] = ()) -> None:
    """Send what is told, as JSON, with frames in the Arrow format."""
    wire.send_bytes(json.dumps({**told, "frames": len(frames)}).encode())
    for frame in frames:
        held = BytesIO()
        frame.write_ipc(held, compression="lz4")
        wire.send_bytes(held.getbuffer())


def receive(wire: Connection) -> tuple[dict[str, Any], list[pl.DataFrame]]:
    """Receive what `send` sent."""
    told = json.loads(wire.recv_bytes())
    return told, [pl.read_ipc(wire.recv_bytes()) for _frame in range(told["frames"])]


def census_frames(census: Census) -> list[pl.DataFrame]:
    """Return the counts of a census as frames."""
    return [census.pairs, *(census.keys[key] for key in KEYS)]


def census_of(names: int, frames: Sequence[pl.DataFrame]) -> Census:
    """Return the census whose counts are these frames."""
    return Census(names, frames[0], dict(zip(KEYS, frames[1:], strict=True)))


def serve(address: tuple[str, int], key: bytes, announce: Callable[[str], object] = print) -> None:
    """Hold parts of registers for whoever knows the secret, one caller after another, until the process is ended."""
    with Listener(address, authkey=key) as door:
        announce("{}:{}".format(*door.address))
        while True:
            try:
                wire = door.accept()
            except (AuthenticationError, EOFError, ConnectionError):
                continue
            with wire:
                try:
                    _answer(wire)
                except (EOFError, ConnectionError):
                    continue


def _answer(wire: Connection) -> None:
    """Answer one caller until it hangs up; what was held for it goes with it."""
    prepared: dict[int, pl.DataFrame] = {}
    indexes: dict[int, Index] = {}
    while True:
        told, frames = receive(wire)
        part = told["part"]
        if told["do"] == "prepare":
            prepared[part] = prepare(checked(frames[0]), frozenset(told["places"]))
            counted = Census.of(prepared[part])
            send(wire, {"names": counted.names}, census_frames(counted))
        elif told["do"] == "open":
            indexes[part] = Index(prepared.pop(part), census_of(told["names"], frames))
            send(wire, {})
        else:
            send(wire, {}, [compare(frames[0], indexes[part])])


class Machines:
    """Parts of a register held by other machines, dealt out in turn; used as a context."""

    def __init__(
        self, parts: Sequence[pl.DataFrame], places: frozenset[str], addresses: Sequence[str], key: bytes
    ) -> None:
        self._parts, self._places, self._addresses, self._key = parts, sorted(places), addresses, key
        self._wires: list[Connection] = []
        self._lanes = ThreadPoolExecutor(len(addresses))

    def __enter__(self) -> Self:
        for address in self._addresses:
            host, _colon, port = address.rpartition(":")
            try:
                self._wires.append(Client((host, int(port)), authkey=self._key))
            except (OSError, AuthenticationError) as gone:
                raise LostMachine(address) from gone
        counted = self._ask("prepare", [[part] for part in self._parts], places=self._places)
        census = census_of(counted[0][0]["names"], counted[0][1])
        for told, frames in counted[1:]:
            census = census + census_of(told["names"], frames)
        self._census = census
        self._ask("open", [census_frames(census)] * len(self._parts), names=census.names)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lanes.shutdown(cancel_futures=True)
        for wire in self._wires:
            wire.close()

    def pairs(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the pairs of a prepared list's records with firms of all parts."""
        answers = self._ask("pairs", [[records]] * len(self._parts))
        return together([frames[0] for _told, frames in answers])

    def knows_once(self, codes: pl.Series) -> NDArray[np.bool_]:
        """Whether exactly one name of all parts bears each code, given by hash."""
        return self._census.borne_once(codes)

    def _ask(
        self, do: str, frames: Sequence[Sequence[pl.DataFrame]], **told: Any
    ) -> list[tuple[dict[str, Any], list[pl.DataFrame]]]:
        """Ask of every part, each machine for its parts in order, all machines at once."""
        answers: dict[int, tuple[dict[str, Any], list[pl.DataFrame]]] = {}

        def ask(lane: int) -> None:
            wire = self._wires[lane]
            try:
                for part in range(lane, len(self._parts), len(self._wires)):
                    send(wire, {"do": do, "part": part, **told}, frames[part])
                    answers[part] = receive(wire)
            except (EOFError, OSError) as gone:
                raise LostMachine(self._addresses[lane]) from gone

        list(self._lanes.map(ask, range(len(self._wires))))
        return [answers[part] for part in range(len(self._parts))]


def match_machines(
    records: pl.DataFrame,
    parts: Sequence[pl.DataFrame],
    addresses: Sequence[str],
    settings: Settings | None = None,
    *,
    key: bytes,
    tell: Tell | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Matching:
    """Return what `match` returns for the whole register, its parts being held by other machines.

    Parameters
    ----------
    records, settings, tell, is_cancelled
        As of `match`.
    parts
        The register, dealt out in any way; by province as a rule.
    addresses
        ``host:port`` of each machine; parts go round them.
    key
        The secret the machines were started with.

    Raises
    ------
    LostMachine
        If one cannot be reached, knows another secret, or hangs up.

    Notes
    -----
    Every part's records and pairs cross the wire once for each batch of ``rows_at_once``; counts once.
    """
    settings = settings or Settings()
    records, register = checked(records), [checked(part) for part in parts]
    places = places_of(records, pl.concat(part.select("place") for part in register), settings)
    with Machines(register, places, addresses, key) as machines:
        return match_in(machines, records, places, settings, tell=tell, is_cancelled=is_cancelled)


def main(arguments: Sequence[str]) -> int:
    """Serve on the address given."""
    key = os.environ.get(KEY, "")
    if len(arguments) != 1 or not key:
        sys.stderr.write(f"usage: {KEY}=SECRET python -m tici.engines.linkage.machines HOST:PORT\n")
        return 2
    host, _colon, port = arguments[0].rpartition(":")
    serve((host, int(port)), key.encode(), lambda text: sys.stdout.write(text + "\n") and sys.stdout.flush())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
