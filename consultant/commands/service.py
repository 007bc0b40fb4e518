"""``consultant up``, its parts one by one, and the demo."""

from __future__ import annotations

from typing import Annotated

import typer

from consultant import settings
from consultant.commands.options import AsJson, Home

Smtp = Annotated[str | None, typer.Option(help="HOST:PORT to take mail on; port 0 is any free port.", show_default=False)]
Desk = Annotated[str | None, typer.Option(help="HOST:PORT of the review desk.", show_default=False)]
Outbound = Annotated[
    str | None, typer.Option(help="smtp://, smtp+starttls:// or smtps:// server that sends for us.", show_default=False)
]
Flower = Annotated[str | None, typer.Option(help="HOST:PORT to watch the tasks on; off unless given.", show_default=False)]


def up(home: Home = None, smtp: Smtp = None, desk: Desk = None, outbound: Outbound = None, flower: Flower = None) -> None:
    """Run the whole service on this machine. SIGTERM drains it."""
    from consultant import supervise

    supervise.up(settings.load(home=home, smtp=smtp, desk=desk, outbound=outbound), flower=flower)


def listen(home: Home = None, smtp: Smtp = None) -> None:
    """Take mail by SMTP."""
    from consultant import programs

    programs.listen(settings.load(home=home, smtp=smtp))


def poll(
    home: Home = None,
    show: Annotated[bool, typer.Option("--show", help="Only show how each mailbox stands.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch mail from the mailboxes of CONSULTANT_IMAP_URL."""
    given = settings.load(home=home)
    if show or as_json:
        from consultant.commands.mailbox_page import show_mailboxes

        show_mailboxes(given, as_json=as_json)
        return
    from consultant import programs

    programs.poll(given)


def work(home: Home = None, outbound: Outbound = None) -> None:
    """Work on cases: read, analyse, draft, deliver."""
    from consultant import programs

    programs.work(settings.load(home=home, outbound=outbound))


def sweep(home: Home = None) -> None:
    """Find the cases that no bell announced, and ring for them."""
    from consultant import programs

    programs.sweep(settings.load(home=home))


def desk(home: Home = None, desk: Desk = None, outbound: Outbound = None) -> None:
    """Serve the review desk."""
    from consultant import programs

    programs.desk(settings.load(home=home, desk=desk, outbound=outbound))


def demo() -> None:
    """Run the main job once, from example mails to delivered replies, and stop."""
    from consultant.commands.demo import demo as run

    run()
