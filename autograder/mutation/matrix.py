"""Which check catches what: checks that catch nothing of their own, points that hang on one check."""

from __future__ import annotations

from autograder.mutation.study import BankTrial, Exercise

__all__ = ["caught", "caught_alone", "hangs_on_one", "idle", "punished_twice"]

TOGETHER = "_together"
"""How the grade_id of a check ends that tries everything at once, and so loses with any other."""


def caught(exercise: Exercise) -> dict[str, int]:
    """How many mutants each check catches."""
    return {
        check.grade_id: sum(
            check.grade_id in trial.verdicts and trial.verdicts[check.grade_id].lost
            for trial in exercise.mutants
        )
        for check in exercise.checks
    }


def caught_alone(exercise: Exercise) -> dict[str, int]:
    """How many mutants and named wrong answers each check catches that no other check does.

    A check of everything together catches them too, as it should: it takes nothing from the others.
    """
    alone = {check.grade_id: 0 for check in exercise.checks}
    lost = [[name for name, v in trial.verdicts.items() if v.lost] for trial in exercise.mutants]
    lost += [trial.loses for trial in exercise.bank if not trial.right]
    for caught_by in lost:
        names = [name for name in caught_by if not name.endswith(TOGETHER)] or caught_by
        if len(names) == 1 and names[0] in alone:
            alone[names[0]] += 1
    return alone


def idle(exercise: Exercise) -> list[str]:
    """Checks that catch nothing which others do not catch as well."""
    if len(exercise.checks) < 2:
        return []
    return [name for name, count in caught_alone(exercise).items() if not count]


def hangs_on_one(exercise: Exercise) -> bool:
    """Whether all points of an exercise that is worth more than one hang on a single check."""
    return len(exercise.checks) == 1 and exercise.checks[0].points > 1


def punished_twice(exercise: Exercise) -> list[BankTrial]:
    """Named wrong answers that lose two checks of one aspect each: one slip should cost one of them.

    The check of everything together does not count, because any slip may show in it.
    """
    return [
        trial
        for trial in exercise.bank
        if not trial.right and len([name for name in trial.loses if not name.endswith(TOGETHER)]) > 1
    ]
