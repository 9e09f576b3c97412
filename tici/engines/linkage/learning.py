"""How likely a pair is one firm, learnt from the records that carry codes, and where the list's two cuts lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from tici.engines.linkage.comparing import DIFFERENT, EQUAL, FEATURES, NEARLY, ORGANISATION
from tici.engines.linkage.prior import Prior, prior

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

Column = NDArray[np.float64]

FEWEST_LABELS = 200  # records of known firms, and as many of unknown ones or candidates that are others
FOLDS = 3
MOST_DOUBTFUL = 0.5  # and whatever is likelier than not is shown to somebody
LEAST_CERTAIN = 0.9  # nothing less likely is taken without a person looking
# Natural logarithms by which codes change the odds. Two sound codes that differ are two firms, unless a firm was
# registered anew; a faulty one that differs by one character is hardly ever chance.
CODE_ODDS = {DIFFERENT: -5.0, NEARLY: 5.0, ORGANISATION: 7.0, EQUAL: 30.0}


@dataclass(frozen=True)
class Cuts:
    """Where a list is cut: certain enough to be taken, uncertain enough to be shown, or in no register.

    ``precision`` is what the labelled records give above the automatic cut, ``labelled`` how many they are.
    """

    automatic: float
    desk: float
    precision: float
    labelled: int


@dataclass(frozen=True, eq=False)
class Trees:
    """Boosted trees over the features that had anything to compare in what they were taught."""

    has: NDArray[np.bool_]
    fitted: HistGradientBoostingClassifier

    @classmethod
    def taught(cls, features: NDArray[np.float32], is_one: NDArray[np.int8], seed: int) -> Trees:
        """Fit trees to labelled pairs. A list without telephone numbers has a feature that is ``nan`` throughout."""
        has = np.asarray(~np.isnan(features).all(axis=0), np.bool_)
        return cls(has, _trees(seed).fit(features[:, has], is_one))

    def log_odds(self, features: NDArray[np.float32]) -> Column:
        """Return the log odds of each row of a matrix of `FEATURES`."""
        return np.asarray(self.fitted.decision_function(features[:, self.has]))


@dataclass(frozen=True, eq=False)
class Model:
    """Judges pairs. ``trees`` is ``None`` where too few records carried codes; then the shipped prior judges."""

    trees: Trees | None
    prior: Prior
    slope: float
    offset: float
    cuts: Cuts

    def probability(self, pairs: pl.DataFrame) -> Column:
        """Return for each pair the probability that it is one firm; those of a record add up to at most 1."""
        features = figures_of(pairs)
        if self.trees is None:
            raw = self.prior.log_odds(features)
        else:
            with threadpool_limits(1):
                raw = self.trees.log_odds(features)
        return _among(pairs, self.slope * raw + self.offset, pairs["code"].to_numpy())


def figures_of(pairs: pl.DataFrame) -> NDArray[np.float32]:
    """Return the features of pairs as a matrix, nan where there was nothing to compare."""
    return pairs.select(FEATURES).to_numpy().astype(np.float32)


def learn(pairs: pl.DataFrame, *, precision: float, seed: int) -> Model:
    """Return a model learnt from pairs whose codes say whether they are one firm.

    Parameters
    ----------
    pairs
        As of `together`, of records that carry a credit code, found without looking at the code.
    precision
        What share of the records above the automatic cut must be right.
    seed
        The same pairs and seed give the same model.

    Notes
    -----
    The desk's cut lies where F1 is best but not above `MOST_DOUBTFUL`, the automatic one where the precision asked
    for still holds but not below `LEAST_CERTAIN`. Both come from probabilities that models gave to records they had
    not seen, in `FOLDS` parts; the same probabilities set the calibration. With fewer than `FEWEST_LABELS` records
    of known firms the shipped prior judges.
    """
    labelled = pairs.filter(pl.col("is_labelled"))
    is_one = (labelled["code"].to_numpy() == EQUAL).astype(np.int8)
    if min(int(is_one.sum()), int((1 - is_one).sum())) < FEWEST_LABELS:
        cuts = Cuts(prior().automatic, prior().desk, float("nan"), int(is_one.sum()))
        return Model(None, prior(), 1.0, 0.0, cuts)
    features = figures_of(labelled)
    record = labelled["record"].to_numpy()
    fold = np.asarray(labelled["record"].hash(seed).to_numpy() % FOLDS)
    unseen = np.zeros(len(is_one))
    # One thread: where others use the processors, threads that wait for one another take forty times as long.
    with threadpool_limits(1):
        for part in range(FOLDS):
            rest = fold != part
            unseen[~rest] = Trees.taught(features[rest], is_one[rest], seed).log_odds(features[~rest])
        trees = Trees.taught(features, is_one, seed)
    slope, offset = _calibrated(unseen, is_one)
    probability = _among(labelled, slope * unseen + offset, None)
    cuts = _cuts(record, probability, is_one, precision)
    return Model(trees, prior(), slope, offset, cuts)


def _trees(seed: int) -> HistGradientBoostingClassifier:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - a second; only who learns pays for it

    return HistGradientBoostingClassifier(
        max_iter=40,
        learning_rate=0.25,
        max_leaf_nodes=15,
        min_samples_leaf=30,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )


def _among(pairs: pl.DataFrame, log_odds: Column, code: NDArray[np.int8] | None) -> Column:
    """Return probabilities among the candidates of each record: it is one of them or none."""
    if code is not None:
        log_odds = log_odds + np.select([code == state for state in CODE_ODDS], list(CODE_ODDS.values()), 0.0)
    odds = np.exp(np.clip(log_odds, -30, 30))
    sums = pl.DataFrame({"record": pairs["record"], "odds": odds}).select(pl.col("odds").sum().over("record"))
    return odds / (1 + sums["odds"].to_numpy())


def _calibrated(log_odds: Column, is_one: NDArray[np.int8]) -> tuple[float, float]:
    """Return slope and offset that make log odds true to what was seen (Platt's scaling)."""

    def loss(line: Column) -> float:
        at = line[0] * log_odds + line[1]
        return float(np.mean(np.logaddexp(0, at) - is_one * at))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(offset)


def _cuts(record: NDArray[np.int64], probability: Column, is_one: NDArray[np.int8], precision: float) -> Cuts:
    """Return the cuts that labelled records ask for, judged by the best candidate of each."""
    order = np.lexsort((-probability, record))
    first = order[np.unique(record[order], return_index=True)[1]]
    best, right = probability[first], is_one[first]
    down = np.argsort(-best, kind="stable")
    best, right = best[down], right[down].astype(np.float64)
    known = max(1, len(np.unique(record[is_one == 1])))
    count = np.arange(1, len(best) + 1)
    share = np.cumsum(right) / count
    f1 = 2 * np.cumsum(right) / (count + known)
    ends = np.append(best[1:] != best[:-1], True)  # a cut cannot part equal probabilities
    enough = np.nonzero((share >= precision) & ends)[0]
    at = int(enough[-1]) if len(enough) else -1
    automatic = max(float(best[at]), LEAST_CERTAIN) if at >= 0 else 1.0
    at = int(np.searchsorted(-best, -automatic, side="right")) - 1
    desk = min(float(best[int(np.argmax(np.where(ends, f1, 0)))]), MOST_DOUBTFUL)
    return Cuts(automatic, desk, float(share[at]) if at >= 0 else float("nan"), known)
