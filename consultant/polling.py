"""The poller: one thread for each mailbox that is set, until it is told to stop."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

from consultant import log
from consultant.consultation.collection import MailboxBooks
from consultant.dispatch import Bell, application
from consultant.errors import UsageError
from consultant.mail.mailbox import Pace, Poller
from consultant.mail.mailbox_address import parse_all
from consultant.mail.mailbox_login import access_token, password_of
from consultant.opening import broker_url, now, open_database
from consultant.settings import Settings

_BELL_SECONDS = 1.0
_END_SECONDS = 6.0


def poll(settings: Settings, stop: threading.Event, *, ready: Callable[[], None]) -> None:
    """Fetch until ``stop`` is set. Raises UsageError when no mailbox is set, or the file of a secret cannot be read."""
    addresses = parse_all(settings.imap_url.get_secret_value())
    if not addresses:
        msg = "no mailbox is set: give CONSULTANT_IMAP_URL as imaps://USER@HOST/INBOX"
        raise UsageError(msg)
    for address in addresses:
        password_of(address)
        if address.token_file:
            access_token(address, timeout=0)
    pace = Pace()
    owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    bell = Bell(application(broker_url(settings)))
    with open_database(settings) as database:
        pollers = []
        for address in addresses:
            books = MailboxBooks(
                database=database,
                name=address.name,
                recipient=settings.our_mailbox,
                owner=owner,
                lease=timedelta(seconds=pace.lease),
                ring=bell.ring,
                now=now,
            )
            pollers.append(Poller(address, books, size_max=settings.max_mail_bytes, pace=pace))
        threads = [threading.Thread(target=one.run, args=(stop,), name="mailbox", daemon=True) for one in pollers]
        for thread in threads:
            thread.start()
        ready()
        log.get("poller").info("fetching mail", mailboxes=len(threads))
        stop.wait()
        for thread in threads:
            # One that waits for a dead server is left behind: nothing is lost by it, and its lease runs out.
            thread.join(_END_SECONDS)
    bell.close(_BELL_SECONDS)
