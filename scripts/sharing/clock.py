"""The clock of a run: build, then publish, start, map and stop without a gap."""

import time

PHASES = ("build", "publish", "start", "map", "stop")


class Clock:
    """Times the phases of a run, one after the other, on ``time.monotonic``.

    That clock all processes of a machine have in common. It runs from the end of build, or from
    the first phase where nothing is built; each phase ends where the next one begins, and only
    `pause` stops it. `seconds` holds the finished phases, `started` the first beginning of each,
    `current` the phase that runs. ``entered(name)`` is called when a phase has begun.
    """

    def __init__(self, entered=lambda name: None, now=time.monotonic):
        self.seconds = {}
        self.started = {}
        self.current = None
        self._entered = entered
        self._now = now
        self._since = None

    def enter(self, name):
        """End the phase that runs and begin `name`; a phase that is entered again adds up."""
        if name not in PHASES:
            raise ValueError(f"no phase is called {name!r}: {', '.join(PHASES)}")
        now = self._now()
        self._end(now)
        self.current, self._since = name, now
        self.started.setdefault(name, now)
        self._entered(name)

    def pause(self):
        """End the phase that runs, and begin none; `current` goes on to name it."""
        self._end(self._now())
        self._since = None

    def begin_at(self, moment):
        """Let the first phase after build have begun at `moment`, on the same clock.

        For data that another process has built meanwhile: what lies before belongs to build.
        """
        first = min((name for name in self.started if name != "build"), key=self.started.get)
        early = moment - self.started[first]
        self.seconds["build"] = self.seconds.get("build", 0.0) + early
        self.seconds[first] -= early
        self.started[first] = moment

    def _end(self, now):
        if self.current is not None and self._since is not None:
            self.seconds[self.current] = self.seconds.get(self.current, 0.0) + now - self._since
