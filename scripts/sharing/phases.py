"""The clock of a run: build, publish, start, map, stop."""

import time
from contextlib import contextmanager

PHASES = ("build", "publish", "start", "map", "stop")


class Phases:
    """Times the phases that a strategy names: ``with phase("map"): …``.

    ``enter(name)`` is called before a phase's clock starts. `seconds` holds the finished phases
    and nothing else; `started` the beginning of each on ``time.monotonic``, the clock that all
    processes of a machine have in common; `current` the phase that runs or was cut off by an
    exception.
    """

    def __init__(self, enter=lambda name: None, clock=time.monotonic):
        self.seconds = {}
        self.started = {}
        self.current = None
        self._enter = enter
        self._clock = clock

    @contextmanager
    def __call__(self, name):
        if name not in PHASES:
            raise ValueError(f"no phase is called {name!r}: {', '.join(PHASES)}")
        self.current = name
        self._enter(name)
        self.started[name] = self._clock()
        yield
        elapsed = self._clock() - self.started[name]
        self.seconds[name] = self.seconds.get(name, 0.0) + elapsed
        self.current = None
