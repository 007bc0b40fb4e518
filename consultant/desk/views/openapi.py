"""The description of the JSON interface: the OpenAPI 3.1 document, and the same for people to read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from consultant.desk.visitors import Visitor

_FILE = Path(__file__).parents[1] / "openapi.yaml"


@cache
def document() -> dict[str, Any]:
    """The document, as it is served."""
    read: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return read


async def serve(_request: Request) -> Response:
    """The document as JSON."""
    return JSONResponse(document())


def show(visitor: Visitor) -> Response:
    """The document as a page."""
    return visitor.page("api.html", api=document(), base=f"{visitor.request.url.scheme}://{visitor.request.url.netloc}")
