"""The course's own assignments: their checks were tried as they are now, and can be trusted."""

from __future__ import annotations

import json

import pytest
from small import ROOT

from autograder.course import Course
from autograder.mutation import gate

COURSE = Course(ROOT)

TRIED = ("00_start", "01_convolution", "02_pooling")


@pytest.mark.parametrize("name", TRIED)
def test_checks_were_tried_as_they_are_now_and_pass_the_gate(name: str):
    assert gate.objections(COURSE, name) == []


@pytest.mark.parametrize("name", TRIED)
def test_figures_add_up(name: str):
    figures = json.loads(gate.record_file(COURSE, name).read_text("utf-8"))
    assert figures["assignment"] == name and figures["seeds"] >= 20
    for counts in figures["exercises"].values():
        counted = counts["mutants"] - counts["equivalent"]
        assert counts["score"] == round(counts["killed"] / counted, 4)
