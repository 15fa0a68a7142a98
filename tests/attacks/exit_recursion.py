# ruff: noqa
# family: exits
# tries: to break the interpreter by recursion without a limit
# outcome: test_triple=crashed|error|out of memory

# %% triple
import sys


def triple(x):
    sys.setrecursionlimit(10**8)
    return (lambda f: f(f, x))(lambda f, n: [f(f, n)] and repr(f(f, n)))
