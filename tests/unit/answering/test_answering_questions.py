"""Questions as coders write them, on the written knowledge without official tables: what the answer must contain."""

from __future__ import annotations

from datetime import date

import pytest

from consultant.consultation.analysis import analyse, answer_question
from consultant.model.analysis import CaseKind

DAY = date(2026, 11, 20)

# Question, topic of one of its answers, and words that the answers must contain.
QUESTIONS = (
    ("What is 99213?", "codes", ["established", "20 minutes"]),
    ("what is 0749T?", "codes", ["Category III", "January 2028", "0750T"]),
    ("what's 99201", "codes", ["deleted on January 1, 2021", "99202"]),
    ("difference between 43239 and 43235", "codes", ["biopsy", "a look only"]),
    ("how is 77085 different from 77080", "codes", ["vertebral fracture assessment", "not billed beside"]),
    ("is M80.08 billable?", "codes", ["No, M80.08", "seventh character", "M80.08XA"]),
    ("Is M25.561 billable?", "codes", ["Yes, M25.561", "right knee"]),
    ("was 77082 valid in 2014?", "codes", ["Yes, 77082", "January 1, 2015"]),
    ("is 77082 still valid?", "codes", ["No, 77082", "77086"]),
    ("what is POS 22?", "codes", ["on campus", "facility rate"]),
    ("POS 11 vs 22 - which pays facility?", "codes", ["POS 11", "non-facility", "POS 22"]),
    ("how do I bill an unlisted laparoscopy code 49329?", "codes", ["unlisted", "compare"]),
    ("home sleep test: 95800 vs 95801 vs 95806?", "codes", ["95806", "effort"]),
    ("Guidelines for E/M services", "guidelines", ["two of three", "time"]),
    ("Is a patient new if our NP in the same group saw her 2 years ago?", "guidelines", ["three years", "specialty"]),
    ("A vs D 7th character for ortho after the ED splinted a fx?", "guidelines", ["active treatment", "I.C.19.a"]),
    ("Can we code probable pneumonia for an outpatient?", "guidelines", ["sign, symptom", "IV.H"]),
    ("What's the difference between Excludes1 and Excludes2", "guidelines", ["unrelated", "I.A.12.a"]),
    ("what is the global period of 27447?", "guidelines", ["90 days", "27447"]),
    ("3) is 66821 a 10 or 90 day global", "guidelines", ["66821 has a global period of 90 days"]),
    ("when does 99292 start for Medicare vs CPT", "guidelines", ["104", "75"]),
    ("8 minute rule for 97110 and 97140, 35 minutes total?", "guidelines", ["8 to 22", "23 to 37"]),
    ("is A41.9 sequenced before pneumonia", "guidelines", ["first-listed", "I.C.1.d"]),
    ("Is I10 allowed with I50.9?", "guidelines", ["Excludes1", "I11.0"]),
    ("are E11.9 and E10.9 allowed together? Excludes1?", "guidelines", ["E11.9", "not coded together"]),
    ("how are anesthesia time units calculated?", "guidelines", ["15 minutes", "base units"]),
    ("does medicare pay consults 99244?", "guidelines", ["2010"]),
    ("split/shared visit - who bills and which modifier?", "guidelines", ["FS", "more than half"]),
    ("when do I use 25?", "modifiers", ["separately identifiable", "57"]),
    ("59 vs XS", "modifiers", ["separate structure", "Never both"]),
    ("25 on 99213 w/ 11102?", "modifiers", ["Yes, on 99213", "never on 11102"]),
    ("Does 77080 take modifier 26?", "modifiers", ["Yes, 77080 takes 26", "PC/TC indicator is 1"]),
    ("does 64483 need 50 for both sides", "modifiers", ["Yes, 64483 takes 50", "150 percent"]),
    ("can 77080 be billed with 50?", "modifiers", ["No, 77080 does not take 50"]),
    ("58 vs 78 vs 79 and which restart the global", "modifiers", ["new global", "operating room"]),
    ("what modifier for a PA assisting at surgery", "modifiers", ["AS", "13.6"]),
    ("is JZ needed on a multi dose vial?", "modifiers", ["Neither is for multi-dose"]),
    ("incomplete colonoscopy - 52 or 53?", "modifiers", ["53", "cecum"]),
    ("what does modifier LC mean", "modifiers", ["coronary"]),
    ("which ICD-10 supports 77080?", "crosswalks", ["M81.0", "no coverage list"]),
    ("does M81.0 support 77080?", "crosswalks", ["Yes, M81.0"]),
    ("successor of 77082?", "crosswalks", ["77086", "January 1, 2015"]),
    ("What did 77086 replace?", "crosswalks", ["77082"]),
    ("what was the code before 77086?", "crosswalks", ["77082"]),
    ("What is the anesthesia code for 29881?", "crosswalks", ["01400"]),
    ("what do 47562, 66984, 42821 and 27447 cross to in anesthesia", "crosswalks", ["00790", "00142", "00170", "01402"]),
    ("HCPCS vs CPT - when do I use which", "crosswalks", ["Level II", "G code"]),
    ("Is 45378 or G0121 right for medicare screening?", "crosswalks", ["average risk", "G0121"]),
    ("Can 29881 and 29877 be billed together?", "ncci-edits", ["No", "29877", "no NCCI table is loaded"]),
    ("what is the modifier indicator for 45380 and 45385?", "ncci-edits", ["modifier indicator 1", "another"]),
    ("Is 52000 bundled with 58571 and can I put 59 on it?", "ncci-edits", ["52000", "58571", "59"]),
    ("can we bill 20610 and 99213 same day", "ncci-edits", ["25 on 99213", "no data is loaded"]),
    ("how many units of 96372 a day?", "ncci-edits", ["At most 4 units"]),
    ("what's the MUE for 97110 and its MAI", "ncci-edits", ["At most 6 units", "(MAI) is 3"]),
    ("What does MAI 3 mean?", "ncci-edits", ["clinical", "appeal"]),
    ("What is the primary code for 22614?", "ncci-edits", ["add-on", "22612"]),
    ("can 22614 be billed alone?", "ncci-edits", ["only beside its primary"]),
    ("Can NP bill incident to for a new patient?", "compliance", ["never incident-to", "410.26"]),
    ("ok to add an addendum after denial to support the code?", "compliance", ["current date", "3.3.2.5"]),
    ("how long does a doctor have to sign his note", "compliance", ["attestation"]),
    ("is copy-forward ok?", "compliance", ["cloned"]),
    ("we billed 99214 instead of 99213 for 2 years. do we have to pay back?", "compliance", ["60 days", "six years"]),
    ("doc wants to bill 99215 for every visit bc it pays more. is that ok", "compliance", ["False Claims Act"]),
    ("What attestation is needed for GC and when can we use GE?", "compliance", ["primary care exception", "415.172"]),
    ("is a yes/no query to the doctor leading?", "compliance", ["AHIMA", "clinical indicators"]),
    ("is 0749T covered by Medicare?", "medicare-coverage", ["No, Medicare does not pay 0749T", "status N"]),
    ("is 0743T payable by medicare in 2026", "medicare-coverage", ["contractor", "status C"]),
    ("How often does Medicare cover a DXA (77080)? Does it need an ABN?", "medicare-coverage", ["23 months", "410.31", "ABN"]),
    ("how often does medicare pay for a mammogram", "medicare-coverage", ["11 full months", "410.34"]),
    ("How often does Medicare pay for G0439?", "medicare-coverage", ["11 full months", "G0438"]),
    ("ABN signed but statutorily excluded, GA or GY?", "medicare-coverage", ["GY", "excluded by law"]),
)  # fmt: skip


@pytest.mark.parametrize("topic", sorted({topic for _, topic, _ in QUESTIONS}))
def test_questions_of_coders_are_answered_with_what_they_ask_for(knowledge, topic):
    missed = []
    for question, its_topic, wanted in QUESTIONS:
        if its_topic != topic:
            continue
        analysis = analyse(question, DAY, knowledge)
        text = " ".join(" ".join((one.text, *one.sources)) for one in analysis.answers)
        lacking = [words for words in wanted if words.lower() not in text.lower()]
        if lacking or topic not in {one.topic for one in analysis.answers} or analysis.reading.kind is not CaseKind.QUESTION:
            missed.append((question, lacking, analysis.reading.kind.value, [one.topic for one in analysis.answers]))
    assert missed == []


def test_a_pure_question_gives_no_service_lines_and_is_not_asked_back(knowledge):
    for question, _, _ in QUESTIONS:
        reading = analyse(question, DAY, knowledge).reading
        assert (reading.procedures, reading.diagnoses, reading.questions) == ((), (), ()), question


def test_every_answer_names_a_source_or_says_that_nothing_is_known(knowledge):
    for question, _, _ in QUESTIONS:
        for answer in analyse(question, DAY, knowledge).answers:
            assert answer.sources or "not known" in answer.text or "not described" in answer.text, (question, answer.text)


def test_several_questions_in_one_mail_are_answered_in_their_order(knowledge):
    asked = ("1. Is M25.561 billable?", "2. What is the global of 66984?", "3. How many units of J1885 can be billed per day?")
    mail = "\n".join(("Subject: 3 things", "", *asked))
    answers = analyse(mail, DAY, knowledge).answers
    starts = [next(place for place, one in enumerate(answers) if code in one.codes) for code in ("M25.561", "66984", "J1885")]
    assert starts == sorted(starts)
    assert len(set(starts)) == len(starts)


def test_a_sentence_that_points_back_is_about_the_codes_before_it(knowledge):
    answers = analyse("We look at 77080. Is it covered by Medicare?", DAY, knowledge).answers
    assert any("Medicare pays 77080" in one.text for one in answers)


def test_a_question_inside_a_case_is_answered_beside_the_case(knowledge):
    mail = "67 year old woman, hip and spine DXA done today for postmenopausal osteoporosis. How often does Medicare cover a DXA?"
    analysis = analyse(mail, DAY, knowledge)
    assert [one.code for one in analysis.reading.procedures] == ["77080"]
    assert any("23 months" in one.text for one in analysis.answers)


def test_a_case_without_a_question_has_no_answers(knowledge):
    mail = "67 year old woman, hip and spine DXA done today for postmenopausal osteoporosis. Please code."
    assert analyse(mail, DAY, knowledge).answers == ()


@pytest.mark.parametrize("code", ["12346", "0999T"])
def test_a_code_that_nobody_describes_is_said_to_be_unknown_here(knowledge, code):
    (answer,) = answer_question(f"what is {code}?", DAY, knowledge).answers
    assert answer.text.startswith(f"{code} is not described in the knowledge here, and no table that is loaded lists it.")
    assert "says nothing about the code itself" in answer.text


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("can 71046 and 93000 be billed together?", "no data is loaded here for NCCI procedure pairs"),
        ("how many units of 12346 a day?", "no data is loaded here for MUE units"),
        ("what is the global period of 12346?", "no data is loaded here for the Medicare physician fee schedule"),
        ("does medicare cover 12346?", "no data is loaded here for the Medicare physician fee schedule"),
        ("is 12346 an add-on code?", "no data is loaded here for NCCI add-on codes"),
        ("which dx supports 77080?", "no data is loaded here for Medicare coverage articles"),
    ],
)
def test_a_missing_table_is_named_and_never_taken_for_none(knowledge, question, says):
    text = " ".join(one.text for one in answer_question(question, DAY, knowledge).answers)
    assert says in text
    assert "no edit" not in text.lower()


def test_a_sought_code_is_found_by_its_words_when_asked_directly(knowledge):
    (answer,) = answer_question("what is the icd-10 code for postmenopausal osteoporosis?", DAY, knowledge).answers
    assert "M81.0" in answer.codes


def test_the_same_question_gets_the_same_answers(knowledge):
    first, second = (analyse("59 vs XS? and is 77080 covered?", DAY, knowledge) for _ in range(2))
    assert first.answers == second.answers
