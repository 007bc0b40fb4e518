"""The addresses of code pages, so that every page of the desk can lead to them."""

from __future__ import annotations

import re
from types import MappingProxyType
from urllib.parse import quote

from consultant.model.coding import System

MODIFIER, PLACE = "modifier", "place"
_SLUGS = MappingProxyType({System.CPT: "cpt", System.HCPCS: "hcpcs", System.ICD10CM: "icd-10-cm"})
SYSTEMS = MappingProxyType({slug: system for system, slug in _SLUGS.items()})
_BLOCK_OR_CHAPTER = re.compile(r"[A-Z]\d[0-9A-Z]-[A-Z]\d[0-9A-Z]|\d{1,2}")
_ENDS_IN_DASH = "-"


def slug_of(system: System) -> str:
    """How addresses name a code set."""
    return _SLUGS[system]


def code_url(code: str) -> str:
    """The page of a code, block or chapter; empty for what has none, such as a template of many codes.

    ``M80.0-`` leads to the heading ``M80.0``.
    """
    plain = code.removesuffix(_ENDS_IN_DASH).rstrip(".")
    system = System.of(plain)
    if system is None and not _BLOCK_OR_CHAPTER.fullmatch(plain):
        return ""
    return f"/codes/{slug_of(system or System.ICD10CM)}/{quote(plain)}"


def modifier_url(code: str) -> str:
    """The page of a modifier."""
    return f"/codes/{MODIFIER}/{quote(code)}"


def place_url(code: str) -> str:
    """The page of a place of service."""
    return f"/codes/{PLACE}/{quote(code)}"
