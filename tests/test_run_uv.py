"""What a user has set for pip reaches uv, with a stand-in for uv: nothing is downloaded."""

import os
import subprocess
import sys

import pytest
from measuring import PROJECT

from setup import run_uv
from setup.run_uv import environment_of_uv, settings_in

# A stand-in that shows its arguments, then its environment.
UV = '#!/bin/sh\necho "$@"\nenv\n'
SETTINGS = {  # of pip, and what of them uv is given
    "PIP_INDEX_URL=https://mirror.test/simple": {"UV_DEFAULT_INDEX": "https://mirror.test/simple"},
    "PIP_EXTRA_INDEX_URL=https://a.test/s https://b.test/s": {
        "UV_INDEX": "https://a.test/s https://b.test/s",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    },
    "PIP_FIND_LINKS=/a /b": {"UV_FIND_LINKS": "/a,/b"},
    "PIP_TRUSTED_HOST=a.test b.test:81": {"UV_INSECURE_HOST": "a.test b.test:81"},
    "PIP_CERT=/a/company.pem": {"SSL_CERT_FILE": "/a/company.pem"},
    "PIP_CLIENT_CERT=/a/client.pem": {"SSL_CLIENT_CERT": "/a/client.pem"},
    "PIP_DEFAULT_TIMEOUT=77": {"UV_HTTP_TIMEOUT": "77"},
    "PIP_TIMEOUT=78": {"UV_HTTP_TIMEOUT": "78"},
    "PIP_RETRIES=9": {"UV_HTTP_RETRIES": "9"},
    "PIP_NO_CACHE_DIR=1": {"UV_NO_CACHE": "1"},
    "PIP_PROXY=me:secret@proxy.test:3128": {
        "HTTPS_PROXY": "http://me:secret@proxy.test:3128",
        "http_proxy": "http://me:secret@proxy.test:3128",
    },
    "PIP_PROXY=socks5://proxy.test": {"HTTPS_PROXY": "socks5://proxy.test"},
    "REQUESTS_CA_BUNDLE=/a/requests.pem": {"SSL_CERT_FILE": "/a/requests.pem"},
    "SSL_CERT_FILE=/a/own.pem": {"SSL_CERT_FILE": "/a/own.pem"},
    "HTTPS_PROXY=http://own.test": {"HTTPS_PROXY": "http://own.test"},
    "UV_DEFAULT_INDEX=https://uvs.test/s": {"UV_DEFAULT_INDEX": "https://uvs.test/s"},
}
FILE = """
[global]
index-url = https://global.test/simple
timeout = 5
extra-index-url =
    https://one.test/simple
    https://two.test/simple
[install]
index-url = https://install.test/simple
[download]
retries = 99
"""


@pytest.fixture
def started(tmp_path):
    """Run the script with variables; return the arguments and the environment of uv."""
    (tmp_path / "uv").write_text(UV)
    (tmp_path / "uv").chmod(0o755)

    def start(*arguments, **variables):
        ended = subprocess.run(
            [sys.executable, "-I", "scripts", "run_uv", *arguments],
            cwd=PROJECT,
            env={"PATH": f"{tmp_path}:{os.defpath}", "PIP_CONFIG_FILE": os.devnull, **variables},
            capture_output=True,
            text=True,
            check=True,
        )
        given, *lines = ended.stdout.splitlines()
        return given, dict(line.partition("=")[::2] for line in lines)

    return start


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_is_set_for_pip_or_uv_is_given_to_uv(setting, started):
    name, _, value = setting.partition("=")
    _, environment = started("pip", "install", **{name: value})
    assert environment.items() >= SETTINGS[setting].items()


def test_file_of_pip_is_read_and_its_variables_come_first(started, tmp_path):
    (tmp_path / "pip.conf").write_text(FILE)
    _, environment = started("pip", PIP_CONFIG_FILE=str(tmp_path / "pip.conf"), PIP_TIMEOUT="6")
    assert environment["UV_DEFAULT_INDEX"] == "https://install.test/simple"
    assert environment["UV_INDEX"] == "https://one.test/simple https://two.test/simple"
    assert environment["UV_HTTP_TIMEOUT"] == "6"
    assert "UV_HTTP_RETRIES" not in environment


@pytest.mark.parametrize(("value", "given"), [("1", True), ("true", True), ("0", False)])
def test_without_an_index_uv_asks_none(value, given, started):
    arguments, _ = started("pip", "install", "a", PIP_NO_INDEX=value)
    assert arguments == ("pip install a --no-index" if given else "pip install a")
    assert started("python", "find", PIP_NO_INDEX=value)[0] == "python find"


def test_certificates_of_the_machine_are_trusted_where_there_are_some(monkeypatch, tmp_path):
    monkeypatch.setattr(run_uv, "OF_THE_MACHINE", (tmp_path / "missing", tmp_path))
    assert environment_of_uv({}, {})["UV_SYSTEM_CERTS"] == "1"
    assert environment_of_uv({}, {"UV_SYSTEM_CERTS": "0"})["UV_SYSTEM_CERTS"] == "0"
    monkeypatch.setattr(run_uv, "OF_THE_MACHINE", (tmp_path / "missing",))
    assert environment_of_uv({}, {}) == {}


def test_value_may_have_quotes_and_equals_signs():
    listed = "global.index-url=\"https://a.test/?a='b'=c\"\n:env:.no-index='false'\n"
    assert settings_in(listed) == {"index-url": "https://a.test/?a='b'=c"}


def test_without_uv_it_says_what_to_type():
    ended = subprocess.run(
        [sys.executable, "-I", "scripts", "run_uv"],
        cwd=PROJECT, env={"PATH": "/nowhere"}, capture_output=True, text=True,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (1, "there is no uv; type 'make setup'\n")
