"""What is kept opens nothing: the tokens of our links stand in no table, whatever people quote."""

from __future__ import annotations

from support_portal.domain.cases import State
from support_portal.use_cases import case_page
from support_portal.use_cases.steps.masking import without_tokens
from tests.adapters.mail.messages import a_mail
from tests.use_cases.post import heard, rows, take, token
from tests.use_cases.stage import Stage


def test_what_a_mail_quotes_of_ours_opens_nothing_any_more(stage: Stage) -> None:
    stage.asked_and_confirmed()
    quoted = "".join(f"> {line}\r\n" for line in stage.last().text.splitlines())
    wrapped = f"https://links.example/?url=https%3A%2F%2Fportal.example%2Fstop%2F{stage.link('stop')}&x=1"
    take(stage, a_mail(f"I don't understand.\r\n{wrapped}\r\n\r\n{quoted}{token(stage)}", To=token(stage)))
    [(_, kept)] = heard(stage)
    assert "I don't understand." in str(kept)
    assert "https://portal.example/stop/•••" in str(kept)
    assert "%2F•••&x=1" in str(kept)
    assert "support+•••@portal.example" in str(kept)


def test_what_a_requester_pastes_into_the_case_page_opens_nothing_either(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    pasted = f"I am at https://portal.example/cases/{done.reference}/{done.key} now"
    case_page.send_message(done.reference, done.key, pasted, tools=stage.tools)
    stage.ask(reason=pasted)
    kept = rows(stage, f"select text from messages where text like '%{done.reference}%'")
    assert kept == [(f"I am at https://portal.example/cases/{done.reference}/••• now",)] * 2


def test_what_only_looks_like_a_token_is_left_as_it_is(stage: Stage) -> None:
    for words in ("a" * 48, "sha256 " + "0" * 64, "x" * 300_000, ("b" * 50 + " ") * 3_000):
        assert without_tokens(words, stage.tools.links) == words


def test_no_token_of_a_mailed_link_stands_in_any_table(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.approve(done.reference, ben)
    quoted = "".join(f"> {line}\r\n" for line in stage.last().text.splitlines())
    take(stage, a_mail(f"Thanks\r\n{quoted}", To=token(stage)))
    stage.clock.move(hours=25)
    stage.work_off()
    assert stage.case(done.reference).state is State.REMOVED
    written = [word for mail in stage.mails.taken for word in f"{mail.text} {mail.reply_to}".split()]
    tokens = {word.partition("@")[0].replace("+", "/").rpartition("/")[2] for word in written}
    tokens = {word for word in tokens if len(word) == 48}
    assert len(tokens) > 8
    tables = [name for (name,) in rows(stage, "select tablename from pg_tables where schemaname = 'public'")]
    kept = "\n".join(str(row) for table in tables for row in rows(stage, f'select t::text from "{table}" t'))
    assert done.reference.removeprefix("SP-") in kept
    assert [one for one in tokens if one in kept] == []
