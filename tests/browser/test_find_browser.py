"""`tools/browser.py` says in one sentence where there is no browser, and only CI insists on one."""

from __future__ import annotations

import pytest

from tools import browser


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_without_any_browser_only_ci_fails(ci, status, monkeypatch, capsys):
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    monkeypatch.setattr(browser, "install_browser", lambda: None)
    monkeypatch.setenv("CI", ci)
    assert browser.main() == status
    assert capsys.readouterr().out.count("\n") == 1


def test_a_browser_that_is_there_is_not_installed_again(monkeypatch, capsys):
    monkeypatch.setattr(browser, "find_browser", lambda: "/somewhere/chromium")
    monkeypatch.setattr(browser, "install_browser", lambda: pytest.fail("installs"))
    assert browser.main() == 0
    assert "/somewhere/chromium" in capsys.readouterr().out


def test_a_file_that_does_not_start_is_no_browser(monkeypatch, tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(browser, "_candidates", lambda: iter([None, str(tmp_path / "missing"), str(broken)]))
    assert browser.find_browser() is None


def test_playwright_is_asked_where_apt_get_is_not_to_be_had(monkeypatch):
    commands = []
    monkeypatch.setattr(browser, "_runs", lambda command: commands.append(command) or False)
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    monkeypatch.setattr(browser, "_as_root", lambda: None)
    assert browser.install_browser() is None
    assert [command[-3:] for command in commands] == [["playwright", "install", "chromium"]]
