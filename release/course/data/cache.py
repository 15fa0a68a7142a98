"""Where prepared data is kept between two runs: the folder `COURSE_CACHE`, or the system's temporary one."""

from __future__ import annotations

import getpass
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from course.data.records import DataError

__all__ = ["CACHE", "folder", "keep_file", "keep_folder", "key", "own_sources"]

CACHE = "COURSE_CACHE"
"""The environment variable that names the folder; everything in it can be deleted at any time."""

_DONE = ".complete"
_OLD = 7 * 24 * 3600.0  # seconds


def folder() -> Path:
    """The folder for prepared data, made where it is missing.

    Raises
    ------
    DataError
        Where the folder that `COURSE_CACHE` names cannot be written to.
    """
    named = os.environ.get(CACHE)
    if named:
        path = Path(named).expanduser()
        try:
            path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path):
                return path
        except OSError as error:
            raise DataError(
                f"{CACHE} names {path}, where nothing can be written ({error.strerror}): "
                "name a folder of your own, or unset it."
            ) from None
    return _temporary()


def _temporary() -> Path:
    """A folder of this user's in the temporary folder; a fresh one where somebody else holds the name."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user without a name, as in some containers
        user = str(getattr(os, "getuid", lambda: "user")())
    path = Path(tempfile.gettempdir()) / f"convnet-course-{user}"
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        # Others may write in a shared temporary folder: what is not ours is not trusted.
        ours = not hasattr(os, "getuid") or (path.lstat().st_uid == os.getuid() and not path.is_symlink())
        if ours and os.access(path, os.W_OK):
            return path
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="convnet-course-"))


def key(*parts: object) -> str:
    """A short name that changes with any of the parts; for a file, its place, size and time of change."""
    told = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            state = part.stat()
            part = (str(part.resolve()), state.st_size, state.st_mtime_ns)
        told.update(repr(part).encode())
    return told.hexdigest()[:16]


def own_sources() -> str:
    """A key of this package's own code: what an older version drew is drawn anew."""
    code = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in code)).hexdigest()[:16]


def keep_file(name: str, make: Callable[[Path], None]) -> Path:
    """The kept file of this name, made where it is missing; half-made files are never seen."""
    path = folder() / name
    if not path.is_file():
        with _half_made(path) as partial:
            make(partial)
            os.replace(partial, path)
        _forget_old(path)
    return path


def keep_folder(name: str, make: Callable[[Path], None]) -> Path:
    """The kept folder of this name, made where it is missing or where files of it have gone."""
    path = folder() / name
    if _complete(path):
        return path
    with _half_made(path) as partial:
        partial.mkdir()
        make(partial)
        (partial / _DONE).write_text(_listing(partial), "utf-8")
        shutil.rmtree(path, ignore_errors=True)
        try:
            os.replace(partial, path)
        except OSError:  # another notebook made it at the same time
            if not _complete(path):
                raise
    _forget_old(path)
    return path


def _forget_old(path: Path) -> None:
    """Delete what stood here under the same name with other keys, made more than a week ago."""
    stem = path.name.rsplit("-", 1)[0]
    for other in path.parent.glob(f"{stem}-*"):
        if other != path and time.time() - other.stat().st_mtime > _OLD:
            shutil.rmtree(other, ignore_errors=True) if other.is_dir() else other.unlink(missing_ok=True)


def _complete(path: Path) -> bool:
    try:
        return (path / _DONE).read_text("utf-8") == _listing(path)
    except OSError:
        return False


def _listing(path: Path) -> str:
    """Names and sizes of all files below."""
    files = sorted(p for p in path.rglob("*") if p.is_file() and p.name != _DONE)
    return "\n".join(f"{p.relative_to(path).as_posix()} {p.stat().st_size}" for p in files)


@contextmanager
def _half_made(path: Path) -> Iterator[Path]:
    holder = Path(tempfile.mkdtemp(prefix=".making-", dir=path.parent))
    try:
        yield holder / path.name
    finally:
        shutil.rmtree(holder, ignore_errors=True)
