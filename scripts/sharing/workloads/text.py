"""One big str, in which every job counts a word from end to end: a single object, no references."""

SENTENCE = "a needle lies in one haystack and another needle lies in no haystack at all; "
WORDS = ("needle", "haystack", "another", "; ")


def build(size):
    """Return a text of `size` characters: a sentence over and over, the last one cut off."""
    return SENTENCE * (size // len(SENTENCE)) + SENTENCE[: size % len(SENTENCE)]


def process(data, job):
    """Return how often the job's word stands in the text."""
    return data.count(WORDS[job % len(WORDS)])


def expected(size, job):
    """Return the count in the whole sentences and in the one that was cut off."""
    word = WORDS[job % len(WORDS)]
    whole, rest = divmod(size, len(SENTENCE))
    return whole * SENTENCE.count(word) + SENTENCE[:rest].count(word)
