"""Where the files that travel with the code stand: inside the package when installed from a wheel, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def templates(kind: str) -> Path:
    """The folder of templates of one kind (``email`` or ``desk``)."""
    return _folder("templates") / kind


def examples() -> Path:
    """The folder of the example mails that the demo sends."""
    return _folder("examples")


def _folder(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
