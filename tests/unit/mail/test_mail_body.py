"""The person's own words are told from quoted mail, signatures and notices, and no clinical line is ever set aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.body import is_bare, split

# Lines as coders write them in their mails; each must stay the person's text wherever it stands.
CLINICAL = (
    "PREOPERATIVE DIAGNOSIS: Torn lateral meniscus, left knee.",
    "POSTOP DX: Same",
    "PROCEDURES:",
    "1. Left ankle arthroscopy with debridement.",
    "- tangential biopsy, right calf",
    "* nail avulsion, right great toe",
    "Medicare",
    "Aetna commercial",
    "Medicare Part B",
    "DOS 11/12/2026",
    "Date: 11/18/2026",
    "64F, new patient, seen in the office.",
    "Dx: M17.11",
    "20610-LT x1",
    "J3301 x 4",
    "99213",
    "66984 / H25.12",
    "No guidance was used.",
    "> 70% stenosis of the left carotid",
    ">50 mL drained",
    "From the note: wound 4 cm, layered closure.",
    "On exam the patient said:",
    "On 11/18 Dr. Noor wrote:",
    "To: be decided by path",
    "Thanks to the tourniquet there was no bleeding.",
    "Best corrected vision 20/40 in the right eye",
    "Regards the left eye only.",
    "Total time 45 minutes",
    "Left",
    "Bilateral",
    "Confidential HIV test done with counseling.",
    "This message contains the op note you asked for.",
    "Please excuse the delay, is 29881 right for this knee?",
    "CAUTION: external fixator still in place",
    "Sent from the ER by ambulance to the OR.",
    "What do I bill?",
    "Agree?",
    "-- no complications --",
    "--------",
    "Plan: return in 2 weeks",
    "Disclaimer signed for the cosmetic part, 2 units of toxin discarded.",
)


@pytest.mark.parametrize("line", [line for line in CLINICAL if line.strip("-")])
def test_a_clinical_line_at_the_end_stays_the_persons_text(line):
    divided = split(f"Hello,\n\nplease code this case of ours.\n\nThanks\n{line}")
    assert line in divided.text


@given(st.lists(st.sampled_from((*CLINICAL, "", "Hello,", "thanks")), min_size=1, max_size=12))
def test_no_clinical_line_is_set_aside_wherever_it_stands(lines):
    divided = split("\n".join(["Please code this for Dr. Noor.", *lines]))
    said = divided.text.split("\n")
    assert [line for line in lines if line in CLINICAL and line.strip("-") and line not in said] == []


@given(
    st.lists(st.sampled_from(CLINICAL), min_size=1, max_size=8),
    st.sampled_from(["\nThx, Ada", "\nThanks,\nAda Asker, CPC", "\n-- \nAda"]),
)
def test_a_signature_behind_clinical_lines_takes_none_of_them_along(lines, signature):
    divided = split("\n".join(["Please code.", *lines, signature]))
    assert [line for line in lines if line.strip("-") and line not in divided.text] == []


LINES = st.sampled_from(
    (
        "", " ", "hello", "> quoted", ">> deeper", "-- ", "Thanks,", "Ada", "wrote:", "On", "555-010-1234", "please see below",
        "On Thu, Nov 19, 2026 at 4:02 PM Ada <a@b.example> wrote:", "-----Original Message-----", "From: Ada <a@b.example>",
        "---------- Forwarded message ---------", "Sent: today", "Date: today", "To: us", "Subject: note", "____________",
        "CONFIDENTIALITY NOTICE: for the intended recipient", "Sent from my iPhone", "> Forwarded message:", "> From: Ada",
    )
)  # fmt: skip
TEXTS = st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=25).map("\n".join)


def words_of(text: str) -> list[str]:
    return sorted(text.replace(">", " ").split())


@given(TEXTS, st.sampled_from(["", "Re: x", "Fwd: x", "code this"]))
def test_every_word_stands_in_exactly_one_of_the_three(text, subject):
    divided = split(text, subject=subject, author="Ada Asker ada")
    assert words_of(text) == words_of(f"{divided.text} {divided.quoted} {divided.signature}")


@given(TEXTS)
def test_splitting_the_persons_text_again_changes_little(text):
    once = split(text, subject="Re: x").text
    assert set(words_of(split(once, subject="Re: x").text)) <= set(words_of(once))


@pytest.mark.parametrize(
    "signature",
    [
        "Thanks,\nAda",
        "thx - A",
        "Thanks!!\nAda",
        "Best regards,\n\nAda Asker, CPC, CPMA\nLakeside Foot & Ankle Center",
        "Thank you in advance,\nAda\nTel: 555-010-1234",
        "-Ada",
        "Ada Asker RHIT",
        "-- \nAda Asker\nanything at all in small words",
        "____________________\nAda Asker\nCoding Manager",
        "Mit freundlichen Grüßen\nAda Asker",
        "Saludos,\nAda",
        "Cordialement,\nAda",
        "Ada Asker\nBilling Office, Lakeside Clinic\n123 Main Street, Springfield, IL 62701\nada@lakeside.example",
        "Sent from my iPhone",
        "Get Outlook for iOS<https://aka.example/o0ukef>",
        "Sent from Yahoo Mail for iPhone",
        "Please consider the environment before printing this e-mail.",
        "[cid:image001.png@01DA1234]",
    ],
)
def test_a_signature_is_set_aside_and_kept(signature):
    divided = split(f"Trigger finger injected, right ring finger.\n\n{signature}\n")
    assert divided.text == "Trigger finger injected, right ring finger."
    assert divided.signature == "\n".join(line.rstrip() for line in signature.split("\n"))


def test_a_bare_name_is_known_by_the_author():
    text = "Cyst removed.\n\nRenata\nLakeside Women's Health"
    assert split(text, author="renata@lakeside.example").text == "Cyst removed."
    assert split(text).text == text


def test_a_mail_of_thanks_only_keeps_its_thanks():
    assert split("Thanks!\nAda").text == "Thanks!\nAda"


def test_a_notice_amid_the_text_ends_with_its_paragraph():
    text = (
        "Wart frozen, one.\n\nThis email and any attachments are confidential\nand for the recipient only.\n\nPS: on the left hand."
    )
    divided = split(text)
    assert divided.text == "Wart frozen, one.\n\nPS: on the left hand."
    assert divided.signature.startswith("This email and any")


def test_a_note_under_a_line_of_the_phone_is_not_taken_along():
    divided = split("Sent from my iPhone\nPROCEDURE: Left thoracentesis.")
    assert divided.text == "PROCEDURE: Left thoracentesis."


HEADS = (
    "On Thu, Nov 19, 2026 at 4:02 PM Cora <cora@consultant.example> wrote:",
    "On Nov 19, 2026, at 4:02 PM, Cora <cora@consultant.example> wrote:",
    "2026-11-19 16:02 GMT-05:00 Cora <cora@consultant.example>:",
    "Cora <cora@consultant.example> wrote:",
    "At 04:02 PM 11/19/2026, Cora <cora@consultant.example> wrote:",
    "*On Thursday, November 19th, 2026 at 4:02 PM, Cora <cora@consultant.example> wrote:*",
    "Am 19.11.26 um 16:02 schrieb Cora <cora@consultant.example>:",
    "Le 19/11/2026 à 16:02, Cora <cora@consultant.example> a écrit :",
    "El 19/11/26 a las 16:02, Cora <cora@consultant.example> escribió:",
    "Op do 19 nov. 2026 om 16:02 schreef Cora <cora@consultant.example>:",
    "W dniu 19.11.2026 o 16:02, Cora <cora@consultant.example> pisze:",
    "Den tors 19 nov. 2026 kl 16:02 skrev Cora <cora@consultant.example>:",
    "19.11.2026 16:02, Cora <cora@consultant.example> написал:",
    "-----Original Message-----",
    "-------- Original-Nachricht --------",
    "-----Message d'origine-----",
)


@pytest.mark.parametrize("mark", ["", "> "], ids=["without-marks", "with-marks"])
@pytest.mark.parametrize("head", HEADS)
def test_what_stands_under_the_head_of_an_answer_is_quoted(head, mark):
    divided = split(f"Left side.\n\n{head}\n{mark}Which side?\n{mark}How many?", subject="Re: case")
    assert divided.text == "Left side."
    assert divided.quoted == f"{head}\n{mark}Which side?\n{mark}How many?"


BLOCKS = (
    "From: Cora <cora@consultant.example>\nSent: Thursday, November 19, 2026 4:02 PM\nTo: Ada\nCc: Ben\nSubject: case",
    "*From:* Cora <cora@consultant.example>\n*Date:* Thursday\n*To:* Ada\n*Subject:* case",
    "Von: Cora\nGesendet: Donnerstag, 19. November 2026 16:02\nAn: Ada\nBetreff: Fall",
    "De : Cora\nEnvoyé : jeudi 19 novembre 2026 16:02\nÀ : Ada\nObjet : cas",
    "De: Cora\nEnviado el: jueves, 19 de noviembre de 2026 16:02\nPara: Ada\nAsunto: caso",
    "Da: Cora\nInviato: giovedì 19 novembre 2026 16:02\nA: Ada\nOggetto: caso",
    "From: Cora\n\nSent: Thursday\n\nTo: Ada\n\nSubject: case",
)


@pytest.mark.parametrize("block", BLOCKS)
def test_what_stands_under_a_block_of_header_lines_is_quoted(block):
    divided = split(f"Left side.\n\n{block}\n\nWhich side?", subject="Re: case")
    assert divided.text == "Left side."
    assert divided.quoted == f"{block}\n\nWhich side?"


@pytest.mark.parametrize("block", BLOCKS)
def test_a_forward_that_only_points_keeps_what_it_passes_on(block):
    divided = split(f"Please code, see below.\n\n{block}\n\nDate: 11/18/2026\nGanglion excised, left wrist.", subject="FW: case")
    assert divided.text == "Please code, see below.\n\nDate: 11/18/2026\nGanglion excised, left wrist."
    assert divided.quoted == block


def test_an_answer_to_us_that_only_says_thanks_does_not_take_our_letter_for_a_case():
    divided = split(
        "Thanks!\n\nOn Thu, Nov 19, 2026 at 4:02 PM Cora <c@consultant.example> wrote:\n> We suggest one unit.", subject="Re: case"
    )
    assert divided.text == "Thanks!"


def test_a_quotation_that_the_person_points_at_is_their_text():
    head = "-----Original Message-----\nFrom: Dr. Noor\nSent: Monday\nTo: Ada"
    text = f"Hi, please see the note below and code it.\n\n{head}\n\nGanglion excised."
    assert split(text, subject="RE: note").text == "Hi, please see the note below and code it.\n\nGanglion excised."


def test_a_mail_of_nothing_but_marked_lines_passes_them_on():
    assert split("> Ganglion excised.\n> Left wrist.", subject="please code").text == "Ganglion excised.\nLeft wrist."


def test_a_chain_of_forwards_is_unwrapped_to_the_case():
    text = "see below\n" + "".join(
        f"\n-------- Forwarded Message --------\nSubject: {n}\nFrom: Ada\nTo: Ben\n\nFYI\n" for n in range(3)
    )
    assert split(f"{text}\nGanglion excised.").text == "see below\n\nFYI\n\nFYI\n\nFYI\n\nGanglion excised."


def test_an_old_remark_in_marks_stays_at_hand_beside_the_persons_words():
    divided = split('> Dr. Noor: "wrist fixed"\n\nThat is all there is. Which code for the plate?')
    assert divided.text == "That is all there is. Which code for the plate?"
    assert divided.quoted == '> Dr. Noor: "wrist fixed"'


POINTING = ("", "please see below", "Hi team, can you code this please? Thanks!", "FYI", "Please code the attached op note")


@pytest.mark.parametrize("text", POINTING)
def test_pointing_words_say_nothing_themselves(text):
    assert is_bare(text)


@pytest.mark.parametrize("text", ["Thanks!", "ok", "Which CPT for hernia repair?", "see below, left knee", "yes"])
def test_an_answer_or_a_case_says_something_itself(text):
    assert not is_bare(text)
