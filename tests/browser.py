"""The browser in which tests open a page, and what it makes of one."""

import shutil
import subprocess

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


def opened(path, chromium):
    """Return a page as it is when its scripts are done, as HTML, and what the browser logged."""
    command = [chromium, *HEADLESS, f"--user-data-dir={path.with_name('profile')}"]
    command += ["--virtual-time-budget=5000", "--dump-dom", path.as_uri()]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return ended.stdout, ended.stderr


def body_of(path, chromium):
    """Return what a page shows when its scripts are done, as HTML."""
    return opened(path, chromium)[0].partition("<body>")[2].rpartition("</body>")[0]
