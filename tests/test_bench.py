"""The benchmark compares like with like; nothing here is timed."""

import json

import nbformat
import pytest

from autograder import assignment
from autograder.bank import read_bank
from autograder.engine import supervise
from autograder.engine.launch import Launcher
from tools.bench import __main__ as bench
from tools.bench import fit, floor, large, material, tools, write


@pytest.fixture(scope="module")
def convolution():
    return material.convolution(5)


@pytest.fixture(scope="module")
def keras_fit(tmp_path_factory):
    return material.keras_fit(9, tmp_path_factory.mktemp("course"))


def test_no_two_submissions_are_alike(convolution, keras_fit):
    for made in (convolution, keras_fit):
        texts = [nbformat.reads(data.decode(), as_version=4) for data in made.submissions]
        codes = {"\n".join(cell.source for cell in text.cells) for text in texts}
        assert len(codes) == len(made.submissions)


def test_the_rotation_meets_every_mistake():
    for count in range(1, 200):
        step = material._stride(count)
        assert len({step * turn % count for turn in range(count)}) == count


def test_every_course_root_holds_the_same_bytes(convolution, tmp_path):
    roots = [convolution.root(tmp_path / name) for name in ("one", "two")]
    files = [{p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()} for root in roots]
    assert files[0] == files[1]
    assert sum(path.parts[0] == "submitted" for path in files[0]) == 5


def test_otter_runs_the_same_answers_and_the_same_checks(convolution, tmp_path):
    root = convolution.root(tmp_path)
    kit, notebooks = tools._otter_kit(convolution, root)
    assert kit.is_file()
    for number, path in enumerate(notebooks.values()):
        theirs = nbformat.read(path, as_version=4)
        ours = nbformat.reads(convolution.submissions[number].decode(), as_version=4)
        asked = {cell.metadata.otter.tests[0] for cell in theirs.cells if "otter" in cell.metadata}
        assert asked == convolution.checked
        left = [cell.source for cell in theirs.cells if "otter" not in cell.metadata]
        checked = convolution.checked
        answers = [
            c.source for c in ours.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in checked
        ]
        assert left == answers


def test_the_floor_gives_the_engines_scores(convolution, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SEED", str(material.SEED))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    loaded = assignment.load(convolution.course, convolution.name)
    tests = floor.test_cells(json.loads(convolution.course.source(convolution.name).read_text("utf-8")))
    assert set(tests) == convolution.checked
    with Launcher.of(loaded) as launcher:
        for data in (convolution.submissions[1], convolution.submissions[3]):
            result = supervise.grade(loaded, data, "student", material.SEED, launcher)
            ours = {cell.grade_id: cell.score for cell in result.cells if cell.outcome != "manual"}
            assert floor.scores_of(json.loads(data), tests) == ours
            assert 0 < sum(ours.values()) < sum(points for _, points in tests.values())


def test_the_keras_notebook_has_right_and_wrong_answers(keras_fit):
    answers = read_bank(keras_fit.course.root / f"{fit.NAME}.py")
    assert {answer.exercise for answer in answers if answer.right} == {"build", "train"}
    assert {grade_id for answer in answers for grade_id in answer.loses} <= keras_fit.checked
    assert assignment.load(keras_fit.course, fit.NAME).uses_tensorflow
    assert {"tensorflow", "keras"} <= set(keras_fit.modules)
    assert not any(module.startswith("autograder.engine") for module in keras_fit.modules)


def runs(change=()):
    """Two rounds of ours, one of the others; `change` is a (student, cell, score) of nbgrader's."""
    scores = {f"student{n:04}": {"test_a": 2.0, "test_b": 0.0} for n in range(2)}
    theirs = {student: dict(cells) for student, cells in scores.items()}
    if change:
        student, cell, score = change
        theirs[student][cell] = score
    return {
        tools.OURS: [tools.Run(4.0, 2.0, "full", scores), tools.Run(6.0, 2.5, "full", scores)],
        tools.FLOOR: [tools.Run(2.5, 1.0, "none", scores)],
        tools.NBGRADER: [tools.Run(50.0, 9.0, "none", {s: c | {"why": 0.0} for s, c in theirs.items()})],
    }


class Two:
    name = "01_convolution"
    submissions = (b"", b"")
    checked = frozenset({"test_a", "test_b"})


def test_ratios_are_of_medians_and_scores_agree():
    part = bench.summary(Two(), runs())
    ours = part["tools"][0]
    assert (ours["median"], ours["each"], ours["nbgrader"], ours["floor"]) == (5.0, 2.5, 10.0, 2.0)
    assert part["differences"] == []


@pytest.mark.parametrize("score", [1.0, None])
def test_a_score_that_differs_or_is_missing_is_named(score):
    part = bench.summary(Two(), runs(("student0001", "test_b", score)))
    assert part["differences"] == [
        f"student0001, test_b: {tools.NBGRADER} {score}, {tools.OURS} 0.0",
    ]


def record():
    return {"date": "2026-01-01", "machine": write.machine(), "notebooks": [bench.summary(Two(), runs())]}


def test_the_table_goes_between_the_markers_and_only_there(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{write.BEGIN}\nold\n{write.END}\nafter\n", "utf-8")
    text = write.section(record(), "docs/bench.svg")
    for _ in range(2):
        assert write.put_into(readme, text)
    assert readme.read_text("utf-8") == f"before\n{write.BEGIN}\n{text}\n{write.END}\nafter\n"
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows}) == 1
    assert any("10.0 ×" in row and "2.00 ×" in row and "full" in row for row in rows)


def test_a_readme_without_markers_stays_as_it_is(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("nothing\n", "utf-8")
    assert not write.put_into(readme, "text")
    assert readme.read_text("utf-8") == "nothing\n"


def test_the_projects_readme_has_the_markers():
    text = (material.ROOT / "README.md").read_text("utf-8")
    assert text.count(write.BEGIN) == text.count(write.END) == 1


def test_equal_records_give_equal_plots(tmp_path):
    samples = [{"seconds": 3.0 * n, "done": 4 * n, "memory": 2**30} for n in range(5)]
    for name in ("one", "two"):
        write.plot(record(), tmp_path / f"{name}.svg")
        write.plot_class(samples, tmp_path / f"{name}-class.svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert (tmp_path / "one-class.svg").read_bytes() == (tmp_path / "two-class.svg").read_bytes()


def samples(memory):
    return [{"seconds": float(n), "done": n, "memory": memory(n), "of": "PSS"} for n in range(101)]


def test_a_flat_class_is_called_flat_and_a_growing_one_is_not():
    flat = large._judge(samples(lambda n: 2**30), [float(n) for n in range(1, 101)], 101.0)
    assert flat["throughput_flat"] and flat["memory_flat"] and flat["a_minute"]["all"] == pytest.approx(60)
    slowing = [n + n * n / 100 for n in range(1, 101)]
    grown = large._judge(samples(lambda n: 2**30 + n * 2**22), slowing, 200.0)
    assert not grown["throughput_flat"] and not grown["memory_flat"]
