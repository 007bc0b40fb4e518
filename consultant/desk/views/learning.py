"""What review teaches: how often the engine's codes stood, family by family, and overruled cases as new cases to test it with."""

from __future__ import annotations

import json

from starlette.responses import Response

from consultant import privacy
from consultant.desk.guard import Visit
from consultant.desk.pages import page
from consultant.model.wire import from_json
from consultant.store import cases, codes

_MOST_CASES = 200


def show(visit: Visit) -> Response:
    """Proposed, kept and added codes by family and by code, over all cases that were sent."""
    with visit.services.database.reading() as tx:
        families, each = codes.agreement(tx), codes.agreement(tx, by_code=True, limit=60)
        overruled = codes.overruled(tx)
    plain = visit.services.knowledge.plain
    titles = {family.id: family.title for family in visit.services.knowledge.families} | {codes.DIAGNOSES: "Diagnoses"}
    return page(
        "learning.html",
        person=visit.person,
        families=families,
        titles=titles,
        codes=[(one, plain(one.name)) for one in each],
        overruled=overruled,
        now=visit.services.now(),
    )


def as_cases(visit: Visit) -> Response:
    """Overruled cases as JSON lines: the text without what identifies by its shape, and the codes that a consultant let stand.

    Names have no shape: a person has to read the file before it is used anywhere else, and the page says so.
    """
    lines = []
    with visit.services.database.reading() as tx:
        for case_id in codes.overruled(tx, limit=_MOST_CASES):
            row = cases.latest_analysis(tx, case_id)
            if row is None:
                continue
            reading = from_json(row).reading
            expected = {
                "procedures": [one.code for one in reading.procedures],
                "diagnoses": [one.code for one in reading.diagnoses],
            }
            text = "\n".join(privacy.redact(line) for line in reading.text.split("\n"))
            lines.append(
                json.dumps({"id": f"review-{case_id}", "subject": "", "body": text, "expected": expected}, ensure_ascii=False)
            )
    named = {"Content-Disposition": 'attachment; filename="review-cases.jsonl"'}
    return Response("".join(f"{line}\n" for line in lines), media_type="application/x-ndjson", headers=named)
