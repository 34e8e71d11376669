"""A dict from str to int, each of whose keys is looked up once, in an order that differs by job."""

STEP = 2_654_435_761  # a prime: in steps of it, modulo the size, every key is met once


def build(size):
    """Return a dict of `size` keys of ten digits."""
    return {f"{number:010d}": number for number in range(size)}


def process(data, job):
    """Look up every key, far from the one before; return the sum of the values and the last one."""
    size = len(data)
    total, last, position = 0, None, job
    for _ in range(size):
        position = (position + STEP) % size
        last = data[f"{position:010d}"]
        total += last
    return total, last


def process_items(data, positions):
    """Look up the keys of the numbers `positions`; return the sum of the values and the last."""
    total, last = 0, None
    for position in positions:
        last = data[f"{position:010d}"]
        total += last
    return total, last


def expected(size, job):
    """Return the sum, and the value of the key that this job meets last; None without any key."""
    return size * (size - 1) // 2, (job + size * STEP) % size if size else None


def expected_items(size, positions):
    """Return the sum of the positions, which are the values, and the last of them."""
    return sum(positions), positions[-1] if positions else None
