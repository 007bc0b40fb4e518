"""Health, figures and the pages of ops: what is counted is what happened, and only the right people change anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import CORA, NOON, OTTO

from consultant.consultation import review
from consultant.desk import plots
from consultant.desk.passes import make_token
from consultant.errors import TemporaryError
from consultant.model.case import CaseState
from consultant.store import accounts, cases, events, figures

PASSWORD = "correct horse battery"


def broker_away() -> int:
    msg = "the broker cannot be reached"
    raise TemporaryError(msg)


def csrf(page: str) -> str:
    return re.search(r'name="csrf" value="(\w+)"', page)[1]


def figure(text: str, name: str) -> float:
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)[1])


def approved(office, *, amended: bool = False) -> int:
    case_id = office.drafted()
    review.open_case(office.services, case_id, CORA)
    if amended:
        review.amend(office.services, case_id, CORA, "Dear Ada,\n\nbill it once.")
    review.approve(office.services, case_id, CORA, office.drafts(case_id)[-1].hash)
    return case_id


def quarantined(office, reason: str = "not-registered") -> int:
    case_id = office.receive(office.letter())
    with office.services.database.begin() as tx:
        at = office.services.now()
        cases.move(tx, case_id, to=CaseState.QUARANTINED, at=at, actor="engine", reason=reason, expect=CaseState.RECEIVED)
    return case_id


class TestHealth:
    def test_readiness_names_the_broker_that_is_away(self, visit):
        answer = visit(bells=broker_away).get("/readyz")

        assert (answer.status_code, answer.text) == (503, "not ready: broker: the broker cannot be reached\n")
        assert visit(bells=broker_away).get("/healthz").status_code == 200
        assert visit().get("/readyz").text == "ready\n"

    def test_figures_are_for_ops_only(self, visit, office):
        assert [visit(name).get("/metrics").status_code for name in ("", CORA, OTTO)] == [401, 403, 200]
        with office.services.database.reading() as tx:
            otto = accounts.user(tx, OTTO)
        scraper = visit()
        scraper.headers["Authorization"] = f"Bearer {make_token(office.services.key, otto, (NOON + timedelta(days=9)).date())}"
        assert scraper.get("/metrics").headers["content-type"].startswith("text/plain; version=0.0.4")


class TestMetrics:
    def test_they_count_what_happened(self, visit, office):
        approved(office)
        approved(office, amended=True)
        quarantined(office)
        quarantined(office, "a person's own words, with an address in them")
        office.clock.forward(minutes=5)
        office.receive(office.letter())
        office.clock.forward(minutes=2)

        text = visit(OTTO, bells=lambda: 7).get("/metrics").text

        assert figure(text, "consultant_mails_received_total") == 5
        assert figure(text, 'consultant_cases{state="approved"}') == 2
        assert figure(text, 'consultant_decisions_total{action="approve"}') == 2
        assert figure(text, 'consultant_decisions_total{action="amend"}') == 1
        assert figure(text, 'consultant_cases_aside{state="quarantined",reason="not-registered"}') == 1
        assert figure(text, 'consultant_cases_aside{state="quarantined",reason="other"}') == 1
        assert figure(text, "consultant_bells_waiting") == 7
        assert figure(text, 'consultant_steps_due{step="analyse"}') == 1
        assert figure(text, "consultant_oldest_unprocessed_seconds") == 7 * 60

    def test_every_line_is_one_that_prometheus_reads(self, visit, office):
        quarantined(office)

        for line in visit(OTTO).get("/metrics").text.splitlines():
            assert re.fullmatch(r'# (HELP|TYPE) consultant_\w+ .+|consultant_\w+(\{(\w+="[^"\n]*",?)+\})? [-+.\de]+', line), line

    def test_no_address_stands_in_them(self, visit, office):
        quarantined(office)

        assert "@" not in visit(OTTO).get("/metrics").text

    def test_a_broker_that_is_away_is_told_and_the_rest_goes_on(self, visit):
        text = visit(OTTO, bells=broker_away).get("/metrics").text

        assert figure(text, "consultant_broker_up") == 0
        assert figure(text, 'consultant_knowledge_rows{what="icd10cm"}') > 70_000


class TestPage:
    def test_it_shows_ages_and_what_was_taken_out(self, visit, office):
        office.receive(office.letter())
        case_id = quarantined(office)
        office.clock.forward(minutes=12)

        page = visit(OTTO).get("/ops").text

        assert "12 min" in page
        assert f'action="/ops/{case_id}/again"' in page
        assert 'href="http://127.0.0.1:5555"' in page
        assert page.count('<svg class="plot"') == 4
        assert "style=" not in page

    def test_the_table_behind_a_plot_has_its_figures(self, visit, office):
        approved(office)
        approved(office, amended=True)

        page = visit(OTTO).get("/ops").text

        assert "<td>week of 2026-11-16</td><td>50 % of 2</td>" in page
        assert "<td>2026-11-20 12:00</td><td>2</td>" in page

    @pytest.mark.parametrize("name", [CORA, OTTO])
    def test_a_quarantined_mail_is_read_again(self, visit, office, name):
        case_id = quarantined(office)
        browser = visit(name)

        answer = browser.post(f"/ops/{case_id}/again", data={"csrf": csrf(browser.get("/ops").text), "what": "read"})

        assert answer.status_code == 303
        assert office.state(case_id) is CaseState.RECEIVED
        assert "Nothing was taken out of the flow" in browser.get("/ops").text

    def test_a_case_that_is_in_the_flow_is_not_touched(self, visit, office):
        case_id = office.drafted()
        otto = visit(OTTO)
        token = csrf(otto.get("/ops").text)

        seen = [
            otto.post(f"/ops/{case_id}/again", data={"csrf": token, "what": what}).status_code for what in ("read", "send", "x")
        ]

        assert seen == [409, 409, 422]
        assert office.state(case_id) is CaseState.DRAFTED

    def test_a_mail_can_be_dismissed_without_a_word(self, visit, office):
        case_id = quarantined(office)
        otto = visit(OTTO)

        otto.post(f"/ops/{case_id}/again", data={"csrf": csrf(otto.get("/ops").text), "what": "dismiss"})

        assert office.state(case_id) is CaseState.CLOSED

    def test_whoever_is_not_signed_in_sees_nothing(self, visit):
        assert [visit().get(address).status_code for address in ("/ops", "/people")] == [303, 303]


class TestFigures:
    def test_outcomes_add_up_to_what_came_in(self, office):
        approved(office)
        quarantined(office)
        declined = office.drafted()
        review.open_case(office.services, declined, CORA)
        review.decline(office.services, declined, CORA, "not a coding question")

        with office.services.database.reading() as tx:
            ended = figures.outcomes(tx, NOON - timedelta(days=1))
            later = figures.outcomes(tx, NOON + timedelta(days=1))

        assert ended == {"open": 1, "quarantined": 1, "declined": 1}
        assert not later

    def test_an_amended_letter_did_not_go_as_drafted(self, office):
        approved(office)
        office.clock.forward(hours=2)
        approved(office, amended=True)

        with office.services.database.reading() as tx:
            found = figures.approvals(tx, NOON - timedelta(days=1))

        assert [one.as_drafted for one in found] == [True, False]

    def test_a_scale_ends_at_a_number_that_can_be_halved(self):
        drawn = plots.columns("Cases", [plots.Bar("now", value) for value in (0, 3, 17)])

        assert [float(one) for one in re.findall(r'text-anchor="end">([\d.]+)<', drawn)] == [0, 10, 20]

    def test_names_in_a_plot_are_words_and_never_markup(self):
        assert "<b>" not in plots.rows("<b>", [plots.Bar("<b>", 1)])


class TestPeople:
    def change(self, browser, name: str, what: str):
        return browser.post("/people/change", data={"csrf": csrf(browser.get("/people").text), "name": name, "what": what})

    def test_ops_disable_somebody_at_once_and_the_history_says_who(self, visit, office):
        cora, otto = visit(CORA), visit(OTTO)

        assert self.change(otto, CORA, "disable").status_code == 303

        assert cora.get("/").status_code == 303
        with office.services.database.reading() as tx:
            (event,) = events.latest(tx, 1)
        assert (event.kind, event.actor, event.detail) == ("account-changed", OTTO, {"name": CORA, "what": "disable"})

    def test_a_new_role_holds_from_the_next_sign_in(self, visit, office):
        self.change(visit(OTTO), CORA, "ops")

        with office.services.database.reading() as tx:
            assert accounts.user(tx, CORA).role is accounts.Role.OPS

    @pytest.mark.parametrize(("who", "whom", "status"), [(CORA, OTTO, 403), (OTTO, OTTO, 403), (OTTO, "nobody", 404)])
    def test_nobody_else_changes_accounts_and_nobody_their_own(self, visit, office, who, whom, status):
        assert self.change(visit(who), whom, "disable").status_code == status

        with office.services.database.reading() as tx:
            assert not any(user.disabled for user in accounts.users(tx))
