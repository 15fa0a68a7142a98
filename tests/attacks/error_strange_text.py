# ruff: noqa
# family: errors
# tries: an error with half a surrogate pair, NUL and terminal codes
# outcome: test_triple=error

# %% triple
def triple(x):
    raise ValueError("\ud800 \x00 \x1b]0;title\x07 <script>alert(1)</script>")
