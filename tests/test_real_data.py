"""The table of the real data: finished trainings are kept, an ended run goes on, rows can be chosen."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from small import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import transfer


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The tool with two rows that train nothing, in a folder that has their data."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    monkeypatch.delitem(sys.modules, "real_data", raising=False)
    import real_data

    monkeypatch.setenv("COURSE_FULL", "0")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    (tmp_path / "mnist.npz").write_bytes(b"")
    monkeypatch.setattr(real_data, "KEPT", tmp_path / "docs/kept.json")
    monkeypatch.setattr(real_data, "TABLE", tmp_path / "docs/table.md")
    monkeypatch.setattr(real_data, "machine", lambda: "a machine")
    trained: list[tuple[str, int]] = []

    def row(name: str, seeds: tuple[int, ...], accuracy: float, least: float | None = None) -> Any:
        def run(seed: int) -> dict[str, Any]:
            trained.append((name, seed))
            return dict(
                data="mnist.npz", images=60000, tested=10000, epochs=5, batch_size=64,
                parameters=93322, training=0.99, accuracy=accuracy + seed / 1000, seconds=12.3,
            )  # fmt: skip

        return real_data.Row(f"what {name} is", "digits", seeds, run, least)

    monkeypatch.setattr(
        real_data, "ROWS", {"good": row("good", (1, 2), 0.99, 0.99), "poor": row("poor", (1,), 0.5, 0.9)}
    )
    real_data.trained = trained
    return real_data


def test_all_rows_seed_by_seed(tool: ModuleType, capsys: pytest.CaptureFixture):
    assert tool.main([]) == 0
    assert tool.trained == [("good", 1), ("poor", 1), ("good", 2)]
    table = tool.TABLE.read_text("utf-8")
    assert "| `good` | what good is | mnist.npz | 60,000 / 10,000 | 5 × 64 | 93,322 |" in table
    assert "| 0.9900, 0.9900 | **0.9910, 0.9920** | 1, 2 |" in table
    assert "`good`: at least 0.990 is claimed, 0.9915 was measured: holds." in table
    assert "`poor`: at least 0.900 is claimed, 0.5010 was measured: does not hold." in table
    assert "Machine: a machine." in table
    assert str(ROOT) not in table


def test_an_ended_run_goes_on(tool: ModuleType, monkeypatch: pytest.MonkeyPatch):
    ended = tool.ROWS["poor"]

    def end(seed: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(tool.ROWS, "poor", tool.Row("", "digits", (1,), end))
    with pytest.raises(KeyboardInterrupt):
        tool.main([])
    assert [run["row"] for run in json.loads(tool.KEPT.read_text("utf-8"))] == ["good"]
    assert "not run yet" in tool.TABLE.read_text("utf-8")
    monkeypatch.setitem(tool.ROWS, "poor", ended)
    tool.main([])
    assert tool.trained == [("good", 1), ("poor", 1), ("good", 2)]


def test_rows_are_chosen_by_name(tool: ModuleType, capsys: pytest.CaptureFixture):
    tool.main(["good", "--seeds", "1"])
    tool.main(["good", "--seeds", "1"])
    assert tool.trained == [("good", 1)]
    tool.main(["good", "--seeds", "1", "--again"])
    assert tool.trained == [("good", 1)] * 2
    with pytest.raises(SystemExit) as caught:
        tool.main(["best"])
    assert caught.value.code == 2
    assert "no row 'best': choose from good, poor" in capsys.readouterr().err


def test_the_fast_setting_writes_nothing(tool: ModuleType):
    tool.main(["good", "--fast"])
    assert len(tool.trained) == 2
    assert not tool.KEPT.exists() and not tool.TABLE.exists()


def test_without_the_data(tool: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.delenv("COURSE_DATA")
    with pytest.raises(SystemExit):
        tool.main([])
    assert "the folder that COURSE_DATA names has no digits" in capsys.readouterr().err
    monkeypatch.setenv("COURSE_DATA", "nowhere")
    with pytest.raises(SystemExit):
        tool.main([])
    assert "nowhere, which is no folder" in capsys.readouterr().err


def test_the_transfer_notebook_quotes_what_was_kept():
    """Its table of real photos: the mean over the seeds of each way, by each backbone."""
    runs = json.loads((ROOT / "docs/real_data.json").read_text("utf-8"))
    text = (ROOT / "course/assignments/06_resnet_transfer.py").read_text("utf-8")
    table = text[text.index("### And with real photos?") :]
    for way, said in transfer.WAYS.items():
        row = next(line for line in table.splitlines() if line.replace("*", "").startswith(f"# | {said} |"))
        means = [
            sum(accuracies) / len(accuracies)
            for short in transfer.BACKBONES
            if (accuracies := [r["accuracy"] for r in runs if r["row"] == f"transfer_{short}_{way}"])
        ]
        quoted = [cell.strip(" *") for cell in row.split("|")[2:-1]]
        assert quoted == [f"{mean:.2f}" for mean in means], way


def test_the_table_in_the_repository_is_what_was_kept():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import real_data
    finally:
        sys.path.pop(0)
    assert real_data.TABLE.read_text("utf-8") == real_data.markdown(real_data.kept())
    runs = real_data.kept()
    assert {run.row for run in runs} == set(real_data.ROWS)
    for name, row in real_data.ROWS.items():
        accuracies = [run.accuracy for run in runs if run.row == name]
        assert row.least is None or sum(accuracies) / len(accuracies) >= row.least
