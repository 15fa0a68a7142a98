# ruff: noqa
# family: errors
# tries: to raise the checks' own errors: passed, failed, lost
# outcome: test_double=error test_double_input=error

# %% double
import sys
from course.checking import CheckFailed, Failure


def double(x):
    if x.dtype == int:
        raise CheckFailed(Failure("correct"))
    raise type("AnswerLost", (BaseException,), {})("correct", "all is well")
