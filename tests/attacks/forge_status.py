# ruff: noqa
# family: channel
# tries: answers whose status is a list, a number, an array or a hundred thousand letters
# outcome: test_double=incorrect|error test_double_input=incorrect|error
# prelude: channel

# %% double
calls = []


def double(x):
    calls.append(1)
    status = [["value"], 1, np.array(["value"] * 2 == []), "value" * 20_000, None, True, {"value": 1}][
        len(calls) % 7
    ]
    answer_with(
        pack(
            {
                "status": status,
                "value": [0, 2, 4],
                "error": status,
                "text": status,
                "type": status,
                "trace": status,
            }
        )
    )
