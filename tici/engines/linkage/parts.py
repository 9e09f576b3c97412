"""Long lists part by part, several parts at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import polars as pl

Part = TypeVar("Part")
Result = TypeVar("Result")


def parts_of(rows: pl.DataFrame, at_once: int) -> list[pl.DataFrame]:
    """Return a frame cut into parts of so many rows; one part where there are none."""
    return [rows[at : at + at_once] for at in range(0, max(1, rows.height), at_once)]


def in_turn(work: Callable[[Part], Result], parts: Iterable[Part], threads: int) -> Iterator[Result]:
    """Do work on parts in several threads; results come in the parts' order, and few more are done than are taken."""
    with ThreadPoolExecutor(threads) as pool:
        running: deque[Future[Result]] = deque()
        try:
            for part in parts:
                running.append(pool.submit(work, part))
                if len(running) > threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for one in running:
                one.cancel()
