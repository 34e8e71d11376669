"""A list of ints, read at a hundred thousand random places; a job's answer: how many are wrong."""

from random import Random

ACCESSES = 100_000


def value(place):
    return place * 2_654_435_761 % (1 << 40)


def build(size):
    return [value(place) for place in range(size)]


def process(data, job):
    choose, size = Random(job).randrange, len(data)
    wrong = 0
    for _ in range(ACCESSES):
        place = choose(size)
        wrong += data[place] != value(place)
    return wrong, size


def expected(size, job):
    return 0, size
