"""Preloaded and immortal: the module that the forkserver imports makes its objects immortal, too.

For CPython 3.12 or later; copy scripts/sharing/immortal.py beside the program.
"""

import gc
import multiprocessing
import os
from importlib import import_module
from pathlib import Path

from immortal import make_immortal

MODULE = Path(__file__).stem


def build():
    return list(range(1, 1001))


if __name__ == MODULE:  # imported by this name: by the forkserver, for all whom it forks
    NUMBERS = build()
    make_immortal(NUMBERS)  # and all that can be reached from it
    gc.freeze()


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in import_module(MODULE).NUMBERS)


if __name__ == "__main__":
    make_immortal([])  # refuses where it cannot work: in the forkserver nobody would read it
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)  # a forkserver has no other path
    forkserver = multiprocessing.get_context("forkserver")
    forkserver.set_forkserver_preload([MODULE])
    with forkserver.Pool(2) as pool:
        print(pool.map(count_multiples, range(2, 7)))
