"""Find a Chromium for the browser tests; run as a script, install one where there is none.

    python tools/browser.py

Exit status: 0 where there is a browser, or none can be had; with ``CI=true``, 1 where none can be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> str | None:
    """Path of a Chromium that starts: installed on the machine, or else Playwright's own."""
    for candidate in _candidates():
        if candidate and Path(candidate).is_file() and _runs([candidate, "--version"]):
            return candidate
    return None


def _candidates() -> Iterator[str | None]:
    yield from map(shutil.which, NAMES)
    yield from APPLICATIONS
    yield _playwrights_own()


def install_browser() -> str | None:
    """Install Chromium by the system's packages, or else by Playwright; its path, or None."""
    root = _as_root()
    if shutil.which("apt-get") and root is not None:
        print("Installing Chromium with apt-get …", flush=True)
        # What the machine knows of packages may be missing or stale.
        _runs([*root, "apt-get", "update", "-q"])
        _runs([*root, "apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"])
        if found := find_browser():
            return found
    print("Installing Chromium with Playwright …", flush=True)
    _runs([sys.executable, "-m", "playwright", "install", "chromium"])
    return find_browser()


def _as_root() -> list[str] | None:
    """What to write before a command that needs root; None where that cannot be had."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and _runs([sudo, "-n", "true"]) else None


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _runs(command: list[str]) -> bool:
    """Whether a command ends well within ten minutes."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    """The command's exit status."""
    found = find_browser() or install_browser()
    if found:
        print(f"Browser for the tests: {found}")
        return 0
    print("There is no Chromium here and none could be installed: the browser tests will be skipped.")
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
