"""A workload with a bug: its data cannot be built."""


def build(size):
    raise LookupError("a bug in build")


def process(data, job):
    return None
