"""Lines of JSON to the supervisor, and its permission to go on."""

import json
import os
import sys


class Channel:
    """Owns the standard output and input that the program was started with.

    What a workload prints goes to standard error from then on, so that it cannot be mistaken for
    a message; what it reads is empty.
    """

    def __init__(self):
        self._messages = os.dup(1)
        self._replies = os.fdopen(os.dup(0), encoding="utf-8")
        sys.stdout.flush()
        os.dup2(2, 1)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)

    def send(self, **message):
        """Send one message: a JSON object on a line of its own. Nothing waits to be flushed."""
        left = (json.dumps(message) + "\n").encode()
        while left:
            left = left[os.write(self._messages, left) :]

    def wait(self):
        """Wait for the supervisor's line; run by hand (terminal, end of file), go on at once."""
        if not self._replies.isatty():
            self._replies.readline()
