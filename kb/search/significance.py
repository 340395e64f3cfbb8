"""How far a mean over judged queries can be trusted: bootstrap intervals, and a paired test of two rankings.

Both resample queries, not incidents: the question is what other queries of the same kinds would have given. Seeds are
fixed, so that the same values always give the same interval and the same p.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 4000
SEED = 20180612
LEVEL = 95  # per cent
EXACT = 12  # up to so many differing queries all sign patterns are tried (2 to that power), beyond it RESAMPLES of them
ROUNDING = 1e-12  # sums that differ by less are the same


@dataclass(frozen=True)
class Comparison:
    """Paired differences `other - one`, in the measure's own unit; the interval is None when there is only one pair."""

    queries: int
    difference: float
    low: float | None
    high: float | None
    p: float

    def as_json(self) -> dict[str, float | int | None]:
        """The comparison as plain data."""
        return {"queries": self.queries, "difference": self.difference, "low": self.low, "high": self.high, "p": self.p}


def bootstrap_interval(values: Sequence[float]) -> tuple[float, float] | tuple[None, None]:
    """The 95 % percentile interval of the mean; (None, None) for fewer than two values, which say nothing of spread."""
    if len(values) < 2:
        return None, None
    sample = np.asarray(values, dtype=np.float64)
    chosen = np.random.default_rng(SEED).integers(0, len(sample), size=(RESAMPLES, len(sample)))
    tail = (100 - LEVEL) / 2
    low, high = np.percentile(sample[chosen].mean(axis=1), [tail, 100 - tail])
    return float(low), float(high)


def compare(one: Sequence[float], other: Sequence[float]) -> Comparison:
    """Compare two rankings by a measure of the same queries in the same order. Raises ValueError on unequal lengths."""
    if len(one) != len(other) or not one:
        raise ValueError(f"{len(one)} and {len(other)} values cannot be paired")
    differences = np.asarray(other, dtype=np.float64) - np.asarray(one, dtype=np.float64)
    low, high = bootstrap_interval(differences.tolist())
    return Comparison(len(differences), float(differences.mean()), low, high, _sign_flip_p(differences))


def _sign_flip_p(differences: np.ndarray) -> float:
    """Two-sided p of "neither ranking is better", under which the sign of each difference is a coin's toss."""
    moved = differences[np.abs(differences) > ROUNDING]
    if not len(moved):
        return 1.0
    observed = abs(moved.sum())
    if len(moved) <= EXACT:
        patterns = (np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved))) & 1
        return float(np.mean(np.abs((1 - 2 * patterns) @ moved) >= observed - ROUNDING))
    signs = np.random.default_rng(SEED).choice((-1.0, 1.0), size=(RESAMPLES, len(moved)))
    as_far = np.count_nonzero(np.abs(signs @ moved) >= observed - ROUNDING)
    return float((as_far + 1) / (RESAMPLES + 1))  # the observed pattern counts as one of them, so that p is never 0
