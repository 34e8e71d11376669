"""A pandas table of ints, floats and two columns of Python strings; a job filters it and counts."""

from sharing.strategies import library

pandas = library("pandas")
CITIES = 50


def build(size):
    """Return a table of `size` rows; its strings are objects, each of its own."""
    return columns(size).astype({"city": object, "name": object})


def columns(size):
    """Return the table with the strings as pandas chooses to keep them."""
    numbers = range(size)
    return pandas.DataFrame(
        {
            "number": pandas.Series(numbers, dtype="int64"),
            "value": pandas.Series([number / 2 for number in numbers], dtype="float64"),
            "city": pandas.Series([f"city {number % CITIES}" for number in numbers], dtype=object),
            "name": pandas.Series([f"{number:010d}" for number in numbers], dtype=object),
        }
    )


def process(data, job):
    """Return the rows of a city, the sum of their values, and the length of all names."""
    own = data[data["city"] == f"city {job % CITIES}"]
    return len(own), float(own["value"].sum()), int(data["name"].str.len().sum())


def expected(size, job):
    """Return all three in closed form; the values add up exactly, in any order."""
    city = job % CITIES
    rows = len(range(city, size, CITIES))
    return rows, (rows * city + CITIES * rows * (rows - 1) // 2) / 2, 10 * size
