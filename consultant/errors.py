"""Everything that can go wrong and that we name.

    ConsultantError
    ├── UsageError            the command line or a setting cannot be right; exit code 2
    ├── WorkError             the work failed; exit code 1
    │   ├── KnowledgeError    a knowledge source or the built file cannot be used
    │   ├── NotFoundError     no such case, code, user …
    │   └── ConflictError     somebody or something else was first (a state moved on, a draft changed)
    ├── TemporaryError        try again later: database locked, server answered 4xx, connection cut
    ├── PermanentError        will not succeed as it is: server answered 5xx, address refused
    └── UnknownOutcomeError   the other side may or may not have done it (cut after the final dot)

The message of each is one line for a person, and says what to do. None may carry text of a mail.
"""

from __future__ import annotations


class ConsultantError(Exception):
    """Root of all errors we raise on purpose."""


class UsageError(ConsultantError):
    """You will meet this when an argument or a setting cannot be right."""


class WorkError(ConsultantError):
    """You will meet this when a command understood you but could not do the work."""


class KnowledgeError(WorkError):
    """You will meet this when a family file, a lexicon file or the built knowledge file is wrong, missing or out of date."""


class NotFoundError(WorkError):
    """You will meet this when what you name does not exist."""


class ConflictError(WorkError):
    """You will meet this when something changed under you: look again, then decide again."""


class TemporaryError(ConsultantError):
    """You will meet this when trying again later can help; the retry is scheduled by the caller."""


class PermanentError(ConsultantError):
    """You will meet this when trying again cannot help; a person has to look."""


class UnknownOutcomeError(ConsultantError):
    """You will meet this when a send was cut at a point where the other side may have accepted it."""
