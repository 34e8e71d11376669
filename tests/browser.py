"""The browser in which tests open a page, and what it makes of one."""

import fcntl
import json
import os
import shutil
import subprocess
from contextlib import suppress

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
HEADLESS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-logging=stderr",
]  # fmt: skip


def find_browser():
    """Return the path of a Chromium, None without one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def require_browser():
    """Raise an error that ends the test run unless there is a Chromium."""
    if find_browser() is None:
        raise pytest.UsageError("there is no Chromium: type 'apt-get install chromium'")


class Browser:
    """A Chromium that opens one page after another, which starting it for each takes long.

    It is sent messages of the DevTools protocol, JSON that ends in a zero byte, by a pipe:
    https://chromedevtools.github.io/devtools-protocol/
    """

    def __init__(self, chromium, profile):
        theirs, self.messages_to = os.pipe()
        self.messages_from, answers = os.pipe()
        # Chromium reads from file 3 and writes to file 4, which may be one of these pipes' ends.
        high = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (theirs, answers)]
        self.process = subprocess.Popen(
            [chromium, *HEADLESS, "--remote-debugging-pipe", f"--user-data-dir={profile}"],
            stderr=subprocess.DEVNULL,
            pass_fds=(3, 4),
            preexec_fn=lambda: [os.dup2(end, place) for place, end in enumerate(high, 3)],
        )
        for end in (theirs, answers, *high):
            os.close(end)
        self.number, self.unread, self.events = 0, b"", []

    def close(self):
        with suppress(BrokenPipeError):  # it may have ended by itself, after the last page
            self.send("Browser.close")
        self.process.wait(60)
        os.close(self.messages_to)
        os.close(self.messages_from)

    def send(self, method, session=None, **parameters):
        """Send a message and return what it is answered; what happens meanwhile is an event."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        os.write(self.messages_to, json.dumps(message).encode() + b"\0")
        while (answer := self.next_message()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def next_message(self):
        """Return the next message, as soon as it is there."""
        while b"\0" not in self.unread:
            more = os.read(self.messages_from, 1 << 20)
            assert more, "Chromium has ended"
            self.unread += more
        message, _, self.unread = self.unread.partition(b"\0")
        return json.loads(message)

    def wait_for(self, event):
        """Wait until an event has happened since the page was opened."""
        while not any(one["method"] == event for one in self.events):
            self.events.append(self.next_message())

    def opened(self, path):
        """Return a page as it is when its scripts are done, as HTML, and what the browser logged.

        Its clock goes on by five seconds as soon as nothing is left to do, as fast as it can.
        """
        self.events = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Runtime"):
            self.send(f"{domain}.enable", session)
        self.send("Page.navigate", session, url=path.as_uri())
        self.wait_for("Page.loadEventFired")
        self.send("Emulation.setVirtualTimePolicy", session, policy="advance", budget=5000)
        self.wait_for("Emulation.virtualTimeBudgetExpired")
        whole = "document.documentElement.outerHTML"
        html = self.send("Runtime.evaluate", session, expression=whole)["result"]["value"]
        self.send("Target.closeTarget", targetId=target)
        said = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
        log = [json.dumps(one["params"]) for one in self.events if one["method"] in said]
        return html, "\n".join(log)


def body_of(path, chromium):
    """Return what a page shows when its scripts are done, as HTML."""
    command = [chromium, *HEADLESS, f"--user-data-dir={path.with_name('profile')}"]
    # High enough for what is drawn when it comes near.
    command += [
        "--window-size=1000,6000",
        "--virtual-time-budget=5000",
        "--dump-dom",
        path.as_uri(),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return ended.stdout.partition("<body>")[2].rpartition("</body>")[0]
