# ruff: noqa
# family: models
# tries: records that name os.system, subprocess and pickle as classes, functions, modules and Lambdas
# outcome: test_build=incorrect test_head=incorrect
# prelude: records

# %% build
def build(classes):
    evil = {"module": "os", "class_name": "system", "config": "echo FOUND", "registered_name": "system"}
    return record(
        chain(images(), layer("Dense", {"units": 3, "kernel_initializer": evil, "activation": evil}))
    )


# %% head
def head(base):
    popen = {"module": "subprocess", "class_name": "Popen", "config": {"args": ["echo", "FOUND"]}}
    code = {"class_name": "__lambda__", "config": {"value": ["4wAAAAA=", None, None]}}
    return record([layer("Lambda", {"function": code}), layer("subprocess.Popen", popen), popen])
