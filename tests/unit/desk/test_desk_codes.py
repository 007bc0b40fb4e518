"""Code pages: what they show, who may read how many, and that everything works as plain links and forms."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import ADA, CORA, NOON, OTTO
from markupsafe import escape

from consultant.desk import visitors
from consultant.desk.passes import make_pass
from consultant.store import accounts


def hidden(page: str, name: str = "csrf") -> str:
    return re.search(rf'name="{name}" value="(\w+)"', page)[1]


class TestPages:
    def test_a_procedure_shows_what_lookup_knows(self, visit, knowledge):
        page = visit(CORA).get("/codes/cpt/77080").text

        shown = knowledge.code("77080")
        for words in (shown.plain, shown.trap, *shown.notes, shown.modifiers[0].when, shown.bundles[0].reason):
            assert str(escape(words)) in page
        assert 'href="/codes/icd-10-cm/M81.0"' in page
        assert 'href="/codes/modifier/26"' in page
        assert "no table of NCCI pairs is loaded" in page

    def test_the_family_table_says_what_tells_siblings_apart(self, visit, knowledge):
        page = visit(CORA).get("/codes/cpt/77081").text

        table = page[page.index('class="apart"') :]
        assert re.findall(r'<tr class="this".*?>(\d{5})</a>', table) == ["77081"]
        assert "a vertebral fracture assessment was done" in table

    def test_a_code_is_told_as_of_the_date_of_service(self, visit):
        cora = visit(CORA)

        today, before = cora.get("/codes/cpt/77082").text, cora.get("/codes/cpt/77082?on=2014-06-01").text

        assert "cannot be reported on 2026-11-20" in today
        assert "cannot be reported" not in before
        assert '?on=2014-06-01"' in before

    def test_a_diagnosis_shows_its_tree_its_notes_and_its_seventh_characters(self, visit):
        cora = visit(CORA)

        category, leaf = cora.get("/codes/icd-10-cm/M80").text, cora.get("/codes/icd-10-cm/M80.011").text

        assert 'href="/codes/icd-10-cm/M80.0"' in category
        assert "category, not to be reported" in category
        assert "Excludes1: never with it" in category
        assert 'href="/codes/icd-10-cm/M80.011A"' in leaf
        assert 'href="/codes/icd-10-cm/M80.012"' in leaf

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("/codes/modifier/59", "can bypass an NCCI edit"),
            ("/codes/place/11", "non-facility"),
            ("/codes/icd-10-cm/M80-M85", "M81"),
        ],
    )
    def test_modifiers_places_and_blocks_have_pages(self, visit, address, words):
        assert words in visit(CORA).get(address).text

    @pytest.mark.parametrize(
        ("asked", "led"),
        [
            ("/codes/cpt/g0130", "/codes/hcpcs/G0130"),
            ("/codes/icd-10-cm/m810", "/codes/icd-10-cm/M81.0"),
            ("/codes?q=77080", "/codes/cpt/77080"),
            ("/codes?q=m81.0&on=2026-05-01", "/codes/icd-10-cm/M81.0?on=2026-05-01"),
            ("/codes?q=XS", "/codes/modifier/XS"),
        ],
    )
    def test_every_spelling_leads_to_one_address(self, visit, asked, led):
        assert visit(CORA).get(asked).headers["location"] == led

    @pytest.mark.parametrize("address", ["/codes/cpt/99999", "/codes/nothing/77080", "/codes/modifier/QX9", "/codes/place/98"])
    def test_what_is_not_known_is_said_to_be_not_known(self, visit, address):
        answer = visit(CORA).get(address)

        assert answer.status_code == 404
        assert "not" in answer.text

    def test_a_wrong_date_is_refused_with_a_word(self, visit):
        answer = visit(CORA).get("/codes/cpt/77080?on=yesterday")

        assert answer.status_code == 422
        assert "write it as 2026-10-01" in answer.text

    def test_words_find_codes_without_a_script(self, visit):
        page = visit(CORA).get("/codes?q=heel+bone+density+ultrasound").text

        assert 'href="/codes/cpt/76977"' in page

    def test_what_somebody_searches_for_is_never_markup(self, visit):
        page = visit(CORA).get("/codes", params={"q": '"><script>alert(1)</script>'}).text

        assert "<script>alert" not in page

    def test_offers_name_the_code_set_and_the_page(self, visit):
        offered = visit(CORA).get("/codes/offer?q=7708").json()

        assert {"code": "77080", "kind": "CPT", "url": "/codes/cpt/77080"}.items() <= offered[0].items()
        assert len(offered) <= 10

    def test_half_a_letter_of_everything_offers_nothing(self, visit):
        assert visit(CORA).get("/codes/offer?q=s").json() == []


class TestPairs:
    def test_a_pair_names_columns_indicator_modifiers_and_that_no_table_is_loaded(self, visit):
        page = visit(CORA).get("/codes/pair?one=77081&other=77080").text

        assert "Only with a modifier" in page
        paid, denied = re.findall(r"\(column [12]\)</dt><dd><a[^>]*>(\d+)", page)
        assert (paid, denied) == ("77080", "77081")
        assert 'href="/codes/modifier/XS"' in page
        assert "No data loaded" in page

    def test_a_pair_that_nobody_knows_is_not_called_clean(self, visit):
        page = visit(CORA).get("/codes/pair?one=77080&other=99213").text

        assert "No edit between them" not in page
        assert "No data loaded" in page

    def test_two_diagnoses_are_held_against_excludes1(self, visit):
        cora = visit(CORA)

        assert "Excludes1 note at" in cora.get("/codes/pair?one=M80.00XA&other=M48.50XA").text
        assert "No Excludes1 note" in cora.get("/codes/pair?one=M81.0&other=E11.9").text

    @pytest.mark.parametrize(("one", "other"), [("77080", "77080"), ("M81.0", "77080"), ("bones", "77080")])
    def test_a_pair_that_is_none_gets_a_word(self, visit, one, other):
        assert 'role="alert"' in visit(CORA).get(f"/codes/pair?one={one}&other={other}").text


class TestGuests:
    def test_code_pages_are_for_consultants_unless_they_are_made_public(self, visit):
        answer = visit(public=False).get("/codes/cpt/77080")

        assert (answer.status_code, answer.headers["location"]) == (303, "/login")

    def test_a_guest_reads_one_page_and_is_told_how_to_get_more(self, visit):
        guest = visit()

        first, again, second = (guest.get(f"/codes/cpt/{code}") for code in ("77080", "77080", "77081"))

        assert [first.status_code, again.status_code, second.status_code] == [200, 200, 403]
        assert "last code page" in first.text
        assert "mailto:consult@consultant.example" in second.text
        assert guest.get("/codes?q=heel").status_code == 200

    def test_a_month_later_the_allowance_is_there_again(self, visit, office):
        guest = visit()
        guest.get("/codes/cpt/77080")

        office.clock.forward(days=31)

        assert guest.get("/codes/cpt/77081").status_code == 200

    def test_throwing_cookies_away_helps_only_as_far_as_the_network_goes(self, visit):
        codes = [
            "77080",
            "77081",
            "76977",
            "77078",
            "77085",
            "77086",
            "77089",
            "G0130",
            "0749T",
            "0750T",
            "0554T",
            "0743T",
            "0815T",
        ]
        systems = {code: "hcpcs" if code[0] == "G" else "cpt" for code in codes}

        seen = [visit(network="198.51.100.7").get(f"/codes/{systems[code]}/{code}").status_code for code in codes]

        assert seen == [200] * visitors.FOR_A_NETWORK + [403]
        assert visit(network="203.0.113.7").get("/codes/cpt/77080").status_code == 200

    def test_a_forged_cookie_is_a_new_guest_with_the_same_network(self, visit):
        guest = visit()
        guest.get("/codes/cpt/77080")

        guest.cookies.set(visitors.GUEST_COOKIE, "anybody." + "0" * 64)

        assert visitors.GUEST_COOKIE in guest.get("/codes").headers["set-cookie"]

    def test_a_pass_gives_a_registered_asker_five_more(self, visit):
        cora, guest = visit(CORA), visit()
        page = cora.post("/people/pass", data={"csrf": hidden(cora.get("/people").text), "address": ADA}).text
        link = re.search(r'value="http://desk.example(/codes/pass[^"]+)"', page)[1]

        guest.get(link)
        codes = ["77080", "77081", "76977", "77078", "77085", "77086", "77089"]

        assert [guest.get(f"/codes/cpt/{code}").status_code for code in codes] == [200] * 6 + [403]

    def test_a_pass_ends_with_its_day_and_with_its_asker(self, visit, office):
        given = make_pass(office.services.key, ADA, (NOON + timedelta(days=2)).date())
        guest = visit()
        assert guest.get(f"/codes/pass?pass={given}").status_code == 303

        with office.services.database.begin() as tx:
            accounts.disable_asker(tx, ADA)

        assert visit().get(f"/codes/pass?pass={given}").status_code == 422
        assert visit().get(f"/codes/pass?pass={make_pass(office.services.key, ADA, NOON.date())}").status_code == 422
        assert visit().get("/codes/pass?pass=a.20270101.b").status_code == 422

    def test_networks_are_as_large_as_a_household(self):
        hosts = ["192.0.2.9", "192.0.2.250", "2001:db8:1:2::3", "2001:db8:1:ffff::1", "somewhere"]

        assert [visitors.network_of(host) for host in hosts] == [
            "192.0.2.0/24",
            "192.0.2.0/24",
            "2001:db8:1::/48",
            "2001:db8:1::/48",
            "somewhere",
        ]

    def test_neither_cookie_nor_network_is_kept_as_it_is(self, visit, office, tmp_path):
        visit().get("/codes/cpt/77080")

        kept = b"".join(file.read_bytes() for file in tmp_path.glob("consultant.sqlite*"))
        assert b"192.0.2" not in kept


class TestAskBox:
    CASE = "Ultrasound bone density of the left heel was done for osteoporosis screening. Which code?"

    def ask(self, browser, text: str, **changed: str):
        return browser.post("/ask", data={"csrf": hidden(browser.get("/ask").text), "text": text} | changed)

    def test_a_case_is_answered_with_its_evidence_lit(self, visit):
        page = self.ask(visit(CORA), self.CASE).text

        lit = re.findall(r'<mark[^>]*data-codes="([^"]*)"[^>]*>([^<]*)</mark>', page)
        assert any("76977" in codes and "bone density" in words.lower() for codes, words in lit)
        assert 'href="/codes/icd-10-cm/Z13.820"' in page

    def test_a_question_is_answered_with_its_sources(self, visit):
        page = self.ask(visit(CORA), "What is 77080?").text

        assert "<h2>Answer</h2>" in page
        assert "DXA" in page

    def test_what_nobody_knows_is_said(self, visit):
        assert "Nothing written up here answers this" in self.ask(visit(CORA), "The weather in Lisbon was fine.").text

    def test_hostile_text_is_shown_as_words(self, visit):
        page = self.ask(visit(CORA), "<script>alert(1)</script> {{ 7*7 }} DXA of the spine was done.").text

        assert "<script>alert" not in page
        assert "{{ 7*7 }}" in page

    def test_a_form_without_its_token_is_refused(self, visit):
        for browser in (visit(CORA), visit()):
            assert self.ask(browser, "What is 77080?", csrf="0" * 64).status_code == 403

    def test_a_guest_asks_once(self, visit):
        guest = visit()

        first, second = self.ask(guest, "What is 77080?"), self.ask(guest, "What is 77081?")

        assert [first.status_code, second.status_code] == [200, 403]

    def test_a_text_that_is_too_long_is_refused_with_a_word(self, visit):
        answer = self.ask(visit(CORA), "DXA. " * 13_000)

        assert answer.status_code == 422
        assert "can be read at once" in answer.text

    def test_nobody_asks_without_end(self, visit):
        otto = visit(OTTO)
        token = hidden(otto.get("/ask").text)

        seen = [otto.post("/ask", data={"csrf": token, "text": ""}).status_code for _ in range(21)]

        assert seen == [422] * 20 + [429]
