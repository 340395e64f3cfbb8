"""From signals about a tag to a probability: logistic regression over (incident, tag) pairs, one for each axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STEPS = 30
_ENOUGH = 1e-8


@dataclass(frozen=True)
class Logistic:
    """`weights` belong to standardised signals, `bias` stands alone."""

    weights: Array
    bias: float
    centre: Array
    spread: Array

    def probabilities(self, signals: Array) -> Array:
        """(pairs,) probabilities for (pairs, signals)."""
        return _sigmoid((signals - self.centre) / self.spread @ self.weights + self.bias)


def fit_logistic(signals: Array, labels: Array, penalty: float) -> Logistic:
    """Maximum penalised likelihood by Newton's method; the bias is not penalised."""
    centre = signals.mean(axis=0)
    spread = signals.std(axis=0)
    spread = np.where(spread < 1e-9, 1.0, spread)
    design = np.hstack([(signals - centre) / spread, np.ones((len(signals), 1))])
    ridge = np.full(design.shape[1], penalty)
    ridge[-1] = 1e-6
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = _sigmoid(design @ weights)
        gradient = design.T @ (labels - chance) - ridge * weights
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step
        if float(np.abs(step).max()) < _ENOUGH:
            break
    return Logistic(weights[:-1], float(weights[-1]), centre, spread)


def best_threshold(probabilities: Array, labels: Array, low: float, high: float) -> float:
    """The cut between `low` and `high` with the best micro F1 on held-out probabilities."""
    cuts = np.arange(low, high + 1e-9, 0.01)
    positives = labels.sum()
    scores = []
    for cut in cuts:
        chosen = probabilities >= cut
        scores.append(2 * labels[chosen].sum() / max(1.0, chosen.sum() + positives))
    # The middle of the best plateau generalises better than its edge.
    best = np.flatnonzero(np.array(scores) >= max(scores) - 0.003)
    return round(float(cuts[best[len(best) // 2]]), 2)


def _sigmoid(values: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(values, -35, 35)))
