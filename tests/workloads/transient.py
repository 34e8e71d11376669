"""Nothing to share; a job takes a hundred mebibytes, holds them a while, and lets go of them."""

import time

HELD_MIB = 100


def build(size):
    return None


def process(data, job):
    held = bytearray(b"x") * (HELD_MIB << 20)
    time.sleep(0.3)
    return len(held)
