"""The ``consultant`` command: its table of commands, and how errors become one line and an exit code.

Exit codes: 0 done, 1 the work failed, 2 wrong usage. Each command lives in ``consultant.commands``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import typer

from consultant.commands import (
    accounts,
    analyze,
    ask,
    codes,
    knowledge,
    mailing,
    people,
    queue,
    retention,
    safekeeping,
    sends,
    service,
)
from consultant.errors import ConsultantError, UsageError

COMMANDS: tuple[Callable[..., None], ...] = (
    # The service and its parts.
    service.up,
    service.listen,
    service.poll,
    service.work,
    service.sweep,
    service.desk,
    # Codes, with no database.
    analyze.analyze,
    ask.ask,
    codes.lookup,
    codes.search,
    # The queue.
    queue.cases,
    queue.case,
    queue.review,
    queue.export,
    queue.reconcile,
    sends.sends,
    safekeeping.backup,
    safekeeping.restore,
    retention.purge,
    retention.seal,
    # Trying it out.
    mailing.send,
    service.demo,
)
DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def create_app() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="consultant",
        help="An e-mail consultation service for medical coders.",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
    )
    for command in COMMANDS:
        app.command()(command)
    app.add_typer(knowledge.create_app(), name="knowledge")
    app.add_typer(people.create_app(), name="user")
    app.add_typer(accounts.create_app(), name="account")
    return app


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. Errors we know are one line on standard error."""
    try:
        return create_app()(arguments, standalone_mode=False) or DONE
    except typer.TyperException as error:
        return _complain(f"{error.format_message()} See consultant --help.", WRONG_USAGE)
    except UsageError as error:
        return _complain(str(error), WRONG_USAGE)
    except ConsultantError as error:
        return _complain(str(error), FAILED)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (``consultant cases | head``). Python would complain once more while closing standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"consultant: {' '.join(text.split())}\n")
    return code


if __name__ == "__main__":
    main()
