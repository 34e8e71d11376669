"""How far runs of the published study lie apart; written by `fit_priors`."""

PUBLISHED: dict[str, dict[str, float]] = {
    "times": {
        "freedom": 2.728,
        "level": -6.449,
        "slope": -0.3266,
        "shortest": 0.0004239,
        "longest": 55.34,
    },
    "memory": {
        "freedom": 0.4543,
        "level": -16.15,
        "slope": 0.0,
        "shortest": 1.0,
        "longest": 1.0,
    },
    "ratios": {
        "freedom": 3.056,
        "level": -6.57,
        "slope": -0.3092,
        "shortest": 0.0004129,
        "longest": 28.34,
    },
    "study": {
        "replicates": 1203,
    },
}
