"""Firms of a register that a record may be: by code, core, place, address, telephone, and the nearest names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray
from sparse_dot_topn import sp_matmul_topn

from tici.engines.linkage.census import KEYS, Census
from tici.engines.linkage.characters import neighbours

NEAREST, _LEAST_NEAR = 5, 0.3
ALMOST = 0.7  # of the nearest: a name further off was the one in 7 of 69,000 pairs, and these were a third of all pairs
_TIE, _SHADES = 1e-3, 8192  # how far hashes part names equally near, so that which are kept depends on no order


@dataclass(frozen=True, eq=False)
class Found:
    """Pairs of a record and a name of the register, by position; ``near`` the cosine of their cores.

    ``ways`` has a bit for each of `KEYS` that they share; ``rank_by`` orders the nearest names, 0 for all others.
    """

    record: NDArray[np.int64]
    name: NDArray[np.int64]
    near: NDArray[np.float32]
    rank_by: NDArray[np.float32]
    ways: NDArray[np.uint8]


class Index:
    """A prepared register, or a part of it, in which records are looked up.

    Parameters
    ----------
    prepared
        As of `prepare`.
    census
        Counts of the whole register; what is found in parts then adds up to what is found in the whole.
    """

    def __init__(self, prepared: pl.DataFrame, census: Census) -> None:
        self.census = census.closed()
        self.vectors = vectors(prepared["core"], census)
        tie = prepared["name"].hash(7).to_numpy() ^ prepared["key"].hash(8).to_numpy()
        shade = (1 - _TIE * (tie % _SHADES / _SHADES)).astype(np.float32)
        self._telling = _telling(self.vectors, census, shade).T.tocsr()
        position = pl.Series("name_at", np.arange(prepared.height, dtype=np.int64))
        self._by_key = {}
        for key in KEYS:
            held = prepared.select(pl.col(key).alias("hash")).with_columns(position).drop_nulls()
            self._by_key[key] = held.join(census.crowded(key), on="hash", how="anti")
        self.prepared = prepared.drop(set(KEYS) - {"of_core"})  # the others have served

    def find(self, records: pl.DataFrame) -> Found:
        """Return for each record of a prepared list the names it may be, in the order of records and names.

        Notes
        -----
        At most `NEAREST` by likeness in each part of a register, none of them far behind the nearest (`ALMOST`), and
        those that share a key which is not crowded.
        A record that is settled (``is_settled``) is looked up by its code alone.
        """
        asked = vectors(records["core"], self.census)
        is_open = ~records["is_settled"]
        nearest = sp_matmul_topn(
            _telling(asked, self.census, is_open.to_numpy().astype(np.float32)),
            self._telling,
            top_n=NEAREST,
            threshold=_LEAST_NEAR,
        ).tocoo()
        best = np.zeros(records.height, np.float32)
        np.maximum.at(best, nearest.row, nearest.data)
        is_near = nearest.data >= ALMOST * best[nearest.row]
        records_at, names_at = [nearest.row[is_near].astype(np.int64)], [nearest.col[is_near].astype(np.int64)]
        ways = [np.zeros(len(records_at[0]), np.uint8)]
        position = pl.Series("record_at", np.arange(records.height, dtype=np.int64))
        for bit, key in enumerate(KEYS):
            own = records.select(pl.col(key).alias("hash")).with_columns(position)
            own = (own if key == "of_code" else own.filter(is_open)).drop_nulls()
            met = own.join(self._by_key[key], on="hash")
            records_at.append(met["record_at"].to_numpy())
            names_at.append(met["name_at"].to_numpy())
            ways.append(np.full(met.height, 1 << bit, np.uint8))
        pair = np.concatenate(records_at) * max(1, self.prepared.height) + np.concatenate(names_at)
        unique, at = np.unique(pair, return_inverse=True)
        together = np.zeros(len(unique), np.uint8)
        np.bitwise_or.at(together, at, np.concatenate(ways))
        rank_by = np.zeros(len(unique), np.float32)
        rank_by[at[: len(records_at[0])]] = nearest.data[is_near]
        record, name = np.divmod(unique, max(1, self.prepared.height))
        near = np.asarray(asked[record].multiply(self.vectors[name]).sum(axis=1), np.float32).ravel()
        return Found(record, name, near, rank_by, together)


def vectors(cores: pl.Series, census: Census) -> sp.csr_matrix:
    """Return cores as rows of unit length: a column for each pair of neighbours in the register, one for all others.

    What stands in no name of the register weighs in the length, so that a stranger's name is near to none.
    """
    of, pair = neighbours(cores)
    strange = census.pairs.height
    columns = census.pairs.select("pair", at=pl.int_range(pl.len(), dtype=pl.Int32))
    found = pl.DataFrame({"pair": pair}).join(columns, on="pair", how="left", maintain_order="left")
    at = found["at"].fill_null(strange).to_numpy(writable=True)
    starts = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(cores)))])
    matrix = sp.csr_matrix((np.ones(len(at), np.float32), at, starts), (len(cores), strange + 1))
    matrix.sum_duplicates()
    matrix.data = census.weights[matrix.indices] * np.sqrt(matrix.data)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1))).ravel()
    length[length == 0] = 1
    return (sp.diags((1 / length).astype(np.float32)) @ matrix).tocsr()


def _telling(matrix: sp.csr_matrix, census: Census, shade: NDArray[np.float32]) -> sp.csr_matrix:
    """Return vectors with nothing but the pairs that lead to firms, each row times its shade; none where that is 0."""
    row = np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))
    kept = census.is_telling[matrix.indices] & (shade[row] > 0)
    row = row[kept]
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=matrix.shape[0]))])
    return sp.csr_matrix((matrix.data[kept] * shade[row], matrix.indices[kept], starts), matrix.shape)
