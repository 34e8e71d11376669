"""A set and a dict of strings, as a tokeniser has: words are looked up, half of them unknown."""

STEP = 2_654_435_761  # a prime: in steps of it, modulo the size, every word is met once


class Vocabulary:
    """The words that are known, and the number of each."""

    def __init__(self, words):
        self.known = frozenset(words)
        self.numbers = {word: number for number, word in enumerate(words)}

    def __len__(self):
        return len(self.numbers)


def build(size):
    """Return a vocabulary of `size` words."""
    return Vocabulary([f"word{number}" for number in range(size)])


def process(data, job):
    """Look up twice as many words as are known, far from the one before; return what was found."""
    size = 2 * len(data)
    found = total = 0
    position = job
    for _ in range(size):
        position = (position + STEP) % size
        word = f"word{position}"
        if word in data.known:
            found += 1
            total += data.numbers[word]
    return found, total


def process_items(data, positions):
    """Look up the words of the numbers `positions`, and as many unknown ones; return the same."""
    found = total = 0
    for position in positions:
        for word in (f"word{position}", f"word-{position}"):
            if word in data.known:
                found += 1
                total += data.numbers[word]
    return found, total


def expected(size, job):
    """Return the number of words, and the sum of their numbers."""
    return size, size * (size - 1) // 2


def expected_items(size, positions):
    """Return how many words were looked up and known, and the sum of their numbers."""
    return len(positions), sum(positions)
