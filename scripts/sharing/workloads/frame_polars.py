"""The table of `frame` in polars, whose threads make a fork dangerous: workers of one may hang."""

from sharing.strategies import library

polars = library("polars")
CITIES = 50  # as in `frame`, which would import pandas and its threads


def build(size):
    """Return a table of `size` rows, filtered once, as a program cleans what it has read.

    With that polars starts its threads, and forked workers wait for them in vain.
    https://docs.pola.rs/user-guide/misc/multiprocessing/
    """
    numbers = range(size)
    data = polars.DataFrame(
        {
            "number": numbers,
            "value": [number / 2 for number in numbers],
            "city": [f"city {number % CITIES}" for number in numbers],
            "name": [f"{number:010d}" for number in numbers],
        },
        schema={
            "number": polars.Int64, "value": polars.Float64,
            "city": polars.String, "name": polars.String,
        },
    )  # fmt: skip
    return data.filter(polars.col("name").is_not_null())


def process(data, job):
    """Return the rows of a city, the sum of their values, and the length of all names."""
    own = data.filter(polars.col("city") == f"city {job % CITIES}")
    return len(own), float(own["value"].sum()), int(data["name"].str.len_chars().sum())


def expected(size, job):
    """Return all three in closed form; the values add up exactly, in any order."""
    city = job % CITIES
    rows = len(range(city, size, CITIES))
    return rows, (rows * city + CITIES * rows * (rows - 1) // 2) / 2, 10 * size
