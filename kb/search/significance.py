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
LEVEL = 0.95
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
    from scipy.stats import bootstrap  # half a second, which nobody but `kb evaluate` has to wait for

    if len(values) < 2:
        return None, None
    sample = np.asarray(values, dtype=np.float64)
    found = bootstrap(
        (sample,), np.mean, n_resamples=RESAMPLES, confidence_level=LEVEL, method="percentile", vectorized=True, rng=np.random.default_rng(SEED)
    ).confidence_interval  # fmt: skip
    low, high = sorted((float(found.low), float(found.high)))  # of equal values, rounding may turn them round
    return low, high


def compare(one: Sequence[float], other: Sequence[float]) -> Comparison:
    """Compare two rankings by a measure of the same queries in the same order. Raises ValueError on unequal lengths."""
    if len(one) != len(other) or not one:
        raise ValueError(f"{len(one)} and {len(other)} values cannot be paired")
    differences = np.asarray(other, dtype=np.float64) - np.asarray(one, dtype=np.float64)
    low, high = bootstrap_interval(differences.tolist())
    return Comparison(len(differences), float(differences.mean()), low, high, _sign_flip_p(differences))


def _sign_flip_p(differences: np.ndarray) -> float:
    """Two-sided p of "neither ranking is better", under which the sign of each difference is a coin's toss."""
    from scipy.stats import permutation_test

    moved = differences[np.abs(differences) > ROUNDING]
    if len(moved) < 2:
        return 1.0  # with one difference both signs are as far from 0
    # The size of the sum has one tail: with its sign, scipy would double the smaller of two.
    found = permutation_test(
        (moved,), lambda signed, axis: np.abs(signed.sum(axis=axis)), permutation_type="samples", vectorized=True, n_resamples=RESAMPLES,
        alternative="greater", rng=np.random.default_rng(SEED),
    )  # fmt: skip
    return float(found.pvalue)  # of all sign patterns where they are at most RESAMPLES, else the observed one counts among them: never 0
