"""Elements of an XML file, one after the other, without ever holding the whole tree.

A file that declares entities is refused: official files need none, and a few of them can grow into gigabytes.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import cast

from consultant.errors import KnowledgeError
from consultant.knowledge.importers.files import Member, Meter, reading

_CHUNK = 1 << 16
_ENTITY = b"<!ENTITY"
_DEEPEST = 64
_Event = tuple[str, ET.Element]


def elements(member: Member, meter: Meter, *tags: str) -> Iterator[ET.Element]:
    """Each element of these tags, namespaces taken off, when it is whole; one inside another is part of that one only.

    Raises KnowledgeError when the file is no XML, or is cut off.
    """
    pull: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start", "end"))
    open_: list[ET.Element] = []
    inside = 0
    for chunk in _chunks(member, meter):
        for event, element in _events(pull, chunk, member.name):
            element.tag = element.tag.rpartition("}")[2]
            wanted = element.tag in tags
            if event == "start":
                open_.append(element)
                inside += wanted
                if len(open_) > _DEEPEST:
                    raise _refusal(member.name, "its elements stand too deep in each other")
                continue
            open_.pop()
            inside -= wanted
            if wanted and not inside:
                yield element
            if not inside:
                # Nobody needs it any more, and the tree would grow for ever.
                element.clear()
                if open_:
                    open_[-1].remove(element)


def words(element: ET.Element | None) -> str:
    """All text of an element and of those in it, spaces made single."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _events(pull: ET.XMLPullParser[ET.Element], chunk: bytes, name: str) -> Iterator[_Event]:
    try:
        pull.feed(chunk) if chunk else pull.close()
        for event in pull.read_events():
            yield cast("_Event", event)
    except (ET.ParseError, ValueError, LookupError):
        raise _refusal(name, "it is no whole XML file, as if it were cut off") from None


def _chunks(member: Member, meter: Meter) -> Iterator[bytes]:
    """The bytes, and nothing at the end."""
    tail = b""
    with member.open() as file:
        while True:
            with reading(member.name):
                chunk = file.read(_CHUNK)
            if _ENTITY in tail + chunk:
                raise _refusal(member.name, "it declares entities")
            tail = chunk[-len(_ENTITY) :]
            meter.add(len(chunk))
            yield chunk
            if not chunk:
                return


def _refusal(name: str, why: str) -> KnowledgeError:
    return KnowledgeError(f"{name}: {why}; fetch it again")
