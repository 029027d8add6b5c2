"""What the portal writes to whom, and what a message from outside may do."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Who gets a letter. An address that only a sender named gets one answer a day, and what agents write by hand."""

    TYPED = "typed"  # the address somebody typed, where no account uses it
    WANTED = "wanted"  # the address that somebody signed in wants to have; its link opens nothing without them
    SENDER = "sender"  # the address that a mail without a case says it is from, which may be forged
    REGISTERED = "registered"  # the address stored on the account
    OWNERS = "owners"  # it, the other confirmed ones, and lately replaced ones: a mail and a stop link each
    OTHERS = "others"  # the owner's addresses without the registered one
    LEADS = "leads"  # all leads and admins
    COLLEAGUE = "colleague"  # somebody who works here


class Letter(StrEnum):
    """Every mail the portal sends; each has a folder of that name in `templates/email`."""

    CONFIRM = "confirm"
    NO_ACCOUNT = "no_account"
    TWO_FACTOR_OFF = "two_factor_off"
    NO_GIT_ACCOUNT = "no_git_account"
    ACCOUNT_SUSPENDED = "account_suspended"
    BLOCKED = "blocked"
    CASE_IS_OPEN = "case_is_open"
    OWNERS_TOLD = "owners_told"
    IN_TRIAGE = "in_triage"
    INSTRUCTIONS = "instructions"
    REMINDER = "reminder"
    CHECKS_FAILED = "checks_failed"
    CHECK_DELAYED = "check_delayed"
    CHECKS_PASSED = "checks_passed"
    EVIDENCE_LOST = "evidence_lost"
    APPROVED = "approved"
    WAIT_ENDS = "wait_ends"
    APPROVAL_VOIDED = "approval_voided"
    REMOVAL_PUT_OFF = "removal_put_off"
    DENIED = "denied"
    SECOND_LOOK = "second_look"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    SIGNED_IN = "signed_in"
    ACCOUNT_CHANGED = "account_changed"
    EXPIRED = "expired"
    REMOVED = "removed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    TWO_FACTOR_ON = "two_factor_on"
    TWO_FACTOR_TURNED_OFF = "two_factor_turned_off"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    RECOVERY_CODE_USED = "recovery_code_used"
    FACTOR_LOCKED = "factor_locked"
    SECURITY_KEY_ADDED = "security_key_added"
    SECURITY_KEY_REMOVED = "security_key_removed"
    SECURITY_KEY_COPIED = "security_key_copied"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  the name of a letter
    TOKEN_MADE = "token_made"  # noqa: S105  the name of a letter
    TOKEN_CHANGED = "token_changed"  # noqa: S105  the name of a letter
    TOKEN_REMOVED = "token_removed"  # noqa: S105  the name of a letter
    TOKEN_EXPIRES = "token_expires"  # noqa: S105  the name of a letter
    PASSWORD_RESET = "password_reset"  # noqa: S105  the name of a letter
    ADDRESS_CONFIRM = "address_confirm"
    ADDRESS_TAKEN = "address_taken"
    ADDRESS_CHANGED = "address_changed"
    GIT_ACCOUNT_CONNECTED = "git_account_connected"
    GIT_ACCOUNT_DISCONNECTED = "git_account_disconnected"
    REPLY = "reply"
    MAIL_ANSWER = "mail_answer"
    STAFF_STOPPED = "staff_stopped"
    STAFF_LOCKED = "staff_locked"
    STAFF_CREDENTIALS = "staff_credentials"
    STAFF_POLICY = "staff_policy"
    STAFF_PEOPLE = "staff_people"
    STAFF_INVITATION = "staff_invitation"
    STAFF_REMOVAL_SLOW = "staff_removal_slow"


# About the account itself, without a case: each with a link that locks it, "this was not me".
ABOUT_SECURITY = frozenset(
    {
        Letter.TWO_FACTOR_ON,
        Letter.TWO_FACTOR_TURNED_OFF,
        Letter.RECOVERY_CODES_RENEWED,
        Letter.RECOVERY_CODE_USED,
        Letter.FACTOR_LOCKED,
        Letter.SECURITY_KEY_ADDED,
        Letter.SECURITY_KEY_REMOVED,
        Letter.SECURITY_KEY_COPIED,
        Letter.PASSWORD_CHANGED,
        Letter.TOKEN_MADE,
        Letter.TOKEN_CHANGED,
        Letter.TOKEN_REMOVED,
        Letter.TOKEN_EXPIRES,
        Letter.ADDRESS_CHANGED,
        Letter.GIT_ACCOUNT_CONNECTED,
        Letter.GIT_ACCOUNT_DISCONNECTED,
    }
)

AUDIENCES: dict[Letter, Audience] = {
    Letter.NO_ACCOUNT: Audience.TYPED,
    Letter.ADDRESS_CONFIRM: Audience.WANTED,
    Letter.MAIL_ANSWER: Audience.SENDER,
    Letter.STAFF_INVITATION: Audience.COLLEAGUE,
    **dict.fromkeys((Letter.OWNERS_TOLD, Letter.REMOVAL_PUT_OFF), Audience.OTHERS),
    **dict.fromkeys(
        (
            Letter.APPROVED,
            Letter.WAIT_ENDS,
            Letter.APPROVAL_VOIDED,
            Letter.DENIED,
            Letter.STOPPED,
            Letter.WITHDRAWN,
            Letter.SIGNED_IN,
            Letter.ACCOUNT_CHANGED,
            Letter.EXPIRED,
            Letter.REMOVED,
            Letter.LOCKED,
            Letter.UNLOCKED,
        ),
        Audience.OWNERS,
    ),
    **dict.fromkeys(ABOUT_SECURITY, Audience.OWNERS),
    **dict.fromkeys(
        (
            Letter.STAFF_STOPPED,
            Letter.STAFF_LOCKED,
            Letter.STAFF_CREDENTIALS,
            Letter.STAFF_POLICY,
            Letter.STAFF_PEOPLE,
            Letter.STAFF_REMOVAL_SLOW,
        ),
        Audience.LEADS,
    ),
}


def audience_of(letter: Letter) -> Audience:
    """Who gets a letter; the registered address where nothing else is said."""
    return AUDIENCES.get(letter, Audience.REGISTERED)


class Purpose(StrEnum):
    """What a link in a mail is for; a token made for one purpose is of no use for another."""

    CONFIRM = "confirm"
    CASE = "case"
    STOP = "stop"
    LOCK = "lock"
    REPLY = "reply"
    STAFF_PASSWORD = "staff-password"  # noqa: S105  the name of a purpose
    RESET = "reset"  # sets a password in place of a forgotten one
    ADDRESS = "address"  # makes an address the registered one


CHANGE_THE_SIGN_IN = (Purpose.STAFF_PASSWORD, Purpose.RESET, Purpose.ADDRESS)


_STOPPABLE = (
    Letter.OWNERS_TOLD,
    Letter.IN_TRIAGE,
    Letter.INSTRUCTIONS,
    Letter.CHECKS_PASSED,
    Letter.APPROVED,
    Letter.WAIT_ENDS,
    Letter.APPROVAL_VOIDED,
    Letter.REMOVAL_PUT_OFF,
    Letter.SECOND_LOOK,
    Letter.REMINDER,
)
_CASE_PAGE = (
    Letter.CASE_IS_OPEN,
    Letter.IN_TRIAGE,
    Letter.INSTRUCTIONS,
    Letter.REMINDER,
    Letter.CHECKS_FAILED,
    Letter.CHECK_DELAYED,
    Letter.CHECKS_PASSED,
    Letter.EVIDENCE_LOST,
    Letter.APPROVED,
    Letter.DENIED,
    Letter.SECOND_LOOK,
    Letter.REPLY,
)
_LINKS: dict[Letter, tuple[Purpose, ...]] = {
    Letter.CONFIRM: (Purpose.CONFIRM, Purpose.STOP),
    Letter.CASE_IS_OPEN: (Purpose.STOP,),
    Letter.REMOVED: (Purpose.LOCK,),
    Letter.STAFF_INVITATION: (Purpose.STAFF_PASSWORD,),
    Letter.PASSWORD_RESET: (Purpose.RESET,),
    Letter.ADDRESS_CONFIRM: (Purpose.ADDRESS,),
    **dict.fromkeys(ABOUT_SECURITY, (Purpose.LOCK,)),
}


def links_of(letter: Letter, *, to_registered: bool) -> tuple[Purpose, ...]:
    """The links a letter carries. The case page is opened to the registered address alone."""
    purposes = _LINKS.get(letter, ())
    if letter in _STOPPABLE:
        purposes = (*purposes, Purpose.STOP)
    if letter in _CASE_PAGE:
        purposes = (*purposes, Purpose.CASE)
    return purposes if to_registered else tuple(purpose for purpose in purposes if purpose is not Purpose.CASE)


class Author(StrEnum):
    """Who wrote a message in a case's conversation."""

    REQUESTER = "requester"
    UNPROVEN = "unproven"  # came beside the case, without a proof that the requester wrote it
    AGENT = "agent"
    PORTAL = "portal"


BY_HAND = frozenset({Letter.REPLY, Letter.MAIL_ANSWER})  # an agent wrote it: no mark of an automatic mail
LETTERS_A_DAY = {Letter.CONFIRM: 3, Letter.MAIL_ANSWER: 5}
LETTERS_A_DAY_OTHERWISE = 1
