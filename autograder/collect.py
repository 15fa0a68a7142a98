"""An LMS's zip, or a folder of notebooks -> ``submitted/STUDENT/NAME/``.

A file's place and name say whose it is.  Nothing is unpacked by its own path: only the
notebook's bytes are taken, and written where nbgrader expects them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from autograder.course import Course, notebook_name
from autograder.errors import UserError
from autograder.files import write_atomically

__all__ = ["CollectReport", "Collected", "Ignored", "collect", "student_id"]

MAX_FILE = 50 << 20
"""Bytes of the largest notebook that is taken."""

MAX_TOTAL = 4 << 30
"""Bytes of all notebooks of one collection."""

MAX_ENTRIES = 50_000
MAX_RATIO = 200
"""How many times its packed size a file may have; honest notebooks stay far below."""

_RATIO_FROM = 5 << 20
_MAX_ID = 100
EARLIER = "earlier"
"""Folder, beside a submitted notebook, of those that it replaced."""


@dataclass(frozen=True)
class Collected:
    """One notebook that was taken.

    Parameters
    ----------
    student : str
        The student's id: the name of the folder in ``submitted/``.
    source : str
        The file that it came from.
    path : Path
        Where it is now.
    replaced : Path or None
        Where the student's earlier submission was put, if there was another.
    """

    student: str
    source: str
    path: Path
    replaced: Path | None = None


@dataclass(frozen=True)
class Ignored:
    """One file that was not taken, and why."""

    source: str
    reason: str


@dataclass
class CollectReport:
    """What a collection did."""

    assignment: str
    collected: list[Collected] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The report, a line a file, then the count."""
        for item in self.collected:
            earlier = f" (the earlier one is kept as {item.replaced})" if item.replaced else ""
            yield f"{item.student}: {item.source}{earlier}"
        for other in self.ignored:
            yield f"not collected: {other.source}: {other.reason}"
        notebooks = "notebook" if len(self.collected) == 1 else "notebooks"
        files = "file" if len(self.ignored) == 1 else "files"
        yield (
            f"{len(self.collected)} {notebooks} of {self.assignment} collected, "
            f"{len(self.ignored)} other {files} left out."
        )


@dataclass(frozen=True)
class _File:
    """A file of the zip or folder: where, how large, when, and how to read it."""

    path: PurePosixPath
    size: int
    time: datetime | None
    read: Callable[[], bytes]

    @property
    def shown(self) -> str:
        return _printable(str(self.path))


@dataclass(frozen=True)
class _Claim:
    """A notebook, and whose it seems to be."""

    file: _File
    raw: str
    system: str = "files"
    user: str = ""
    exact: bool = True
    """Whether it has the notebook's own name."""
    student: str = ""


def collect(course_root: Path, source: Path, assignment: str) -> CollectReport:
    """Bring submissions into ``submitted/``.

    Understood are, also inside wrapping folders:

    - Moodle: ``Full Name_12345_assignsubmission_file_/convolution.ipynb`` (or without the
      folder, as one name).  The student's id is the full name; two students of one name get
      the number behind it.
    - Canvas: ``doejane_12345_67890_convolution.ipynb``, ``doejane_LATE_12345_…``.  The id is the
      name with Canvas's user number behind it, because two students can share a name.
    - Others: ``STUDENT/01_convolution/convolution.ipynb``, ``STUDENT/convolution.ipynb``,
      ``STUDENT_convolution.ipynb`` and ``STUDENT.ipynb``.

    A student's id keeps the letters and digits of any script and ``. _ - @``; what else there
    is becomes ``_``.  Beside the notebook ``timestamp.txt`` says when it was handed in (from a
    ``timestamp.txt`` beside it, else the file's time) and ``lms.json`` which account it came from.

    Of several notebooks of one student the one with the notebook's own name is taken, and of
    those the latest.  A submission that is already there is replaced by a later one only, and
    then kept under ``earlier/`` beside it; the same bytes are left alone.

    Parameters
    ----------
    course_root : Path
        The folder that holds ``source/``.
    source : Path
        A zip file, a folder or a single notebook.
    assignment : str
        Such as ``01_convolution``.

    Returns
    -------
    CollectReport
        What was taken, and each file that was left out, with its reason: a path that leaves the
        archive, a link, too large, another assignment's, nobody's, a second one, an older one.

    Raises
    ------
    UserError
        Where the assignment is unknown; the source is missing, broken, encrypted, too large in
        all, or holds no notebook of the assignment; or the disk is full.  Nothing was written
        then, except where the disk filled up half-way: run it again, it goes on.
    """
    course, source = Course(Path(course_root)), Path(source)
    course.require(assignment)
    if source.resolve().is_relative_to((course.root / "submitted").resolve()):
        raise UserError(f"{source} is where submissions are collected to; name where they come from.")
    report = CollectReport(assignment)
    with _files(source, report) as files:
        claims = list(_claims(files, course, assignment, report))
        chosen = _one_each(_named(claims, course, report), report)
        total = sum(claim.file.size for claim in chosen)
        if total > MAX_TOTAL:
            raise UserError(
                f"the notebooks in {source} are {total / 2**30:.1f} GB together, and {MAX_TOTAL >> 30} GB are "
                f"collected at once: split it. Nothing was collected."
            )
        if not claims:
            found = f" It holds {len(report.ignored)} other files." if report.ignored else " It is empty."
            first = "".join(f"\n  {i.source}: {i.reason}" for i in report.ignored[:5])
            raise UserError(
                f"{source} holds no notebook of {assignment} that could be collected.{found}{first}"
            )
        stamps = _stamps(files, chosen)
        for claim in chosen:
            _store(course, assignment, claim, stamps.get(claim.file), report)
    return report


# ---------------------------------------------------------------------------------------
# Reading
# ---------------------------------------------------------------------------------------


@contextmanager
def _files(source: Path, report: CollectReport) -> Iterator[list[_File]]:
    """Every regular file; what is no such file goes to the report."""
    if source.is_dir():
        yield list(_in_folder(source, report))
    elif not source.exists():
        raise UserError(f"there is no {source}.")
    elif source.suffix == ".ipynb" and source.is_file():
        yield [_on_disk(source, PurePosixPath(source.name))]
    elif not zipfile.is_zipfile(source):
        raise UserError(
            f"{source} is neither a folder nor a whole zip file: download it again, or unpack it and name the folder."
        )
    else:
        try:
            with zipfile.ZipFile(source) as archive:
                yield list(_in_zip(source, archive, report))
        except (zipfile.BadZipFile, NotImplementedError, struct.error) as error:
            raise UserError(f"{source} is a broken zip file ({error}): download it again.") from error


def _in_folder(folder: Path, report: CollectReport) -> Iterator[_File]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(folders):
            if (Path(parent) / name).is_symlink():
                shown = _printable(str((Path(parent) / name).relative_to(folder)))
                report.ignored.append(Ignored(shown, "a link; links are not followed."))
        for name in sorted(names):
            path = Path(parent) / name
            relative = PurePosixPath(path.relative_to(folder).as_posix())
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                report.ignored.append(Ignored(_printable(str(relative)), "a link; links are not followed."))
            elif not stat.S_ISREG(mode):
                report.ignored.append(Ignored(_printable(str(relative)), "no plain file."))
            else:
                yield _on_disk(path, relative)


def _on_disk(path: Path, relative: PurePosixPath) -> _File:
    info = path.stat()
    return _File(relative, info.st_size, datetime.fromtimestamp(int(info.st_mtime), UTC), path.read_bytes)


def _in_zip(source: Path, archive: zipfile.ZipFile, report: CollectReport) -> Iterator[_File]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise UserError(f"{source} has {len(entries)} entries, and {MAX_ENTRIES} are read at most.")
    for entry in entries:
        if entry.is_dir():
            continue
        name = _decoded(entry).replace("\\", "/")
        shown = _printable(name)
        if entry.flag_bits & 1:
            raise UserError(f"{source} is encrypted: unpack it with its password and name the folder.")
        if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
            report.ignored.append(Ignored(shown, "its path leads out of the archive."))
        elif stat.S_ISLNK(entry.external_attr >> 16):
            report.ignored.append(Ignored(shown, "a link; links are not followed."))
        elif entry.file_size > max(_RATIO_FROM, MAX_RATIO * entry.compress_size):
            report.ignored.append(Ignored(shown, f"it unpacks to more than {MAX_RATIO} times its size."))
        else:
            yield _File(
                PurePosixPath(name),
                entry.file_size,
                _zip_time(entry),
                lambda entry=entry: archive.read(entry),
            )


def _decoded(entry: zipfile.ZipInfo) -> str:
    """The name; archives that do not say that it is UTF-8 often mean it."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _zip_time(entry: zipfile.ZipInfo) -> datetime | None:
    """When a zipped file was last changed: the exact field where there is one, else the local one."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        body, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == 0x5455 and len(body) >= 5 and body[0] & 1:
            return datetime.fromtimestamp(struct.unpack("<I", body[1:5])[0], UTC)
    if entry.date_time <= (1980, 1, 1, 0, 0, 0):
        return None
    try:
        return datetime(*entry.date_time).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


# ---------------------------------------------------------------------------------------
# Whose is it?
# ---------------------------------------------------------------------------------------

_MOODLE = re.compile(r"(?P<name>.+)_(?P<user>\d+)_assignsubmission_(file|onlinetext)_?(?P<file>.*)")
_CANVAS = re.compile(r"(?P<name>\w+?)_(LATE_)?(?P<user>\d+)_\d+_(?P<file>.+)\.ipynb")
_CANVAS_ANONYMOUS = re.compile(r"(LATE_)?(?P<name>anon)_(?P<user>[A-Za-z0-9]+)_\d+_(?P<file>.+)\.ipynb")
_SYSTEM_FILES = ("__MACOSX", ".ipynb_checkpoints", "__pycache__")


def _claims(files: list[_File], course: Course, assignment: str, report: CollectReport) -> Iterator[_Claim]:
    """The notebooks of this assignment, each with the name of a student."""
    name = notebook_name(assignment)
    others = {notebook_name(other): other for other in course.assignments if other != assignment}
    notebooks = []
    for file in files:
        reason = _not_a_notebook(file)
        foreign = next((part for part in file.path.parts[:-1] if part in others.values()), None)
        if reason is None and foreign:
            reason = f"it is of {foreign}."
        if reason is None:
            notebooks.append(file)
        elif file.path.name != "timestamp.txt":
            report.ignored.append(Ignored(file.shown, reason))
    layout = _Layout.of(notebooks, name, assignment)
    for file in notebooks:
        claim = (
            _moodle_claim(file, name)
            or (layout.is_canvas(file) and _canvas_claim(file, name))
            or _plain_claim(file, name, assignment, layout)
        )
        of_other = [other for other in others if not isinstance(claim, str) and _is_named(claim[1], other)]
        if isinstance(claim, str):
            report.ignored.append(Ignored(file.shown, claim))
        elif of_other:
            report.ignored.append(Ignored(file.shown, f"it is of {others[of_other[0]]}."))
        else:
            yield claim[0]


def _not_a_notebook(file: _File) -> str | None:
    parts = file.path.parts
    if any(part in _SYSTEM_FILES or part.startswith("._") for part in parts) or parts[-1].startswith("."):
        return "a file of the system."
    if parts[-3:-2] == (EARLIER,):
        return "an earlier submission, kept beside the one that replaced it."
    if file.path.suffix.lower() in (".zip", ".gz", ".tgz", ".7z", ".rar", ".tar"):
        return "an archive in the archive: unpack it and collect the notebook in it."
    if file.path.suffix.lower() != ".ipynb":
        return "no notebook."
    if file.size > MAX_FILE:
        return f"it has {file.size / 2**20:.0f} MB, and {MAX_FILE >> 20} MB are taken at most."
    return None


def _stem(name: str) -> str:
    """A notebook's own name, less what systems add to a second copy."""
    stem = re.sub(r"^Copy of ", "", name.removesuffix(".ipynb"))
    return re.sub(r"(\s*\(\d+\)|[-_ ]?[Cc]opy\d*|-\d+)$", "", stem)


def _is_named(filename: str, name: str) -> bool:
    """Whether a file is called as the notebook of this name, alone or behind a student's name."""
    return _stem(filename) == name or _stem(filename).endswith(f"_{name}")


def _moodle_claim(file: _File, name: str) -> tuple[_Claim, str] | None:
    for part in file.path.parts:
        match = _MOODLE.fullmatch(part)
        if match:
            own = match["file"] or file.path.name
            return _Claim(file, match["name"], "moodle", match["user"], _stem(own) == name), own
    return None


def _canvas(filename: str) -> re.Match[str] | None:
    return _CANVAS_ANONYMOUS.fullmatch(filename) or _CANVAS.fullmatch(filename)


def _canvas_claim(file: _File, name: str) -> tuple[_Claim, str] | None:
    match = _canvas(file.path.name)
    if match is None:
        return None
    return _Claim(file, match["name"], "canvas", match["user"], _stem(match["file"]) == name), match["file"]


@dataclass(frozen=True)
class _Layout:
    """How the folders of a collection are laid out, as far as it shows."""

    notebooks: Counter[PurePosixPath]
    """How many notebooks there are directly in each folder."""
    canvas: Counter[PurePosixPath]
    """How many of them are named as Canvas names them."""
    homes: set[PurePosixPath]
    """The folders of single students: those that hold a notebook of the right name."""

    @classmethod
    def of(cls, files: list[_File], name: str, assignment: str) -> _Layout:
        """Look at all notebooks."""
        notebooks = Counter(file.path.parent for file in files)
        canvas = Counter(file.path.parent for file in files if _canvas(file.path.name))
        homes = {
            home for file in files if (home := _home(file, assignment)) and _stem(file.path.name) == name
        }
        # Several notebooks beside a single one of the right name: a folder of students' files.
        if len(homes) == 1 and notebooks[next(iter(homes))] > 2:
            homes = set()
        return cls(notebooks, canvas, homes)

    def is_canvas(self, file: _File) -> bool:
        """Whether the folder is a Canvas download: two numbers in one name alone do not make it one."""
        folder = file.path.parent
        return self.canvas[folder] > 1 or (
            self.canvas[folder] == self.notebooks[folder] and (folder == _TOP or len(self.notebooks) == 1)
        )

    def owner(self, file: _File) -> str | None:
        """The student's folder that a notebook of another name is in, if any."""
        levels = {home.parent for home in self.homes}
        inner_first = [folder for folder in file.path.parents if folder != _TOP]
        for folder in inner_first:
            if folder in self.homes:
                return folder.name
        for folder in inner_first:
            if folder.parent in levels:
                return folder.name
        each_alone = len(self.notebooks) > 1 and set(self.notebooks.values()) == {1}
        return inner_first[0].name if inner_first and each_alone and not self.homes else None


_TOP = PurePosixPath(".")


def _home(file: _File, assignment: str) -> PurePosixPath | None:
    """The folder above the notebook, or above the assignment's folder that it is in."""
    folders = file.path.parts[:-1]
    if assignment in folders:
        folders = folders[: folders.index(assignment)]
    return PurePosixPath(*folders) if folders else None


def _plain_claim(file: _File, name: str, assignment: str, layout: _Layout) -> tuple[_Claim, str] | str:
    """By the folder's or the file's name."""
    stem, home = _stem(file.path.name), _home(file, assignment)
    inside = assignment in file.path.parts[:-1]
    if inside or stem == name:
        if home is None or (not inside and home not in layout.homes):
            return "neither its name nor its folder says whose it is: name it STUDENT.ipynb."
        return _Claim(file, home.name, exact=stem == name), file.path.name
    if stem.endswith(f"_{name}"):
        return _Claim(file, stem.removesuffix(f"_{name}")), f"{name}.ipynb"
    owner = layout.owner(file)
    if owner is not None:
        return _Claim(file, owner, exact=False), file.path.name
    return _Claim(file, file.path.name.removesuffix(".ipynb")), file.path.name


def student_id(raw: str) -> str:
    """A name as a student's id: letters and digits of any script and ``. _ - @``.

    Anything else becomes ``_``; an id begins with a letter, a digit or ``_`` and has at most 100
    characters (200 bytes).  Empty where nothing is left.
    """
    text = unicodedata.normalize("NFC", raw)
    kept = "".join(c if c in "._-@" or unicodedata.category(c)[0] in "LMN" else "_" for c in text)
    kept = re.sub(r"_{2,}", "_", kept).strip("_").lstrip(".-@_")[:_MAX_ID]
    while len(kept.encode()) > 2 * _MAX_ID:
        kept = kept[:-1]
    return kept.rstrip("._")


def _named(claims: Iterable[_Claim], course: Course, report: CollectReport) -> Iterator[_Claim]:
    """Give each claim its student's id, and keep apart who is not the same."""
    people: dict[str, set[tuple[str, str]]] = defaultdict(set)
    given = []
    for claim in claims:
        student = student_id(f"{claim.raw}_{claim.user}" if claim.system == "canvas" else claim.raw)
        if not student:
            report.ignored.append(Ignored(claim.file.shown, "the name in it has no letter or digit."))
            continue
        given.append(replace(claim, student=student))
        people[student.casefold()].add((claim.raw, claim.user))
    known = {p.name.casefold(): p.name for p in (course.root / "submitted").glob("*") if p.is_dir()}
    for claim in given:
        same = people[claim.student.casefold()]
        if len(same) > 1 and claim.system == "moodle" and len({user for _, user in same}) == len(same):
            yield replace(claim, student=f"{claim.student}_{claim.user}")
        elif len(same) > 1:
            names = " and ".join(sorted(repr(raw) for raw, _ in same))
            reason = f"{names} would all be the student {claim.student}: rename them and collect again."
            report.ignored.append(Ignored(claim.file.shown, reason))
        elif known.get(claim.student.casefold(), claim.student) != claim.student:
            there = known[claim.student.casefold()]
            reason = f"there is a student {there} already, who differs in capital letters only: rename one."
            report.ignored.append(Ignored(claim.file.shown, reason))
        else:
            yield claim


def _one_each(claims: Iterable[_Claim], report: CollectReport) -> list[_Claim]:
    """The notebook that counts for each student."""
    by_student: dict[str, list[_Claim]] = defaultdict(list)
    for claim in claims:
        by_student[claim.student].append(claim)
    chosen = []
    for student in sorted(by_student):
        *rest, best = sorted(
            by_student[student], key=lambda c: (c.exact, c.file.time or _NEVER, c.file.shown)
        )
        chosen.append(best)
        for other in rest:
            why = "the later one" if other.exact == best.exact else "the one with the notebook's own name"
            reason = f"{student} has several notebooks; {best.file.shown} was taken, {why}."
            report.ignored.append(Ignored(other.file.shown, reason))
    return chosen


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _stamps(files: list[_File], chosen: list[_Claim]) -> dict[_File, _File]:
    """The ``timestamp.txt`` that nbgrader wrote beside a notebook.

    In a download from a system such a file could only be the student's own, and is not believed.
    """
    found = {file.path.parent: file for file in files if file.path.name == "timestamp.txt"}
    in_folder = Counter(claim.file.path.parent for claim in chosen)
    return {
        claim.file: found[claim.file.path.parent]
        for claim in chosen
        if claim.system == "files"
        and claim.file.path.parent in found
        and in_folder[claim.file.path.parent] == 1
    }


# ---------------------------------------------------------------------------------------
# Writing
# ---------------------------------------------------------------------------------------


def _store(
    course: Course, assignment: str, claim: _Claim, stamp: _File | None, report: CollectReport
) -> None:
    """Put one notebook in its place, the one that was there aside."""
    path = course.submitted(claim.student, assignment)
    try:
        data = claim.file.read()
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        report.ignored.append(Ignored(claim.file.shown, f"it could not be read ({error})."))
        return
    time = _stamped(stamp) or claim.file.time
    there = _time_of(path)
    replaced = None
    if path.is_file():
        if path.read_bytes() == data:
            if there is None:
                _describe(path, claim, time)
            report.ignored.append(Ignored(claim.file.shown, f"{claim.student} has the same one already."))
            return
        if time is not None and there is not None and time <= there:
            reason = (
                f"{claim.student} has one of {there:%Y-%m-%d %H:%M} UTC already, and this one is not later."
            )
            report.ignored.append(Ignored(claim.file.shown, reason))
            return
        replaced = _set_aside(path, there)
    # No time until the notebook is there: a run that was killed in between collects it again.
    with _disk():
        path.with_name("timestamp.txt").unlink(missing_ok=True)
    write_atomically(path, data)
    _describe(path, claim, time)
    report.collected.append(Collected(claim.student, claim.file.shown, path, replaced))


def _describe(path: Path, claim: _Claim, time: datetime | None) -> None:
    """Write whose a collected notebook is and, last, when it was handed in."""
    account = {"system": claim.system, "user": claim.user, "name": claim.raw}
    write_atomically(path.with_name("lms.json"), json.dumps(account, ensure_ascii=False, indent=1) + "\n")
    if time is not None:
        write_atomically(path.with_name("timestamp.txt"), f"{time:%Y-%m-%d %H:%M:%S.%f} UTC\n")


def _set_aside(path: Path, time: datetime | None) -> Path:
    """Copy a submission to where nothing is written over."""
    label = f"{time:%Y-%m-%dT%H-%M-%S}" if time else "undated"
    folder, number = path.parent / EARLIER / label, 1
    while (folder / path.name).exists():
        if (folder / path.name).read_bytes() == path.read_bytes():
            return folder / path.name
        number += 1
        folder = path.parent / EARLIER / f"{label}-{number}"
    with _disk():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / f".{path.name}")
        os.replace(folder / f".{path.name}", folder / path.name)
    return folder / path.name


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{error.filename} could not be written: {error.strerror}. What was there is kept."
        ) from error


def _stamped(stamp: _File | None) -> datetime | None:
    if stamp is None or stamp.size > 200:
        return None
    try:
        return _parsed(stamp.read().decode("utf-8"))
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error):
        return None


def _time_of(path: Path) -> datetime | None:
    """When a collected notebook was handed in."""
    try:
        return _parsed(path.with_name("timestamp.txt").read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _parsed(text: str) -> datetime | None:
    """A time as nbgrader writes it."""
    from nbgrader.utils import parse_utc

    try:
        return parse_utc(text.strip()).replace(tzinfo=UTC) if text.strip() else None
    except (ValueError, OverflowError, TypeError):
        return None


def _printable(text: str) -> str:
    """A path as one line."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
