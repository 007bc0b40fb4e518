"""What the desk is told beside the services: who may read code pages, where else to look, and how to ask the broker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def no_bells() -> int:
    """Bells of a desk that has no broker."""
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Made once by the program that serves the desk."""

    secure_cookies: bool = False
    """Off only where the desk is reached over plain HTTP on loopback."""
    public_codes: bool = False
    """Whether guests may read code pages and ask, as far as their allowance goes."""
    flower: str = ""
    """Address of Flower for people, empty when it does not run."""
    bells: Callable[[], int] = no_bells
    """How many bells wait in the broker. Raises TemporaryError with one line when it cannot be reached."""
