"""How far runs of the published study lie apart; written by `fit_priors`."""

PUBLISHED: dict[str, dict[str, float]] = {
    "times": {
        "freedom": 2.599,
        "level": -5.78,
        "slope": -0.2281,
        "shortest": 0.0005975,
        "longest": 66.73,
    },
    "memory": {
        "freedom": 0.5286,
        "level": -14.62,
        "slope": 0.0,
        "shortest": 1.0,
        "longest": 1.0,
    },
    "ratios": {
        "freedom": 6.378,
        "level": -5.744,
        "slope": -0.3987,
        "shortest": 0.0005975,
        "longest": 8.205,
    },
    "study": {
        "replicates": 485,
    },
}
