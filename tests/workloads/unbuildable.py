"""A user's workload with a mistake: its data cannot be built."""


def build(size):
    raise LookupError("nothing to build from")


def process(data, job):
    return None
