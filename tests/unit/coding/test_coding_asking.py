from __future__ import annotations

from dataclasses import replace

from claims import reading
from coding_tables import Few, fee, with_tables

from consultant.coding.asking import with_sides
from consultant.model.analysis import Disposition
from consultant.model.coding import Question

SIDED = with_tables(Few(fees=(fee("49505", bilateral="1"), fee("49591", bilateral="0"))))
KIND = Question("kind", "Which hernia was it?", ("49505", "49591"))


def asked(text: str, *questions: Question, disposition: Disposition = Disposition.ASK):
    told = replace(reading(questions=questions or (KIND,), disposition=disposition), text=text)
    return with_sides(told, SIDED).questions


def test_the_side_is_asked_where_a_code_in_question_is_for_one_side():
    *_, side = asked("Hernia repaired with mesh.")

    assert (side.about, side.decides) == ("side", ("49505",))


def test_a_side_that_the_mail_tells_is_not_asked():
    assert asked("Left hernia repaired.") == (KIND,)


def test_codes_without_sides_need_no_side():
    assert asked("Hernia.", Question("kind", "Which?", ("49591",)))[-1].about == "kind"


def test_a_question_that_asks_for_the_side_among_others_is_named_after_it():
    (one,) = asked("Hernia.", replace(KIND, question="Which hernia was it, and which side?"))

    assert one.about == "kind, side"


def test_an_answer_asks_nothing_more():
    assert asked("Hernia.", disposition=Disposition.ANSWER) == (KIND,)
