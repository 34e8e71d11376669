"""How far runs of the published study lie apart; written by `fit_priors`."""

PUBLISHED: dict[str, dict[str, float]] = {
    "times": {
        "freedom": 2.654,
        "level": -5.849,
        "slope": -0.3418,
        "shortest": 0.0005916,
        "longest": 68.4,
    },
    "memory": {
        "freedom": 0.5284,
        "level": -14.31,
        "slope": 0.0,
        "shortest": 1.0,
        "longest": 1.0,
    },
    "ratios": {
        "freedom": 5.661,
        "level": -5.639,
        "slope": -0.3681,
        "shortest": 0.0005688,
        "longest": 7.853,
    },
    "study": {
        "replicates": 445,
    },
}
