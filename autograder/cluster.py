"""Grade on a Dask cluster: a submission is one pure task, which may run on any machine and be repeated.

Each machine needs this checkout at the same version and the same packages, as ``make setup``
makes them; that is looked at before anything is graded.  Nothing is written there: results
come back, and one process writes the gradebook.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autograder.assignment import Assignment
from autograder.digest import engine_digest
from autograder.engine import supervise
from autograder.engine.launch import Launcher
from autograder.engine.result import Result
from autograder.errors import UserError
from autograder.isolation import Isolation, here, require, weakest

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 20
REPEATS = 3
"""How often a task is given to another worker where the one that had it was lost."""


class Cluster:
    """The workers of a scheduler, found to be fit to grade.

    Parameters
    ----------
    client : distributed.Client
        Connected.
    assignment : Assignment
        What is graded.
    required : str, optional
        The level of isolation that every worker must have.

    Raises
    ------
    UserError
        Where there is no worker, one has other code, or one confines less than is required.
    """

    def __init__(self, client: Client, assignment: Assignment, required: str | None):
        self._client = client
        found = client.run(_look, assignment)
        if not found:
            raise UserError(
                "the scheduler has no workers: start some, with `dask worker ADDRESS --nthreads 1`."
            )
        mine = engine_digest(assignment)
        other = sorted(address for address, (digest, _) in found.items() if digest != mine)
        if other:
            raise UserError(
                f"the workers {', '.join(other[:5])} have other code or other packages than this machine: bring "
                f"their checkout to the same commit, run `make setup` there, and start them again."
            )
        for address, (_, machine) in sorted(found.items()):
            require(required, machine, f"the worker {address}")
        self.isolation = weakest([machine for _, machine in found.values()])
        self.slots: int = sum(client.nthreads().values())
        self._assignment = client.scatter(assignment, broadcast=True)

    def close(self) -> None:
        """Give back what was not graded yet."""
        self._client.close()

    def grade(self, assignment: Assignment, data: bytes, student: str, seed: int) -> Result:
        """Grade one submission somewhere, and wait for its result; see `supervise.grade`."""
        future = self._client.submit(
            _grade, self._assignment, data, student, seed, pure=False, retries=REPEATS
        )
        return Result.from_json(future.result())


@contextmanager
def connected(address: str, assignment: Assignment, required: str | None) -> Iterator[Cluster]:
    """Connect to a scheduler such as ``tcp://host:8786``.

    Raises
    ------
    UserError
        Where it cannot be reached, or its workers are not fit to grade.
    """
    from distributed import Client

    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UserError(
            f"no Dask scheduler answers at {address} ({error}): start one with `dask scheduler`, and give the "
            f"address that it prints."
        ) from None
    with client:
        yield Cluster(client, assignment, required)


# -- on the workers ---------------------------------------------------------------------------------

_lock = threading.Lock()
_launchers: dict[str, Launcher] = {}


def _look(assignment: Assignment) -> tuple[str, Isolation]:
    return engine_digest(assignment), here()


def _grade(assignment: Assignment, data: bytes, student: str, seed: int) -> str:
    return supervise.grade(assignment, data, student, seed, _launcher(assignment)).to_json()


def _launcher(assignment: Assignment) -> Launcher:
    """One launcher a worker, for the assignment that it grades now."""
    with _lock:
        if assignment.digest not in _launchers:
            for launcher in _launchers.values():
                launcher.close()
            _launchers.clear()
            _launchers[assignment.digest] = Launcher.of(assignment)
        return _launchers[assignment.digest]
