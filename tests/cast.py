"""The persons of all tests. Ada asks, Cora consults, Otto looks after the service, Rob is a robot, Mallory means harm."""

from __future__ import annotations

from datetime import UTC, datetime

ADA = "ada@lakeside.example"
"""A coder who writes in with cases."""
BEN = "ben@hillclinic.example"
"""Another coder, who must never see Ada's cases."""
CORA = "cora"
"""A consultant, who reviews and signs."""
CARL = "carl"
"""A second consultant."""
OTTO = "otto"
"""Ops: watches the queue, signs nothing."""
ROB = "rob@lists.example"
"""A robot that answers by itself."""
MALLORY = "mallory@evil.example"
"""Sends hostile mail."""

MAILBOX = "consult@consultant.example"
DOMAIN = "consultant.example"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""The moment at which most tests happen."""
