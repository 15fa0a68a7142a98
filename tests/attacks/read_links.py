# ruff: noqa
# family: reading
# tries: to read outside by symbolic and hard links in its own folder
# outcome: test_double=incorrect test_double_input=incorrect

# %% first
import os

for number, target in enumerate(
    ("/", "/etc/shadow", "/proc/1/root", "/proc/1/cwd/..", "/var/lib", "/home", "..")
):
    for how in (os.symlink, os.link):
        name = f"{how.__name__}{number}"
        try:
            how(target, name)
            seen = os.listdir(name) if os.path.isdir(name) else open(name).read(9)
        except OSError:
            continue
        if set(seen) & {"home", "root", "ada", "gradebook.db"} or number in (1, 4, 5):
            print("FOUND", target, seen)


# %% double
def double(x):
    return np.zeros(np.shape(x))
