"""Errors that a person can mend."""


class UserError(Exception):
    """Something the person at the keyboard can mend; its text says what, where and how."""
