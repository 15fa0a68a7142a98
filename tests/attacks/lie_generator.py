# ruff: noqa
# family: lies
# tries: generators, maps and coroutines instead of values
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
async def never(x):
    return x


def double(x):
    if len(x) == 1:
        return never(x)
    return (value + value for value in x)
