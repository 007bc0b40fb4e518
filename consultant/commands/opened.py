"""The knowledge base, opened for one command; when it has to be built first, a person sees that it is."""

from __future__ import annotations

import sys

from consultant import settings
from consultant.commands.progress import progress_bar
from consultant.knowledge.lookup import Knowledge
from consultant.opening import open_knowledge


def the_knowledge() -> Knowledge:
    """The knowledge base of the settings, built now when it is missing or stale."""
    if not sys.stderr.isatty():
        return open_knowledge(settings.load())
    with progress_bar() as progress:
        return open_knowledge(settings.load(), progress=progress)
