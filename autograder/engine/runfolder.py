"""The folder of one run, in which its processes have theirs; what runs that were killed left is removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

_PREFIX = "autograder-"
_LOCK = "lock"


class RunFolder:
    """A folder that is marked as in use for as long as this process lives."""

    def __init__(self) -> None:
        _remove_abandoned(Path(tempfile.gettempdir()))
        made = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}"))
        # A student's process of another user has to reach its own folder inside, and may list nothing here.
        made.chmod(0o711)
        self._mark: IO[str] = (made / _LOCK).open("w")
        if fcntl is not None:
            fcntl.flock(self._mark, fcntl.LOCK_EX)
        # Named so only now: without its mark another run would take it for abandoned.
        self.path = made.rename(made.with_name(made.name[1:]))

    def make(self) -> str:
        """A new, empty folder."""
        return tempfile.mkdtemp(dir=self.path)

    def remove(self) -> None:
        """Remove it all."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._mark.close()


def _remove_abandoned(parent: Path) -> None:
    """Remove this user's run folders whose process is no more."""
    if fcntl is None:
        return
    for path in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if path.is_symlink() or path.stat().st_uid != os.getuid():
                continue
            with (path / _LOCK).open() as mark:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
