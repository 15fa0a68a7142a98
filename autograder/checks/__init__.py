"""Hidden checks: plain functions, a module an assignment, called from the notebooks' hidden regions."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from course.checking import CheckFailed, _failed, redacted, run_cases

SEED_VARIABLE = "AUTOGRADER_SEED"


def draws(check: str) -> np.random.Generator:
    """The generator from which one check draws its inputs.

    Every check has a stream of its own, made from the run's recorded seed and the check's
    name, so that the inputs do not depend on which other checks ran before.
    """
    seed = int(os.environ.get(SEED_VARIABLE, "0"))
    return np.random.default_rng([seed, zlib.crc32(check.encode())])


def hidden(title: str, situation: str, *cases: Callable[[], Any]) -> None:
    """Run the hidden cases of a check.

    Parameters
    ----------
    title : str
        The exercise and the aspect, as the learner knows them.
    situation : str
        What kind of input this is about, in words that give no value away, such as
        ``"images that are not square"``.
    *cases : callables without arguments
        Each raises `CheckFailed` where the answer is not as expected.

    Raises
    ------
    CheckFailed
        A redacted one: it names the mistake and the situation, and holds no value.
    """
    _, failure = run_cases(cases)
    if failure is not None:
        error: CheckFailed = _failed(redacted(failure, situation), f"✗ {title}: a hidden check did not pass.")
        error.instructor_detail = str(failure)
        raise error from None
