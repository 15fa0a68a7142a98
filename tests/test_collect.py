"""Submissions come in whole, under the right student, and nothing else does."""

from __future__ import annotations

import json
import os
import stat
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import collect as module
from autograder.collect import CollectReport, collect, student_id
from autograder.errors import UserError

ASSIGNMENT = "01_convolution"
MONDAY, TUESDAY = (2026, 11, 16, 10, 30, 0), (2026, 11, 17, 10, 30, 0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course root that knows two assignments."""
    for name in ("01_convolution", "02_pooling"):
        (tmp_path / "course" / "source" / name).mkdir(parents=True)
    return tmp_path / "course"


def zipped(path: Path, members: dict[str, str | bytes], when: tuple = MONDAY, **options) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = options.get("mode", 0o100644) << 16
            info.extra = options.get("extra", b"")
            archive.writestr(info, data)
    return path


def folder(path: Path, members: dict[str, str]) -> Path:
    for name, text in members.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return path


def submitted(root: Path) -> dict[str, str]:
    """What lies in submitted/: student -> the notebook's text."""
    return {
        path.relative_to(root / "submitted").parts[0]: path.read_text()
        for path in (root / "submitted").glob(f"*/{ASSIGNMENT}/convolution.ipynb")
    }


def reasons(report: CollectReport) -> dict[str, str]:
    return {item.source: item.reason for item in report.ignored}


def timestamp(root: Path, student: str) -> str:
    return (root / "submitted" / student / ASSIGNMENT / "timestamp.txt").read_text()


# ---------------------------------------------------------------------------------------
# Whose is it?
# ---------------------------------------------------------------------------------------


def test_a_moodle_zip_goes_to_folders_of_full_names(root, tmp_path):
    source = zipped(
        tmp_path / "moodle.zip",
        {
            "Ada Lovelace_12345_assignsubmission_file_/convolution.ipynb": "ada",
            "Ana María López_777_assignsubmission_file_/convolution (1).ipynb": "ana",
            "Εύα_8_assignsubmission_file_/my work.ipynb": "eva",
            "Ada Lovelace_12345_assignsubmission_onlinetext_/onlinetext.html": "<p>hello</p>",
            "Bo Li_9_assignsubmission_file_/photo.jpg": "…",
        },
    )
    report = collect(root, source, ASSIGNMENT)
    assert submitted(root) == {"Ada_Lovelace": "ada", "Ana_María_López": "ana", "Εύα": "eva"}
    assert {item.student for item in report.collected} == set(submitted(root))
    assert set(reasons(report).values()) == {"no notebook."}
    account = json.loads((root / "submitted/Ada_Lovelace" / ASSIGNMENT / "lms.json").read_text())
    assert account == {"system": "moodle", "user": "12345", "name": "Ada Lovelace"}


def test_a_moodle_zip_without_folders_is_understood(root, tmp_path):
    source = zipped(tmp_path / "m.zip", {"Ada Lovelace_12_assignsubmission_file_convolution.ipynb": "ada"})
    collect(root, source, ASSIGNMENT)
    assert submitted(root) == {"Ada_Lovelace": "ada"}


def test_two_students_of_one_name_are_kept_apart_by_moodles_number(root, tmp_path):
    source = zipped(
        tmp_path / "m.zip",
        {
            "Jo Li_1_assignsubmission_file_/convolution.ipynb": "one",
            "Jo Li_2_assignsubmission_file_/convolution.ipynb": "two",
        },
    )
    collect(root, source, ASSIGNMENT)
    assert submitted(root) == {"Jo_Li_1": "one", "Jo_Li_2": "two"}


def test_a_canvas_zip_goes_to_names_with_canvas_numbers(root, tmp_path):
    source = zipped(
        tmp_path / "canvas.zip",
        {
            "doejane_12345_67890_convolution.ipynb": "jane",
            "smithjohn_LATE_222_67891_convolution-1.ipynb": "john",
            "smithjohn_333_67892_my answers.ipynb": "another john",
            "anon_x7Kq2_67893_convolution.ipynb": "nobody",
            "doejane_12345_67894_pooling.ipynb": "other work",
        },
    )
    report = collect(root, source, ASSIGNMENT)
    assert submitted(root) == {
        "doejane_12345": "jane",
        "smithjohn_222": "john",
        "smithjohn_333": "another john",
        "anon_x7Kq2": "nobody",
    }
    assert reasons(report) == {"doejane_12345_67894_pooling.ipynb": "it is of 02_pooling."}


@pytest.mark.parametrize(
    "members",
    [
        {"ada/01_convolution/convolution.ipynb": "a", "bob/01_convolution/convolution.ipynb": "b"},
        {
            "submitted/ada/01_convolution/convolution.ipynb": "a",
            "submitted/bob/01_convolution/convolution.ipynb": "b",
        },
        {"ada/convolution.ipynb": "a", "bob/convolution.ipynb": "b"},
        {"class of 2026/ada/convolution.ipynb": "a", "class of 2026/bob/convolution.ipynb": "b"},
        {"ada.ipynb": "a", "bob.ipynb": "b"},
        {"handed in/ada.ipynb": "a", "handed in/bob.ipynb": "b"},
        {"ada_convolution.ipynb": "a", "bob_convolution.ipynb": "b"},
        {"ada/ada_convolution.ipynb": "a", "bob/bob_convolution.ipynb": "b"},
        {"ada/convolution.ipynb": "a", "bob/final version.ipynb": "b"},
        {"ada/work.ipynb": "a", "bob/work.ipynb": "b"},
        {"ada/convolution-Copy1.ipynb": "a", "bob/Copy of convolution.ipynb": "b"},
        {"all/ada.ipynb": "a", "all/bob.ipynb": "b", "all/convolution.ipynb": "whose?"},
    ],
    ids=lambda members: next(iter(members)),
)
@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_usual_layouts_are_understood(root, tmp_path, members, kind):
    source = zipped(tmp_path / "a.zip", members) if kind == "zip" else folder(tmp_path / "a", members)
    collect(root, source, ASSIGNMENT)
    assert submitted(root) == {"ada": "a", "bob": "b"}


def test_a_single_notebook_is_taken(root, tmp_path):
    collect(root, folder(tmp_path, {"ada.ipynb": "a"}) / "ada.ipynb", ASSIGNMENT)
    assert submitted(root) == {"ada": "a"}


def test_a_notebook_that_names_nobody_is_left_and_listed(root, tmp_path):
    report = collect(
        root, zipped(tmp_path / "a.zip", {"convolution.ipynb": "?", "ada.ipynb": "a"}), ASSIGNMENT
    )
    assert submitted(root) == {"ada": "a"}
    assert "whose it is" in reasons(report)["convolution.ipynb"]


def test_other_assignments_and_other_files_are_left_and_listed(root, tmp_path):
    source = folder(
        tmp_path / "in",
        {
            "ada/01_convolution/convolution.ipynb": "a",
            "ada/02_pooling/pooling.ipynb": "other",
            "bob_pooling.ipynb": "other",
            "ada/01_convolution/.ipynb_checkpoints/convolution-checkpoint.ipynb": "old",
            "ada/01_convolution/notes.txt": "notes",
            "bob/work.zip": "zip",
            "__MACOSX/._x.ipynb": "junk",
        },
    )
    report = collect(root, source, ASSIGNMENT)
    assert submitted(root) == {"ada": "a"}
    assert reasons(report) == {
        "ada/02_pooling/pooling.ipynb": "it is of 02_pooling.",
        "bob_pooling.ipynb": "it is of 02_pooling.",
        "ada/01_convolution/.ipynb_checkpoints/convolution-checkpoint.ipynb": "a file of the system.",
        "ada/01_convolution/notes.txt": "no notebook.",
        "bob/work.zip": "an archive in the archive: unpack it and collect the notebook in it.",
        "__MACOSX/._x.ipynb": "a file of the system.",
    }


def test_names_that_become_one_id_are_refused_and_both_named(root, tmp_path):
    source = zipped(
        tmp_path / "a.zip",
        {"J Doe.ipynb": "1", "J_Doe.ipynb": "2", "Kim.ipynb": "3", "kim.ipynb": "4", "ada.ipynb": "a"},
    )
    report = collect(root, source, ASSIGNMENT)
    assert submitted(root) == {"ada": "a"}
    assert "'J Doe' and 'J_Doe' would all be the student J_Doe" in reasons(report)["J Doe.ipynb"]
    assert "'Kim' and 'kim'" in reasons(report)["kim.ipynb"]


def test_a_student_who_differs_in_capitals_from_one_there_is_refused(root, tmp_path):
    collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "a"}), ASSIGNMENT)
    report = collect(root, zipped(tmp_path / "b.zip", {"Ada.ipynb": "b"}), ASSIGNMENT)
    assert submitted(root) == {"ada": "a"}
    assert "student ada already" in reasons(report)["Ada.ipynb"]


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("ada", "ada"),
        ("Ada Lovelace", "Ada_Lovelace"),
        ("ada@example.org", "ada@example.org"),
        ("O'Neil, Zoë", "O_Neil_Zoë"),
        ("e\u0301va", "éva"),
        ("अनु", "अनु"),
        ("../../etc/passwd", "etc_passwd"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("a*b?[c]", "a_b_c"),
        ("x" * 300, "x" * 100),
        ("///", ""),
        ("…", ""),
    ],
)
def test_ids_keep_letters_and_nothing_that_a_path_could_mean(raw, wanted):
    assert student_id(raw) == wanted


@given(st.text())
def test_every_id_is_one_safe_folder_name(raw):
    name = student_id(raw)
    assert name == "" or (Path(name).name == name and name[0] not in ".-" and len(name.encode()) <= 200)
    assert student_id(name) == name


# ---------------------------------------------------------------------------------------
# When was it handed in?
# ---------------------------------------------------------------------------------------


def test_the_time_is_the_zip_entrys_in_nbgraders_format(root, tmp_path):
    from nbgrader.utils import parse_utc

    collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "a"}), ASSIGNMENT)
    wanted = datetime(*MONDAY).astimezone(UTC)
    assert timestamp(root, "ada").strip() == f"{wanted:%Y-%m-%d %H:%M:%S}.000000 UTC"
    assert parse_utc(timestamp(root, "ada").strip()) == wanted.replace(tzinfo=None)


def test_the_exact_time_of_a_zip_entry_is_preferred(root, tmp_path):
    seconds = int(datetime(2026, 11, 16, 8, 0, 5, tzinfo=UTC).timestamp())
    extra = struct.pack("<HHBI", 0x5455, 5, 1, seconds)
    collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "a"}, extra=extra), ASSIGNMENT)
    assert timestamp(root, "ada").startswith("2026-11-16 08:00:05")


def test_an_entry_without_a_time_gets_no_timestamp(root, tmp_path):
    collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "a"}, (1980, 1, 1, 0, 0, 0)), ASSIGNMENT)
    assert not (root / "submitted/ada" / ASSIGNMENT / "timestamp.txt").exists()


def test_nbgraders_own_timestamp_is_kept(root, tmp_path):
    source = folder(
        tmp_path / "in",
        {
            "ada/01_convolution/convolution.ipynb": "a",
            "ada/01_convolution/timestamp.txt": "2026-11-01 10:00:00.000000 Europe/Zurich",
        },
    )
    collect(root, source, ASSIGNMENT)
    assert timestamp(root, "ada").startswith("2026-11-01 09:00:00")


def test_a_timestamp_that_a_student_uploaded_is_not_believed(root, tmp_path):
    where = "Ada_1_assignsubmission_file_"
    source = zipped(
        tmp_path / "m.zip",
        {f"{where}/convolution.ipynb": "a", f"{where}/timestamp.txt": "2020-01-01 00:00:00 UTC"},
    )
    collect(root, source, ASSIGNMENT)
    assert timestamp(root, "Ada").startswith("2026-11-16")


# ---------------------------------------------------------------------------------------
# Several, and again
# ---------------------------------------------------------------------------------------


def test_of_two_notebooks_of_a_student_the_later_is_taken_and_both_are_named(root, tmp_path):
    path = zipped(tmp_path / "a.zip", {"ada/convolution.ipynb": "first"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo("ada/convolution (1).ipynb", TUESDAY), "second")
        archive.writestr(zipfile.ZipInfo("bob/convolution.ipynb", TUESDAY), "b")
    report = collect(root, path, ASSIGNMENT)
    assert submitted(root) == {"ada": "second", "bob": "b"}
    assert reasons(report) == {
        "ada/convolution.ipynb": "ada has several notebooks; ada/convolution (1).ipynb was taken, the later one."
    }


def test_the_notebook_of_the_right_name_wins_over_a_scratch_file(root, tmp_path):
    path = zipped(tmp_path / "a.zip", {"ada/convolution.ipynb": "real"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo("ada/tries/scratch.ipynb", TUESDAY), "scratch")
    report = collect(root, path, ASSIGNMENT)
    assert submitted(root) == {"ada": "real"}
    assert "notebook's own name" in reasons(report)["ada/tries/scratch.ipynb"]


def test_a_later_submission_replaces_and_the_earlier_is_kept(root, tmp_path):
    collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "first"}), ASSIGNMENT)
    report = collect(root, zipped(tmp_path / "b.zip", {"ada.ipynb": "second"}, TUESDAY), ASSIGNMENT)
    assert submitted(root) == {"ada": "second"}
    (item,) = report.collected
    assert item.replaced.read_text() == "first" and item.replaced.is_relative_to(root / "submitted/ada")
    assert timestamp(root, "ada").startswith("2026-11-17")
    # And back again: an older one does not win.
    report = collect(root, tmp_path / "a.zip", ASSIGNMENT)
    assert submitted(root) == {"ada": "second"} and not report.collected
    assert "is not later" in reasons(report)["ada.ipynb"]


def test_collecting_twice_changes_nothing(root, tmp_path):
    source = zipped(tmp_path / "a.zip", {"ada.ipynb": "a"})
    collect(root, source, ASSIGNMENT)
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    report = collect(root, source, ASSIGNMENT)
    assert not report.collected and reasons(report) == {"ada.ipynb": "ada has the same one already."}
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_a_run_that_was_killed_half_way_is_completed(root, tmp_path, monkeypatch):
    collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "first"}), ASSIGNMENT)
    later = zipped(tmp_path / "b.zip", {"ada.ipynb": "second"}, TUESDAY)
    real = module.write_atomically

    for killed_at in ("convolution.ipynb", "timestamp.txt"):

        def killed(path: Path, data, killed_at=killed_at) -> None:
            if path.name == killed_at:
                raise KeyboardInterrupt
            real(path, data)

        monkeypatch.setattr(module, "write_atomically", killed)
        with pytest.raises(KeyboardInterrupt):
            collect(root, later, ASSIGNMENT)
    monkeypatch.setattr(module, "write_atomically", real)
    collect(root, later, ASSIGNMENT)
    assert submitted(root) == {"ada": "second"}
    assert timestamp(root, "ada").startswith("2026-11-17")
    kept = list((root / "submitted/ada" / ASSIGNMENT / module.EARLIER).rglob("*.ipynb"))
    assert kept and all(path.read_text() == "first" for path in kept)


# ---------------------------------------------------------------------------------------
# Bad input
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../ada/convolution.ipynb",
        "/ada/convolution.ipynb",
        "C:/ada/convolution.ipynb",
        "x\\..\\..\\ada.ipynb",
    ],
)
def test_a_path_out_of_the_archive_is_left_and_listed(root, tmp_path, name):
    report = collect(root, zipped(tmp_path / "a.zip", {name: "evil", "bob.ipynb": "b"}), ASSIGNMENT)
    assert submitted(root) == {"bob": "b"}
    assert list(reasons(report).values()) == ["its path leads out of the archive."]
    assert not list(tmp_path.rglob("ada*"))


def test_links_are_not_followed(root, tmp_path):
    secret = folder(tmp_path / "secret", {"secret.ipynb": "secret"})
    source = folder(tmp_path / "in", {"ada.ipynb": "a"})
    (source / "bob.ipynb").symlink_to(secret / "secret.ipynb")
    (source / "carl").symlink_to(secret)
    os.mkfifo(source / "dora.ipynb")
    report = collect(root, source, ASSIGNMENT)
    assert submitted(root) == {"ada": "a"}
    link = "a link; links are not followed."
    assert reasons(report) == {"bob.ipynb": link, "carl": link, "dora.ipynb": "no plain file."}

    archive = zipped(tmp_path / "a.zip", {"eva.ipynb": "../secret/secret.ipynb"}, mode=stat.S_IFLNK | 0o777)
    with zipfile.ZipFile(archive, "a") as more:
        more.writestr("fred.ipynb", "f")
    assert reasons(collect(root, archive, ASSIGNMENT)) == {"eva.ipynb": link}


def test_a_zip_bomb_is_left_and_listed(root, tmp_path):
    bomb = b"\0" * (20 << 20)
    report = collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": bomb, "bob.ipynb": "b"}), ASSIGNMENT)
    assert submitted(root) == {"bob": "b"}
    assert reasons(report) == {"ada.ipynb": "it unpacks to more than 200 times its size."}


def test_a_huge_notebook_is_left_and_listed(root, tmp_path):
    source = folder(tmp_path / "in", {"ada.ipynb": "a", "bob.ipynb": ""})
    with (source / "bob.ipynb").open("wb") as file:
        file.truncate(51 << 20)
    report = collect(root, source, ASSIGNMENT)
    assert submitted(root) == {"ada": "a"}
    assert reasons(report) == {"bob.ipynb": "it has 51 MB, and 50 MB are taken at most."}


def test_too_much_in_all_is_refused_before_anything_is_written(root, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_TOTAL", 3)
    with pytest.raises(UserError, match="Nothing was collected"):
        collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "aa", "bob.ipynb": "bb"}), ASSIGNMENT)
    assert not (root / "submitted").exists()


def test_an_encrypted_zip_is_refused(root, tmp_path):
    path = zipped(tmp_path / "a.zip", {"ada.ipynb": "a"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match="encrypted: unpack it with its password"):
        collect(root, path, ASSIGNMENT)


def test_a_broken_zip_is_refused(root, tmp_path):
    path = zipped(tmp_path / "a.zip", {"ada.ipynb": "a" * 1000})
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(UserError, match="neither a folder nor a whole zip"):
        collect(root, path, ASSIGNMENT)


def test_a_broken_entry_costs_that_student_only(root, tmp_path):
    path = zipped(tmp_path / "a.zip", {"ada.ipynb": "a" * 1000, "bob.ipynb": "b"})
    data = bytearray(path.read_bytes())
    data[data.index(b"ada.ipynb") + len("ada.ipynb") + 2] ^= 0xFF
    path.write_bytes(data)
    report = collect(root, path, ASSIGNMENT)
    assert submitted(root) == {"bob": "b"}
    assert "could not be read" in reasons(report)["ada.ipynb"]


@pytest.mark.parametrize("name", ["missing.zip", "empty.zip", "empty", "photos.zip", "table.csv"])
def test_nothing_to_collect_is_one_clear_sentence(root, tmp_path, name):
    (tmp_path / "empty").mkdir()
    zipped(tmp_path / "empty.zip", {})
    zipped(tmp_path / "photos.zip", {"ada/cat.jpg": "…"})
    (tmp_path / "table.csv").write_text("a,b")
    wanted = {
        "missing.zip": "there is no",
        "empty.zip": "It is empty",
        "empty": "It is empty",
        "photos.zip": "ada/cat.jpg: no notebook",
        "table.csv": "neither a folder nor a whole zip",
    }
    with pytest.raises(UserError, match=wanted[name]):
        collect(root, tmp_path / name, ASSIGNMENT)


def test_an_unknown_assignment_names_the_known(root, tmp_path):
    with pytest.raises(UserError, match="01_convolution, 02_pooling"):
        collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "a"}), "01_convolutoin")


def test_a_full_disk_is_one_clear_sentence(root, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "x")

    monkeypatch.setattr("autograder.files.os.replace", full)
    with pytest.raises(UserError, match="No space left on device"):
        collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "a"}), ASSIGNMENT)
    assert not list((root / "submitted").rglob("*.ipynb"))


def test_submitted_itself_is_no_source(root):
    folder(root / "submitted", {"ada/01_convolution/convolution.ipynb": "a"})
    with pytest.raises(UserError, match="where submissions are collected to"):
        collect(root, root / "submitted", ASSIGNMENT)


def test_names_of_archives_that_do_not_say_their_encoding_are_read_as_utf8(root, tmp_path):
    path = zipped(tmp_path / "a.zip", {"Zoë.ipynb": "z"})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.index(mark) + offset] &= ~0x08
    path.write_bytes(data)
    collect(root, path, ASSIGNMENT)
    assert submitted(root) == {"Zoë": "z"}


def test_the_report_says_what_came_and_what_did_not(root, tmp_path):
    report = collect(root, zipped(tmp_path / "a.zip", {"ada.ipynb": "a", "x.txt": "x"}), ASSIGNMENT)
    assert str(report).splitlines() == [
        "ada: ada.ipynb",
        "not collected: x.txt: no notebook.",
        "1 notebook of 01_convolution collected, 1 other file left out.",
    ]
