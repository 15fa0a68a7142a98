"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import UserError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


_UNFINISHED = ".part"


def remove_unfinished(folder: Path) -> None:
    """Remove what a process that was killed while it wrote into this folder left there."""
    for path in folder.glob(f".*{_UNFINISHED}"):
        path.unlink(missing_ok=True)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file as a whole, or not at all.

    Raises
    ------
    UserError
        Where the disk is full or the folder cannot be written; what was there stays.
    """
    data = content.encode() if isinstance(content, str) else content
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", suffix=_UNFINISHED, delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(data)
        temporary.chmod(0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise UserError(
            f"{path} could not be written: {error.strerror}. What was there before is kept."
        ) from error


@contextmanager
def only_one(lock: Path, told: Callable[[], None]) -> Iterator[None]:
    """Wait until no other process is inside with the same lock file; it is let go when this process ends.

    Parameters
    ----------
    lock : Path
        The file; it is made, and stays.
    told : callable
        Called once where there is a wait.
    """
    if fcntl is None:
        yield
        return
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_built(
    root: Path, top: str, wanted: dict[Path, bytes], *, check: bool, force: bool = False
) -> list[str]:
    """Bring built files into step, without losing what somebody wrote into them by hand.

    The hash of each file as it was built is kept in ``TOP/built.json``; a file with another
    hash was edited since.

    Parameters
    ----------
    root : Path
        The course root.
    top : str
        ``"source"`` or ``"release"``.
    wanted : dict
        Path below the root, and content, of each file.
    check : bool
        Write nothing, only compare.
    force : bool
        Write over files that were edited by hand; the edited one is kept as ``NAME.edited``.

    Returns
    -------
    list of str
        The files that were out of step.

    Raises
    ------
    UserError
        Where a file was edited by hand, and `force` is not given.
    """
    record = root / top / "built.json"
    hashes: dict[str, str] = json.loads(record.read_text("utf-8")) if record.is_file() else {}
    changed, edited = [], []
    for path, content in wanted.items():
        target = root / path
        there = target.read_bytes() if target.is_file() else None
        new_hash = hashlib.sha256(content).hexdigest()
        if there != content or hashes.get(path.as_posix()) != new_hash:
            changed.append(path.as_posix())
        if there is not None and there != content:
            if hashes.get(path.as_posix()) != hashlib.sha256(there).hexdigest():
                edited.append(path)
        hashes[path.as_posix()] = new_hash
    if check or not changed:
        return changed
    if edited and not force:
        raise UserError(
            f"{', '.join(map(str, edited))} was edited by hand since it was built. Move the change to course/ and "
            f"build again; or say --force: the edited file is then kept beside the new one, with the ending .edited."
        )
    for path in edited:
        os.replace(root / path, root / f"{path}.edited")
    for path, content in wanted.items():
        if path.as_posix() in changed:
            write_atomically(root / path, content)
    write_atomically(record, json.dumps(hashes, indent=1, sort_keys=True) + "\n")
    return changed
