"""A list of nested dicts, as ``json.loads`` gives them: filtered, and a field of them summed."""

import json

PERIOD = 60  # documents differ by their number, their other fields repeat


def build(size):
    """Return `size` documents, parsed from their text, no part shared by two of them."""
    return [json.loads(text(number)) for number in range(size)]


def text(number):
    """Return one document as JSON."""
    place = number % PERIOD
    return json.dumps(
        {
            "id": f"{number:010d}",
            "user": {"name": f"user {number}", "age": place},
            "scores": [place % 7, place % 11, number % 2],
            "tags": [f"tag {place % 5}", f"tag {place % 3}"],
            "active": number % 3 > 0,
        }
    )


def process(data, job):
    """Return how many active documents are of at least an age, and the sum of their scores."""
    least = f"tag {job % 5}"
    age = job % PERIOD
    found = total = 0
    for document in data:
        if document["active"] and document["user"]["age"] >= age and least in document["tags"]:
            found += 1
            total += sum(document["scores"])
    return found, total


def expected(size, job):
    """Return both from the documents of one period and of the rest."""
    whole, rest = divmod(size, PERIOD)
    period = process(build(PERIOD), job)
    last = process(build(rest), job)
    return whole * period[0] + last[0], whole * period[1] + last[1]
