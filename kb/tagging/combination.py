"""From signals about a tag to a probability: logistic regression over (incident, tag) pairs, one for each axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

# The rules' own log odds count by three quarters whatever the data say: few incidents bear a single rule out, and a
# precise rule must be able to carry a rare tag that nothing else resembles.
_ODDS_SHARE = 0.75
_STEPS = 30
_ENOUGH = 1e-8


@dataclass(frozen=True)
class Logistic:
    """`weights` belong to standardised signals after the first, which are log odds counted by a fixed share."""

    weights: Array
    bias: float
    centre: Array
    spread: Array

    def probabilities(self, signals: Array) -> Array:
        """(pairs,) probabilities for (pairs, signals)."""
        offset = _ODDS_SHARE * signals[:, 0] + self.bias
        return _sigmoid((signals[:, 1:] - self.centre) / self.spread @ self.weights + offset)


def fit_logistic(signals: Array, labels: Array, weights: Array, penalty: float) -> Logistic:
    """Maximum penalised likelihood by Newton's method; pairs count by `weights`, the bias is not penalised."""
    offset, learnt = _ODDS_SHARE * signals[:, 0], signals[:, 1:]
    centre = learnt.mean(axis=0)
    spread = learnt.std(axis=0)
    spread = np.where(spread < 1e-9, 1.0, spread)
    design = np.hstack([(learnt - centre) / spread, np.ones((len(signals), 1))])
    ridge = np.full(design.shape[1], penalty)
    ridge[-1] = 1e-6
    slopes = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = _sigmoid(design @ slopes + offset)
        gradient = design.T @ (weights * (labels - chance)) - ridge * slopes
        curvature = (design * (weights * chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        slopes = slopes + step
        if float(np.abs(step).max()) < _ENOUGH:
            break
    return Logistic(slopes[:-1], float(slopes[-1]), centre, spread)


def best_threshold(probabilities: Array, labels: Array, weights: Array, low: float, high: float) -> float:
    """The cut between `low` and `high` with the best micro F1 on held-out probabilities."""
    cuts = np.arange(low, high + 1e-9, 0.01)
    positives = (weights * labels).sum()
    scores = []
    for cut in cuts:
        chosen = probabilities >= cut
        right = (weights * labels)[chosen].sum()
        scores.append(2 * right / max(1.0, weights[chosen].sum() + positives))
    # The middle of the best plateau generalises better than its edge.
    best = np.flatnonzero(np.array(scores) >= max(scores) - 0.003)
    return round(float(cuts[best[len(best) // 2]]), 2)


def _sigmoid(values: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(values, -35, 35)))
