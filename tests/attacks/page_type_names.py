# ruff: noqa
# family: pages
# tries: a script as the name of a value's type
# outcome: test_double=incorrect test_double_input=incorrect test_triple=incorrect

# %% double
def double(x):
    return np.zeros(3).view(type("<script>alert(1)</script>", (np.ndarray,), {}))


# %% triple
def triple(x):
    return ["<script>alert(1)</script>", type("</td><script>alert(1)</script>", (), {})()]
