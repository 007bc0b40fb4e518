"""Children that die with their parent, even when the parent is killed with SIGKILL.

Linux only, by PR_SET_PDEATHSIG (prctl(2)): the kernel signals the child when the thread that started it ends, so a child is
started from a thread that lives as long as the program does. The setting survives exec, so any binary can be tethered.
Elsewhere a child is started untethered, and a killed parent leaves it behind.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel to kill this process when its parent ends; ``parent`` is the id it had when this one was started."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The parent may have ended before the call above: then no signal will ever come.
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def start(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
    keep: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start ``command`` as a tethered child in a process group of its own; ``keep`` are file descriptors it inherits.

    Without ``environment`` it has ours. ``output`` takes standard output and error; None leaves them where ours go.
    """
    parent = os.getpid()

    def tether() -> None:
        die_with_parent(parent)

    return subprocess.Popen(  # noqa: S603  (our own commands only)
        list(command),
        env=dict(environment) if environment is not None else None,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=tuple(keep),
        # A group of its own keeps Ctrl-C at a terminal from reaching the child before the parent has decided the order.
        start_new_session=True,
        # ctypes is loaded already, and the child only makes two system calls before exec.
        preexec_fn=tether,  # noqa: PLW1509
    )
