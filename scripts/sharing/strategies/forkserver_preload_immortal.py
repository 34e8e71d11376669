"""Preloaded and immortal: the module that the forkserver imports makes its objects immortal, too.

CPython 3.12 and later, by an unsupported use of its internals: see sharing/immortal.py.
"""

from sharing.immortal import why_not
from sharing.strategies import Unsupported, forkserver_preload
from sharing.strategies.module_global import SOURCE

MECHANISM = "by fork"
SINCE = (3, 12)
DATA = False
IMMORTAL = (
    SOURCE
    + """
import gc
from sharing.immortal import make_immortal
make_immortal(BIG_DATA)
gc.freeze()
"""
)


def share(data, process, workers, jobs, context, phase):
    if why_not():
        raise Unsupported(why_not())
    yield from forkserver_preload.share(data, process, workers, jobs, context, phase, IMMORTAL)
