"""The students' package of the course: checks, figures, photographs and the look at the environment.

Nothing here knows a solution or a hidden check, and nothing here imports the grader.
"""

__version__ = "1.0.0"
