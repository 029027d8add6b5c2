"""What each letter is written with: the facts that whoever sends it has."""

from __future__ import annotations

from support_portal import templates_folder
from support_portal.domain.correspondence import ABOUT_SECURITY, Letter

FOLDER = templates_folder() / "email"
WITHOUT_A_CASE = {
    Letter.NO_ACCOUNT,
    Letter.TWO_FACTOR_OFF,
    Letter.NO_GIT_ACCOUNT,
    Letter.ACCOUNT_SUSPENDED,
    Letter.BLOCKED,
    Letter.MAIL_ANSWER,
    Letter.STAFF_CREDENTIALS,
    Letter.STAFF_POLICY,
    Letter.STAFF_PEOPLE,
    Letter.STAFF_INVITATION,
    Letter.PASSWORD_RESET,
    Letter.ADDRESS_CONFIRM,
    Letter.ADDRESS_TAKEN,
    *ABOUT_SECURITY,
}
FROM_INSIDE = {Letter.STAFF_CREDENTIALS, Letter.STAFF_POLICY, Letter.STAFF_PEOPLE, Letter.STAFF_INVITATION}
FROM_INSIDE |= {Letter.MAIL_ANSWER}
# To mailboxes that nobody has proved to own: the portal's own words and figures, nothing that somebody typed.
UNPROVEN = (
    *sorted(WITHOUT_A_CASE - ABOUT_SECURITY - FROM_INSIDE),
    Letter.CONFIRM,
)
OWN_WORDS = {"product", "portal", "reference", "confirm_hours", "block_days"}
OWN_WORDS |= {"confirm_link", "stop_link", "request_link", "reset_link", "address_link", "password_verified"}

COMMON = {
    "product": "Bitrise",
    "portal": "Support portal",
    "repository_name": "bitrise_verification",
    "support_address": "support@portal.example",
    "confirm_hours": "24",
    "safety_wait": "24 hours",
    "block_days": "14",
    "check_limit": "20",
    "registered": "a•••@example.org",
    "password_verified": "",
}
OF_A_CASE = {
    "reference": "SP-2417",
    "opened_date": "16 November 2026",
    "due_weekday": "Wednesday",
    "due_date": "Wednesday 18 November 2026",
    "due_time": "14:40",
    "days_left": "11",
    "code": "",
    "why": "",
    "compromise": "",
}
A_TOKEN = {
    "description": "queue <export>",
    "shown": "spp_7Qm2",
    "scopes": "read cases",
    "expires": "2 December 2026, 09:00",
}
OF_ITS_OWN: dict[Letter, dict[str, str]] = {
    Letter.CHECKS_FAILED: {
        "link": "https://github.com/ana-dev/bitrise-verification",
        "failed": "The name is not exact. It is <b>.\nIt is a fork.",
        "n": "2",
        "any_right": "yes",
    },
    Letter.CHECK_DELAYED: {"why": "We’re still checking. GitHub didn’t answer."},
    Letter.EVIDENCE_LOST: {"why": "It is a fork."},
    Letter.APPROVAL_VOIDED: {"why": "Somebody who approved may not decide any more."},
    Letter.DENIED: {"why": "We could not confirm that the account is yours."},
    Letter.REPLY: {"text": "Hello Ana,\n\nwhich <account> is it?\n\n1. GitHub\n2. GitLab", "agent": "Ben Ito"},
    Letter.MAIL_ANSWER: {"text": "Hello,\n\nwhich <address> is it?", "agent": "Ben Ito"},
    Letter.ACCOUNT_CHANGED: {"is_locked": ""},
    Letter.LOCKED: {"by_staff": ""},
    Letter.STAFF_LOCKED: {"by_staff": ""},
    Letter.STAFF_CREDENTIALS: {"text": "GitHub answered 401."},
    Letter.STAFF_POLICY: {"text": "Lea set: block = 21d."},
    Letter.STAFF_INVITATION: {"name": "Ben Ito", "by": "Ines Berg"},
    Letter.STAFF_PEOPLE: {"text": "Ben (ben@support.example) was added as agent."},
    Letter.REMOVED: {"tokens": "- queue export (spp_7Qm2…)\n- nightly <b>copy</b> (spp_0aZx…)"},
    Letter.TOKEN_MADE: A_TOKEN | {"by_command": ""},
    Letter.TOKEN_CHANGED: A_TOKEN,
    Letter.TOKEN_REMOVED: A_TOKEN,
    Letter.TOKEN_EXPIRES: A_TOKEN | {"is_last": ""},
    Letter.TWO_FACTOR_ON: {"changed": ""},
    Letter.ADDRESS_CHANGED: {"old": "a•••@example.net"},
    Letter.RECOVERY_CODE_USED: {"left": "1"},
    Letter.FACTOR_LOCKED: {"wrong": "100"},
    Letter.SECURITY_KEY_ADDED: {"keys": "2"},
    Letter.SECURITY_KEY_REMOVED: {"keys": "0"},
    Letter.GIT_ACCOUNT_CONNECTED: {"provider": "GitHub", "username": "an•••v"},
    Letter.GIT_ACCOUNT_DISCONNECTED: {"provider": "GitHub", "username": "an•••v"},
    Letter.STAFF_REMOVAL_SLOW: {"text": "The directory does not answer."},
}


WHERE = "the network address 192.0.2.7, with Firefox on Linux"
ABOUT = {letter: {"address": "a•••@example.org", "where": WHERE} for letter in ABOUT_SECURITY}
