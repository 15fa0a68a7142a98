"""A real JupyterLab on a copy of the release, and a real browser to look at it with."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tools.browser import FLAGS, find_browser

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 120  # seconds
SHOWS_WITHIN = 60_000  # milliseconds; a busy machine takes its time

expect.set_options(timeout=SHOWS_WITHIN)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    folder: Path
    url: str
    token: str

    def page_of(self, path: Path) -> str:
        """Address of a file in the folder, opened in a fresh workspace."""
        return f"{self.url}/lab/tree/{path.as_posix()}?reset&token={self.token}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = find_browser()
    if found is None:
        reason = "no Chromium was found; `python tools/browser.py` installs one"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page whose last sight is kept as last.png, to be looked at after a failure."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(SHOWS_WITHIN)
    yield page
    page.screenshot(path=tmp_path / "last.png")
    context.close()


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab as a student starts it: in a copy of the release, with nothing of the checkout in sight."""
    home = tmp_path_factory.mktemp("home")
    folder = tmp_path_factory.mktemp("student") / "release"
    shutil.copytree(
        ROOT / "release", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"]
    command += [f"--IdentityProvider.token={token}", "--LabApp.extension_manager=readonly"]
    server = Lab(folder, f"http://127.0.0.1:{port}", token)
    with (home / "jupyterlab.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(home, folder),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait(server, process, home / "jupyterlab.log")
            yield server
        finally:
            _end(process)


def _environment(home: Path, folder: Path) -> dict[str, str]:
    """No settings of this machine's user; the students' own copy of the package."""
    config = home / "jupyter"
    settings = config / "lab/user-settings/@jupyterlab/notebook-extension"
    settings.mkdir(parents=True)
    # Cells out of sight are not in the page otherwise.
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": "none"}))
    # Asks for permission to fetch news.
    (config / "labconfig").mkdir()
    disabled = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "labconfig/page_config.json").write_text(json.dumps(disabled))
    return os.environ | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(config / "lab/user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": str(folder),
    }


def _wait(lab: Lab, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    request = urllib.request.Request(f"{lab.url}/api/status", headers={"Authorization": f"token {lab.token}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(request, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text('utf-8', errors='replace')[-3000:]}")


def _end(process: subprocess.Popen) -> None:
    """Let the server end its kernels; then end whatever is left of its process group."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
