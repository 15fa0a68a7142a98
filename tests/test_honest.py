"""Honest students never lose: what they leave in their notebooks costs no point, and is shown as in Jupyter."""

from __future__ import annotations

import dataclasses
from typing import Any

import nbformat
import pytest
from small import Grader, cells, scores
from test_feedback import Page

from autograder.assignment import Assignment
from autograder.course import Course
from autograder.engine.launch import Launcher
from autograder.engine.protocol import Limits
from autograder.engine.result import Result
from autograder.feedback import render_feedback

FULL = {"test_double": 2.0, "test_double_input": 1.0, "test_triple": 3.0, "why": 0.0}

# Cells of the student's own, run one after another in one notebook, and words of what each puts out;
# an error is put out as ``!NAME: TEXT``, a picture as ``PNG``.
CELLS: dict[str, list[tuple[str, list[str]]]] = {
    "warnings": [
        (
            "import warnings, sys, logging\nwarnings.warn('careful')\nprint(np.log(np.zeros(2)))\n"
            "print('to stderr', file=sys.stderr)\nlogging.warning('logged')",
            ["careful", "divide by zero", "to stderr", "logged"],
        ),
    ],
    "many lines": [
        ("for n in range(20_000):\n    print(n)", ["19999"]),
    ],
    "a megabyte": [
        ("print('한' * 350_000)", ["한" * 350_000]),
    ],
    "plots": [
        (
            "import matplotlib.pyplot as plt\nfor n in range(3):\n"
            "    plt.figure(); plt.plot([n, 2]); plt.title('제목'); plt.show()\n"
            "plt.plot([1]); plt.savefig('f.png')\nprint(plt.imread('f.png').ndim)\nplt.show()",
            ["3", "PNG"],
        ),
    ],
    "image": [
        ("from IPython.display import Image, display, HTML, Markdown\nImage('f.png')", ["PNG"]),
    ],
    "progress": [
        (
            "import time\nfor n in range(101):\n"
            "    print(f'\\r{n}% ' + '#' * (n // 10), end='', flush=True)\nprint()\n"
            "sys.stderr.write('\\r 50%\\r 100%\\n');",
            ["100% ##########", "100%"],
        ),
    ],
    "threads": [
        (
            "import threading\nfrom concurrent.futures import ThreadPoolExecutor\n"
            "with ThreadPoolExecutor(4) as pool:\n"
            "    print(sum(pool.map(lambda n: n * n, range(10))))\n"
            "t = threading.Thread(target=print, args=('from a thread',)); t.start(); t.join()",
            ["285", "from a thread"],
        ),
    ],
    "leftover thread": [
        (
            "threading.Thread(target=time.sleep, args=(100,)).start()\n"
            "threading.Timer(0.2, print, ['late']).start()\nprint('started')",
            ["started"],
        ),
    ],
    "pool": [
        (
            "import multiprocessing as mp\ndef square(n):\n    return n * n\n"
            "with mp.Pool(2) as pool:\n    print(pool.map(square, range(5)))",
            ["[0, 1, 4, 9, 16]"],
        ),
    ],
    "process pool": [
        (
            "from concurrent.futures import ProcessPoolExecutor\n"
            "with ProcessPoolExecutor(2) as pool:\n    print(list(pool.map(square, [7])))",
            ["[49]"],
        ),
    ],
    "subprocess": [
        (
            "import subprocess\n"
            "print(subprocess.run(['echo', '한글'], capture_output=True, text=True).stdout)\n"
            "!ls *.png\nimport os\nos.system('echo silently')",
            ["한글", "f.png"],
        ),
    ],
    "magics": [
        ("%timeit -n 3 -r 1 np.arange(3)", ["per loop"]),
        ("%%time\nx = 1", ["CPU times"]),
        ("%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n%pwd", []),
        ("%%bash\necho 안녕", ["안녕"]),
        ("%%capture caught\nprint('inside')", []),
        ("print(caught.stdout)", ["inside"]),
        ("%config InlineBackend.figure_format = 'retina'\nplt.plot([1, 2]);", ["PNG"]),
        ("%who\n%whos\n%env HOME\n%lsmagic", []),
        ("%%html\n<b>bold</b>", []),
        ("%%sh\necho sh", ["sh"]),
        ("%%python\nprint('other python')", ["other python"]),
        ("%history -n 1", []),
        ("%%timeit -n1 -r1\n1", ["per loop"]),
        ("%matplotlib notebook", []),
        ("%matplotlib inline\nplt.plot([3]);", ["PNG"]),
        ("%debug", []),
    ],
    "help": [
        ("np.mean?", []),
        ("help(abs)", ["absolute value"]),
    ],
    "input": [
        ("name = input('your name? ')", ["EOFError", "nobody to ask"]),
        ("import getpass\nsecret = getpass.getpass('secret? ')", []),
        ("sys.stdin.readline()", []),
        ("breakpoint()", []),
        ("import pdb; pdb.set_trace()", []),
    ],
    "installs": [
        ("!pip install numpy", []),
        ("%pip install zzz-not-there", []),
        ("!apt install -y cowsay", []),
        ("from google.colab import drive\ndrive.mount('/content/drive')", ["ModuleNotFoundError"]),
    ],
    "folders": [
        (
            "import os, tempfile, pathlib, shutil\nos.makedirs('data/inner', exist_ok=True)\n"
            "os.chdir('data')\npathlib.Path('note.txt').write_text('메모 🎉', encoding='utf-8')\n"
            "np.savez('a.npz', x=np.eye(2))",
            [],
        ),
        (
            "x = np.load('a.npz')['x']\n"
            "print(open('note.txt', encoding='utf-8').read(), x.sum(), os.getcwd().endswith('data'))",
            ["메모 🎉 2.0 True"],
        ),
        (
            "with tempfile.TemporaryDirectory() as folder:\n"
            "    pathlib.Path(folder, 'x').write_text('y')\n    print(os.listdir(folder))\n"
            "os.chdir('..')\n%cd data\n%cd ..",
            ["['x']"],
        ),
        (
            "import pickle, json, csv, sqlite3\npickle.dump({'a': 1}, open('p.pkl', 'wb'))\n"
            "print(pickle.load(open('p.pkl', 'rb')))\n"
            "sqlite3.connect('x.db').execute('create table t (a)')\n"
            "open('plain.txt', 'w').write('한글')\nprint(open('plain.txt').read())",
            ["{'a': 1}", "한글"],
        ),
    ],
    "module": [
        ("%%writefile my_helper.py\n# 도움\ndef plus(a):\n    return a + 1", ["Writing"]),
        ("import my_helper\nprint(my_helper.plus(1))\n%run my_helper.py\n!python my_helper.py", ["2"]),
        ("%%writefile my_helper.py\ndef plus(a):\n    return a + 10", ["Overwriting"]),
        ("import importlib\nimportlib.reload(my_helper)\nprint(my_helper.plus(1))", ["11"]),
    ],
    "korean": [
        (
            "이미지 = np.ones((2, 2))\n\ndef 합(값):\n    '''합을 구한다 🎉'''\n    return 값.sum()\n"
            "print('합계:', 합(이미지), '🎉👩‍💻')",
            ["합계: 4.0 🎉👩\u200d💻"],
        ),
        ("raise ValueError('잘못된 값 🎉')", ["잘못된 값 🎉"]),
        ("class 오류(Exception): pass\nraise 오류('이름')", ["오류", "이름"]),
    ],
    "large": [
        ("np.arange(10.0 ** 6).reshape(1000, 1000)", []),
        (
            "np.set_printoptions(threshold=sys.maxsize)\nprint(np.arange(50_000))\n"
            "np.set_printoptions(threshold=1000)",
            ["49999"],
        ),
        (
            "import pandas as pd\n"
            "df = pd.DataFrame(np.arange(3000).reshape(20, 150), columns=[f'열{n}' for n in range(150)])\n"
            "df",
            ["열0", "rows x 150"],
        ),
        ("pd.set_option('display.max_columns', None)\ndisplay(df)\ndf.describe()", ["count"]),
        ("display(HTML('<table>' + '<tr><td>1</td></tr>' * 50_000 + '</table>'))\nMarkdown('**굵게**')", []),
    ],
    "async": [
        (
            "import asyncio\nasync def later(n):\n    await asyncio.sleep(0.01)\n    return n\n"
            "print(await asyncio.gather(later(1), later(2)))",
            ["[1, 2]"],
        ),
        ("async for_name = 1", ["SyntaxError"]),
        ("asyncio.run(later(3))", []),
        ("async with asyncio.timeout(1):\n    print(await later(4))", ["4"]),
    ],
    "language": [
        (
            "from __future__ import annotations\nfrom dataclasses import dataclass, field\n"
            "from typing import Generic, TypeVar\nT = TypeVar('T')\n@dataclass\n"
            "class Box(Generic[T]):\n    items: list[T] = field(default_factory=list)\n"
            "    other: Box | None = None\nBox([1])",
            ["Box(items=[1], other=None)"],
        ),
        ("def deep(n):\n    return 0 if n == 0 else 1 + deep(n - 1)\ndeep(900)", ["900"]),
        ("sys.setrecursionlimit(5000)\ndeep(3000)", ["3000"]),
        ("def forever(): return forever()\nforever()", ["RecursionError"]),
        (
            "import enum, abc, collections, functools, itertools, typing\nclass C(enum.Enum):\n"
            "    A = 1\nC.A",
            ["C.A"],
        ),
        ("with open('nothing.txt') as f: pass", ["FileNotFoundError"]),
        ("%%time\nfor _ in range(3): pass\n", []),
        ("print(__name__)\nif __name__ == '__main__':\n    print('main')", ["__main__\nmain"]),
        (
            "import signal\nsignal.alarm(1)\n"
            "signal.signal(signal.SIGALRM, lambda *a: print('alarm'))\ntime.sleep(1.2)",
            [],
        ),
    ],
    "state": [
        ("counter = 0\ndef bump():\n    global counter\n    counter += 1\n    return counter\nbump()", ["1"]),
        ("bump()", ["2"]),
        ("del counter", []),
        ("bump()", ["NameError"]),
        ("list = [1, 2]\nstr = 'x'\nsum = 3\nprint = print", []),
        ("del list, str, sum, print", []),
        ("open = None\nlen = 5\nmax = min = abs = 0", []),
        ("%reset_selective -f open\ndel len, max, min, abs", []),
    ],
    "leftovers": [
        ("assert 1 == 2, 'debug'", ["AssertionError", "debug"]),
        ("raise Exception('todo')", ["todo"]),
        ("print(undefined_name)", ["NameError"]),
        ("1 / 0", ["ZeroDivisionError"]),
        ("sys.exit()", []),
        ("exit()", []),
        ("quit()", []),
        ("exit", []),
        ("print('still here')", ["still here"]),
        ("", []),
        ("# only a comment", []),
        ("...", ["Ellipsis"]),
        ("raise NotImplementedError", ["NotImplementedError"]),
        ("raise SystemExit(3)", []),
        ("raise KeyboardInterrupt", []),
    ],
    "seeds": [
        (
            "import random\nrandom.seed(0); np.random.seed(0)\nrng = np.random.default_rng(0)\n"
            "print(round(rng.random(), 4), round(random.random(), 4))\ntime.sleep(1)",
            ["0.637", "0.8444"],
        ),
    ],
    "widgets": [
        ("from ipywidgets import interact, IntSlider\ninteract(lambda n: n, n=(0, 3))", []),
        ("display(IntSlider())", []),
        (
            "from IPython.display import clear_output, Audio, Video, IFrame, YouTubeVideo\n"
            "print('gone'); clear_output(wait=True); print('kept')",
            ["kept"],
        ),
        ("handle = display('first', display_id=True)\nhandle.update('second')", []),
    ],
    "streams": [
        (
            "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as text:\n"
            "    print('caught')\nprint(text.getvalue(), sys.stdout.encoding)\n"
            "print('x', file=sys.__stdout__)\nsys.stdout.flush()",
            ["caught"],
        ),
        ("old = sys.stdout\nsys.stdout = io.StringIO()\nprint('lost')", []),
        ("sys.stdout = old\nprint('back')", ["back"]),
        ("sys.stdout.close()", []),
        ("print('after close')", ["after close"]),
        ("import faulthandler\nfaulthandler.enable()", []),
        ("os.write(1, b'raw')\nprint(os.isatty(1))", ["False"]),
    ],
}

# What a machine may not have: no network to ask, a /dev/shm of one's own.
NEEDS = {"installs": "namespaces", "pool": "mounts", "process pool": "mounts"}


def code(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source)


def said(cell: dict[str, Any]) -> str:
    parts = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            parts.append(output["text"])
        elif output["output_type"] == "error":
            parts.append(f"!{output['ename']}: {output['evalue']}")
        else:
            parts.append("PNG " * ("image/png" in output["data"]) + output["data"].get("text/plain", ""))
    return "".join(parts)


@pytest.fixture(scope="module")
def patient(small_course: Course, small: Assignment, launcher: Launcher) -> Grader:
    """A grader with limits that hold on a busy machine, too."""
    limits = Limits(cell_seconds=60, call_seconds=20, notebook_seconds=300, memory_mb=2000)
    return Grader(small_course, dataclasses.replace(small, limits=limits), launcher)


@pytest.fixture(scope="module")
def everything(patient: Grader) -> Result:
    """A notebook with right answers and with all of these cells."""
    held = patient.launcher.layers
    notebook = patient.notebook()
    notebook.cells[2:2] = [
        code(source)
        for name, these in CELLS.items()
        if NEEDS.get(name, "limits") in held or name not in NEEDS
        for source, _ in these
    ]
    return patient(notebook)


def test_all_of_it_costs_nothing(everything: Result):
    assert scores(everything) == FULL
    assert not everything.notes


@pytest.mark.parametrize("name", CELLS)
def test_what_a_cell_says_is_kept(everything: Result, launcher: Launcher, name: str):
    if name in NEEDS and NEEDS[name] not in launcher.layers:
        pytest.skip("this machine cannot")
    ran = iter(everything.notebook["cells"])
    for source, words in CELLS[name]:
        text = said(next(cell for cell in ran if cell["source"] == source))
        assert [word for word in words if word not in text] == [], text[-2000:]


def test_outputs_name_no_place_of_this_machine(everything: Result):
    text = "".join(said(cell) for cell in everything.notebook["cells"] if cell["cell_type"] == "code")
    assert "To exit: use" in text and "site-packages" not in text


def test_the_feedback_page_shows_it(everything: Result):
    page = Page(render_feedback(everything))
    page.assert_harmless()
    for words in ("careful", "안녕", "합계: 4.0 🎉", "잘못된 값 🎉", "nobody to ask", "still here", "열0"):
        assert words in page.text
    assert page.tags.count("img") >= 4
    # A progress bar is one line, and what is endless is cut.
    assert page.text.count("% #") == 1
    assert len(page.html) < 5_000_000


# -- in and about the answers ---------------------------------------------------------------------------

ANSWERS = {
    "prints": "def triple(x):\n    for n in range(20_000):\n        print('debug', n)\n    return 3 * x",
    "warnings": "import warnings\ndef triple(x):\n    warnings.warn('w')\n    np.log(-1.0)\n    return 3 * x",
    "strict warnings": "import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')\n"
    "def triple(x):\n    return 3 * x",
    "a figure": "import matplotlib.pyplot as plt\ndef triple(x):\n    plt.plot([x])\n    plt.show()\n"
    "    return 3 * x",
    "threads": "from concurrent.futures import ThreadPoolExecutor\ndef triple(x):\n"
    "    with ThreadPoolExecutor(2) as pool:\n        return sum(pool.map(lambda n: n, [x] * 3))",
    "await": "import asyncio\nasync def later(x):\n    return 3 * x\ndef triple(x):\n"
    "    return asyncio.run(later(x))",
    "another program": "import subprocess, sys\ndef triple(x):\n"
    "    return int(subprocess.check_output([sys.executable, '-c', f'print(3 * {x})']))",
    "a file": "def triple(x):\n    with open('값.txt', 'w') as f:\n        f.write(str(3 * x))\n"
    "    return int(open('값.txt').read())",
    "a cache": "import functools\n@functools.lru_cache\ndef triple(x):\n    return 3 * x",
    "a slow one": "import time\ndef triple(x):\n    time.sleep(1)\n    return 3 * x",
    "deep recursion": "def add(n, x):\n    return 0 if n == 0 else x + add(n - 1, x)\ndef triple(x):\n"
    "    return add(900, x) / 300",
    "state": "calls = 0\ndef triple(x):\n    global calls\n    calls += 1\n"
    "    return (2 + calls / calls) * x",
    "typing": "from __future__ import annotations\nfrom typing import TypeVar\nT = TypeVar('T', int, float)\n"
    "def triple(x: T) -> Number:\n    return 3 * x",
    "a data class": "from dataclasses import dataclass\n@dataclass\nclass Times:\n    n: int\n"
    "    def __call__(self, x):\n        return self.n * x\ntriple = Times(3)",
    "Korean": "def triple(값):\n    '''세 배 🎉'''\n    세배 = 값 * 3\n    print('결과', 세배)\n    return 세배",
    "timed": "%%time\ndef triple(x):\n    return 3 * x",
    "captured": "%%capture\ndef triple(x):\n    return 3 * x",
    "magics": "%matplotlib inline\n!ls\n%timeit -n1 -r1 1\ndef triple(x):\n    return 3 * x",
    "a fault handler": "import faulthandler\nfaulthandler.enable()\ndef triple(x):\n    return 3 * x",
    "a question below": "def triple(x):\n    return 3 * x\nprint(triple(float(input('number? '))))",
    "a wrong assertion below": "def triple(x):\n    return 3 * x\nassert triple(2) == 7",
    "raise below": "def triple(x):\n    return 3 * x\nraise SystemExit",
    "exit below": "def triple(x):\n    return 3 * x\nexit()",
    "written anew": "def triple(x):\n    return 4 * x\ntriple = lambda x: x + x + x",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_may_do_so(patient: Grader, name: str):
    assert scores(patient(triple=ANSWERS[name])) == FULL


def test_a_pool_in_an_answer(patient: Grader):
    if "mounts" not in patient.launcher.layers:
        pytest.skip("/dev/shm is other programs', too")
    pool = "import multiprocessing as mp\ndef times(x):\n    return 3 * x\ndef triple(x):\n"
    assert (
        scores(patient(triple=f"{pool}    with mp.Pool(2) as p:\n        return p.map(times, [x])[0]"))
        == FULL
    )


def test_what_asks_before_it_answers_is_told_why(patient: Grader):
    result = patient(triple="n = int(input('number? '))\ndef triple(x):\n    return n * x")
    assert scores(result) == FULL | {"test_triple": 0.0}
    assert "input() has nobody to ask" in cells(result)["test_triple"].message


def moved(notebook: nbformat.NotebookNode, grade_id: str, to: int) -> None:
    at = next(
        n for n, c in enumerate(notebook.cells) if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )
    notebook.cells.insert(to, notebook.cells.pop(at))


def test_the_order_of_cells_costs_nothing(patient: Grader):
    notebook = patient.notebook()
    moved(notebook, "triple", len(notebook.cells))
    assert scores(patient(notebook)) == FULL
    notebook.cells.reverse()
    assert scores(patient(notebook)) == FULL


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("def helper(x):\n    return 'a demo'", "def helper(x):\n    return 3 * x"),
        ("helper = 3", "import functools\ndef helper(x):\n    return x * 3"),
        ("del helper", "def helper(x):\n    return x * 3"),
        ("n = 100", "n = 3\ndef helper(x):\n    return n * x"),
        ("def helper(x):\n    return 3 * x", "pass"),
    ],
)
def test_what_a_helper_is_below_costs_nothing(patient: Grader, above: str, below: str):
    notebook = patient.notebook(triple="def triple(x):\n    return helper(x)")
    notebook.cells.insert(1, code(above))
    notebook.cells += [code(below), code("'helper' in globals()")]
    result = patient(notebook)
    assert scores(result) == FULL
    # The cells themselves see what they made.
    assert said(result.notebook["cells"][-1]) == str(below != "del helper")


def test_exit_in_the_last_cell_and_cells_everywhere(patient: Grader):
    notebook = patient.notebook()
    for at in range(len(notebook.cells), 0, -1):
        notebook.cells.insert(at, code("1 / 0" if at % 2 else "x = [n for n in range(10)]\nx"))
    notebook.cells.append(code("quit()"))
    assert scores(patient(notebook)) == FULL


FIT = """import keras, numpy as np, warnings
warnings.warn('careful')
x, y = np.random.rand(32, 8, 8, 1), np.arange(32) % 3
model = build(3)
model.summary()
history = model.fit(x, y, epochs=2, batch_size=8, verbose=1)
model.save('mine.keras'); model.save('mine.h5')
keras.models.load_model('mine.keras').predict(x, verbose=1).shape"""


def test_training_that_shows_its_progress_costs_nothing(keras_grader: Grader):
    notebook = keras_grader.notebook()
    at = next(n for n, c in enumerate(notebook.cells) if c.source.startswith("def build"))
    notebook.cells.insert(at + 1, code(FIT))
    result = keras_grader(notebook)
    assert scores(result) == {"test_build": 2.0, "test_head": 2.0, "test_batches": 1.0}
    text = said(result.notebook["cells"][at + 1])
    for words in ("careful", "Total params", "Epoch 2/2", "accuracy", "(32, 3)"):
        assert words in text, text
    assert "Epoch 2/2" in Page(render_feedback(result)).text
