"""Shares of few cases: how low the true one may be, how wide it may lie (Wilson's score interval)."""

from math import sqrt

ONE_SIDED_80 = 0.8416
TWO_SIDED_95 = 1.9600


def lower_bound(right: int, total: int, z: float = ONE_SIDED_80) -> float:
    """The share that the true one exceeds, as far as so few cases tell; 0 without any."""
    return interval(right, total, z)[0]


def interval(right: int, total: int, z: float = TWO_SIDED_95) -> tuple[float, float]:
    """Between which shares the true one lies."""
    if total == 0:
        return 0.0, 1.0
    share, square = right / total, z * z
    middle = share + square / (2 * total)
    width = z * sqrt(share * (1.0 - share) / total + square / (4 * total * total))
    whole = 1.0 + square / total
    return max(0.0, (middle - width) / whole), min(1.0, (middle + width) / whole)
