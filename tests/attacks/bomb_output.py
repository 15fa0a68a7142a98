# ruff: noqa
# family: bombs
# tries: to print, show and raise without end
# outcome: test_double=incorrect test_double_input=incorrect

# %% first
from IPython.display import display

try:
    for n in range(10**9):
        print("x" * 10_000)
        display({"text/plain": "y" * 100_000, "text/html": "<script>" * 1000}, raw=True)
finally:
    raise ValueError("z" * 50_000_000)


# %% double
def double(x):
    return np.zeros(np.shape(x))
