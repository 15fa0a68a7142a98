# ruff: noqa
# family: channel
# tries: to change the checks' arguments into other things than they were
# outcome: test_double=incorrect|error test_double_input=incorrect|error
# prelude: channel

# %% double
calls = []


def double(x):
    calls.append(1)
    after = [[{}, {}], [[np.zeros(9)], {"x": 1}], "no", [[[1] * 1000], {}], {"a": 1}, [[x, x, x], {}], []][
        len(calls) % 7
    ]
    answer_with(pack({"status": "value", "value": np.zeros(np.shape(x)), "after": after}))
