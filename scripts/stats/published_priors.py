"""How far runs of the published study lie apart; written by `fit_priors`."""

PUBLISHED: dict[str, dict[str, float]] = {
    "times": {
        "freedom": 2.75,
        "level": -5.965,
        "slope": -0.3672,
        "shortest": 0.0005916,
        "longest": 68.4,
    },
    "memory": {
        "freedom": 0.4998,
        "level": -14.44,
        "slope": 0.0,
        "shortest": 1.0,
        "longest": 1.0,
    },
    "ratios": {
        "freedom": 3.962,
        "level": -5.825,
        "slope": -0.3453,
        "shortest": 0.0005688,
        "longest": 7.853,
    },
    "study": {
        "replicates": 351,
    },
}
