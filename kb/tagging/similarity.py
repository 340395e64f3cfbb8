"""How like a tag's known evidence a sentence is: character n-grams, weighted, and kernel ridge regression on them.

The regression is solved in closed form, so that the score each training incident would have had without itself costs
one matrix inverse; nothing is random.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_LENGTHS = (2, 3)
_RARE = 3  # an n-gram of one or two training sentences says little about another one
_RUN = re.compile(r"[ぁ-んァ-ヶー一-鿿々a-z]+")


@lru_cache(maxsize=20_000)
def ngrams(text: str) -> Mapping[str, int]:
    """Counts of the character n-grams of an NFKC text that cross no digit, space or punctuation."""
    counts: Counter[str] = Counter()
    for run in _RUN.findall(text.casefold()):
        for length in _LENGTHS:
            counts.update(run[i : i + length] for i in range(len(run) - length + 1))
    return counts


@dataclass(frozen=True)
class Vectoriser:
    """Columns and inverse document frequencies of the n-grams of a training set."""

    columns: Mapping[str, int]
    idf: NDArray[np.float32]

    def matrix(self, texts: Sequence[str]) -> Matrix:
        """(len(texts), n-grams) unit rows; a text without a known n-gram is a row of zeros."""
        rows = np.zeros((len(texts), len(self.columns)), dtype=np.float32)
        for row, text in zip(rows, texts):
            known = [(self.columns[gram], count) for gram, count in ngrams(text).items() if gram in self.columns]
            if known:
                places, counts = zip(*known)
                index = np.array(places)
                row[index] = (1 + np.log(np.array(counts, dtype=np.float32))) * self.idf[index]
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def vectoriser(texts: Sequence[str]) -> Vectoriser:
    """Learn the n-grams that at least two of `texts` share."""
    frequency: Counter[str] = Counter()
    for text in texts:
        frequency.update(ngrams(text).keys())
    kept = sorted(gram for gram, count in frequency.items() if count >= _RARE)
    idf = np.array([np.log((1 + len(texts)) / (1 + frequency[gram])) + 1 for gram in kept], dtype=np.float32)
    return Vectoriser({gram: column for column, gram in enumerate(kept)}, idf)


@dataclass(frozen=True)
class Ridge:
    """Ridge regression of tags on unit rows: score = mean + rows @ weights, with weights (n-grams, tags)."""

    weights: Matrix
    mean: Matrix

    def scores(self, rows: Matrix) -> NDArray[np.float64]:
        """(rows, tags): near 1 where a row resembles the tag's evidence, near 0 elsewhere."""
        return (self.mean + rows @ self.weights).astype(np.float64)


def fit_ridge(
    rows: Matrix, kernel: Matrix, labels: Matrix, groups: Sequence[int], penalty: float
) -> tuple[Ridge, Matrix]:
    """Fit, and also score every row by the regression that has not seen its group.

    `kernel` is rows @ rows.T, `labels` (rows, tags) of 0 and 1; rows of one incident share a group number. Returns the
    regression and the (rows, tags) held-out scores.
    """
    mean = labels.mean(axis=0)
    inverse = np.linalg.inv(kernel + penalty * np.eye(len(kernel), dtype=np.float32))
    weights = inverse @ (labels - mean)
    held_out = np.empty_like(labels)
    members: dict[int, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    for own in members.values():
        # Leaving a block out of ridge regression: its residuals are inv(G_bb) (G y)_b, where G is the inverse kernel.
        held_out[own] = labels[own] - np.linalg.solve(inverse[np.ix_(own, own)], weights[own])
    return Ridge(rows.T @ weights, mean), held_out
