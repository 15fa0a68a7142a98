# ruff: noqa
# family: models
# tries: to keep the checks busy for ever by models that call each other twice, and by calls without end
# outcome: test_build=incorrect test_head=incorrect
# prelude: records


# %% build
def build(classes):
    objects = [layer("Identity", {"name": "one"}, {"input_shape": [None, 8, 8, 1]})]
    for n in range(60):
        numbers = [len(objects) - 1] * 2
        objects.append({"class": "Sequential", "name": f"s{n}", "trainable": True, "layers": numbers})
    return record(objects)


# %% head
def head(base):
    objects = [images(), layer("Identity", {"name": "one"}, {"input_shape": [None, 8, 8, 1]})]
    for n in range(6):
        calls = [[0, (), {"dict": {}}]]
        calls += [[len(objects) - 1, ({"tensor": k},), {"dict": {}}] for k in range(200)]
        ends = {"inputs": {"tensor": 0}, "outputs": {"tensor": 200}}
        objects.append({"class": "Functional", "name": f"f{n}", "trainable": True, "calls": calls} | ends)
    return record(objects)
