"""Codes while one types: the few that the words or the beginning of a code find, for a row of a claim."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from starlette.responses import JSONResponse, Response

from consultant.desk.guard import View, Visit
from consultant.knowledge.lookup import Knowledge
from consultant.model.coding import System

_SHORTEST = 2
_LONGEST = 80
_MOST = 8
_REMEMBERED = 2000
Found = list[dict[str, str]]


class Finder:
    """Finds codes that may be reported, and remembers what it found: consultants type the same beginnings all day."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._known: OrderedDict[tuple[str, str], Found] = OrderedDict()
        self._lock = Lock()

    def find(self, words: str, kind: str) -> Found:
        """Up to eight codes; ``kind`` is ``diagnosis`` or ``service``."""
        key = (" ".join(words.lower().split())[:_LONGEST], kind)
        if len(key[0]) < _SHORTEST:
            return []
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = self._look(*key)
        with self._lock:
            self._known[key] = found
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _look(self, words: str, kind: str) -> Found:
        systems = (System.ICD10CM,) if kind == "diagnosis" else (System.CPT, System.HCPCS)
        hits = [hit for system in systems for hit in self._knowledge.search(words, system=system, limit=2 * _MOST)]
        ranked = sorted((hit for hit in hits if hit.billable), key=lambda hit: -hit.score)
        return [{"code": hit.code, "title": hit.title} for hit in ranked[:_MOST]]


def find(knowledge: Knowledge) -> View:
    """The view that answers while one types."""
    finder = Finder(knowledge)

    def show(visit: Visit) -> Response:
        asked = visit.request.query_params
        return JSONResponse(finder.find(asked.get("q", ""), asked.get("kind", "")))

    return show
