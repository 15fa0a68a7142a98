# ruff: noqa
# family: pages
# tries: scripts as names of errors, of files, of functions and in the lines of a traceback
# outcome: test_triple=error

# %% first
"<script>alert(1)</script>"

from IPython.display import HTML, Javascript, Markdown, display

display(HTML("<script>alert(2)</script>"), Javascript("alert(3)"), Markdown("<img src=x onerror=alert(4)>"))

# %% triple
source = "def triple(x):\n    raise type('<script>alert(5)</script>', (Exception,), {})('</pre><script>alert(6)</script>')"
exec(compile(source, "<script>alert(7)</script>", "exec"))
triple.__name__ = triple.__qualname__ = "<script>alert(8)</script>"
