"""Run uv with what its user has set for pip: a mirror, certificates, a proxy.

uv reads neither pip's variables nor its files, and who has a mirror has set it for pip. What is set
for uv itself holds where pip is silent.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

# pip's setting, and the variable in which uv looks for the same.
UV_VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
    "retries": "UV_HTTP_RETRIES",
}
UV_LISTS = {  # with what uv puts between two of them
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
SECTIONS = ("global", "install", ":env:")  # a later one holds before an earlier one
# Where Linux distributions keep the certificates of their machine, which pip trusts as well.
OF_THE_MACHINE = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="what uv shall do")
    arguments = parser.parse_args(arguments).arguments
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("there is no uv; type 'make setup'")
    settings = pip_settings()
    if settings.get("no-index") and arguments[:1] == ["pip"]:
        arguments = [*arguments, "--no-index"]
    os.execve(uv, ["uv", *arguments], environment_of_uv(settings, os.environ))


def pip_settings():
    """Return pip's settings for an installation, texts by their long names."""
    command = [sys.executable, "-I", "-m", "pip", "config", "list"]
    listed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return settings_in(listed)


def settings_in(listed):
    """Return the settings that hold, of the lines that ``pip config list`` prints."""
    lines = [line.partition("=") for line in listed.splitlines()]
    found = {}
    for section in SECTIONS:
        for name, _, value in lines:
            if name.startswith(f"{section}."):
                found[name.removeprefix(f"{section}.")] = ast.literal_eval(value)
    if found.get("no-index", "").lower() in ("0", "false", "no", "off", "n", "f"):
        del found["no-index"]
    return found


def environment_of_uv(settings, environment):
    """Return an environment in which uv finds the settings of pip."""
    changed = dict(environment)
    for name, variable in UV_VARIABLES.items():
        if name in settings:
            changed[variable] = settings[name]
    for name, (variable, between) in UV_LISTS.items():
        if name in settings:
            changed[variable] = between.join(settings[name].split())
    if "extra-index-url" in settings:  # the best of all indexes, as pip takes it
        changed["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if "no-cache-dir" in settings:
        changed["UV_NO_CACHE"] = "1"
    if "proxy" in settings:
        proxy = settings["proxy"]
        changed |= dict.fromkeys(PROXIES, proxy if "://" in proxy else f"http://{proxy}")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # variables that pip reads, and uv not
        if environment.get(name):
            changed.setdefault("SSL_CERT_FILE", environment[name])
    if any(Path(path).exists() for path in OF_THE_MACHINE):
        changed.setdefault("UV_SYSTEM_CERTS", "1")
    return changed
