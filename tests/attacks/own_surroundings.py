# ruff: noqa
# family: surroundings
# tries: to change limits, mask, folder, language and clock, and to remove its own folder
# outcome: test_double=incorrect test_double_input=incorrect

# %% first
import locale, os, resource, shutil, sys, time

for which in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE, resource.RLIMIT_STACK):
    soft, hard = resource.getrlimit(which)
    try:
        resource.setrlimit(which, (soft, resource.RLIM_INFINITY))
        if hard not in (-1, resource.RLIM_INFINITY):
            print("FOUND", which)
    except (OSError, ValueError):
        pass
os.umask(0o777)
os.environ["TZ"] = "Asia/Seoul"
time.tzset()
locale.setlocale(locale.LC_ALL, "C")
sys.setrecursionlimit(60)
sys.setrecursionlimit(3000)
shutil.rmtree(os.getcwd(), ignore_errors=True)
os.chdir("/proc")


# %% double
def double(x):
    return np.zeros(np.shape(x))
