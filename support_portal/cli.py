"""The command `support-portal`: every command, and how each says no."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from support_portal.domain.errors import BadInput, Refusal
from support_portal.domain.staff import Permission
from support_portal.ports.tools import Tools
from support_portal.provider_settings import read_providers
from support_portal.settings import NEEDED_IN_PRODUCTION, Settings, SettingsError, config_folder, portal_address

# sysexits.h
OK, WRONG, USAGE, BAD_DATA, NO_INPUT, UNAVAILABLE, CONFIG = 0, 1, 64, 65, 66, 69, 78


Command = Callable[[argparse.Namespace], int]


def _needs(permission: Permission) -> Callable[[Command], Command]:
    """Name who may run a command; one that names nobody can't be added."""

    def mark(command: Command) -> Command:
        vars(command)["needed"] = permission
        return command

    return mark


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command in one line, with status 64."""

    def error(self, message: str) -> NoReturn:
        """End with one line."""
        print(f"support-portal: {message}", file=sys.stderr)
        raise SystemExit(USAGE)


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Do what the words say, and end with its status."""
    arguments = _parser().parse_args(argv)
    command: Command = arguments.command
    try:
        status = command(arguments)
    except SettingsError as error:
        status = _say_no(CONFIG, *error.lines)
    except BadInput as error:
        status = _say_no(getattr(arguments, "wrong_status", USAGE), *error.fields.values())
    except Refusal as error:
        status = _say_no(USAGE, str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = OK
    raise SystemExit(status)


def _say_no(status: int, *lines: str) -> int:
    for line in lines:
        print(f"support-portal: {line}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="support-portal", description="Removes 2FA from locked-out accounts, for their owners alone.")
    words = parser.add_subparsers(dest="word", required=True, metavar="COMMAND")
    run = _add(words, "run", _run, "start everything on this machine")
    run.add_argument("--demo", action="store_true", help="with stand-in providers, a mail catcher and sample cases")
    for part, about in PARTS.items():
        _add(words, part, _part, about).set_defaults(part=part)
    _add(_group(words, "db", "the database"), "upgrade", _upgrade, "bring the tables up to date")
    policy = _group(words, "policy", "the figures a team may set")
    _add(policy, "show", _show_policy, "show them")
    chosen = _add(policy, "set", _set_policy, "set some: safety_wait=48h second_approval=always")
    chosen.add_argument("figures", nargs="+", metavar="NAME=VALUE")
    accounts = _group(words, "accounts", "product accounts kept by the portal")
    file = _add(accounts, "import", _import_accounts, "read accounts from a file, one JSON object a line")
    file.add_argument("file", metavar="FILE.jsonl", type=Path)
    file.set_defaults(wrong_status=BAD_DATA)
    staff = _add(_group(words, "staff", "people who work at the desk"), "create", _create_staff, "add somebody")
    staff.add_argument("email")
    staff.add_argument("--role", required=True)
    staff.add_argument("--name", default="")
    _add(_group(words, "mail", "mail"), "receive", _receive_mail, "take one mail from standard input")
    keys = _group(words, "keys", "the secret keys")
    _add(keys, "rotate", _rotate_keys, "seal everything that an older key sealed with the newest")
    cases = _group(words, "cases", "cases")
    listed = _add(cases, "list", _list_cases, "list cases, newest first")
    listed.add_argument("--state", help="only those in this state")
    _add(cases, "show", _show_case, "show one case and all that happened").add_argument("reference")
    _add(cases, "export", _export_case, "print the evidence record of a case as JSON").add_argument("reference")
    made = _add(
        _group(words, "tokens", "access tokens"), "create", _create_token, "make one that may all its owner may"
    )
    made.add_argument("email")
    made.add_argument("--description", required=True)
    made.add_argument("--expires", required=True, metavar="1h|1d|1m|never")
    signed = _add(words, "sign-in", _sign_in, "sign in to a portal: a code is shown, and confirmed in the browser")
    signed.add_argument("--portal", metavar="URL", help="its address; without, the one of the settings")
    _add(words, "doctor", _doctor, "look at every part and setting")
    return parser


Words = Any  # argparse has no public name for what add_subparsers returns


def _add(words: Words, name: str, command: Command, about: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = words.add_parser(name, help=about, description=about)
    parser.set_defaults(command=command, needed=vars(command)["needed"])
    return parser


def _group(words: Words, name: str, about: str) -> Words:
    return words.add_parser(name, help=about).add_subparsers(dest="second", required=True, metavar="COMMAND")


PARTS = {
    "web": "start the web server",
    "worker": "start a worker",
    "beat": "start the clock of the upkeep",
    "relay": "start the relay between database and broker",
}


@_needs(Permission.SERVER)
def _run(arguments: argparse.Namespace) -> int:
    from support_portal.local.run import run

    return run(with_demo=arguments.demo)


@_needs(Permission.SERVER)
def _part(arguments: argparse.Namespace) -> int:
    """Become one part of a production portal; refuses with the name of the setting that is missing."""
    from support_portal.local import programs

    settings = Settings.from_environment()
    settings.need(*NEEDED_IN_PRODUCTION)
    _ = settings.keys, read_providers(settings)
    argv = {
        "web": lambda: programs.web(settings.port, host="0.0.0.0"),  # noqa: S104  a server of its own
        "worker": programs.worker,
        "beat": programs.beat,
        "relay": programs.relay,
    }[arguments.part]()
    os.execv(argv[0], argv)  # noqa: S606  its words are our own


@_needs(Permission.SERVER)
def _upgrade(_: argparse.Namespace) -> int:
    from support_portal.wiring import upgrade_database

    upgrade_database(Settings.for_command())
    return OK


@_needs(Permission.SERVER)
def _show_policy(_: argparse.Namespace) -> int:
    from support_portal.domain.policy import ENTRIES, shown
    from support_portal.use_cases.set_policy import policy_now

    policy = policy_now(tools=_tools())
    for name, entry in ENTRIES.items():
        print(f"{name:<22} {shown(getattr(policy, name)):<10} {entry.about}")
    return OK


@_needs(Permission.SERVER)
def _set_policy(arguments: argparse.Namespace) -> int:
    from support_portal.use_cases.set_policy import set_policy

    pairs = [figure.partition("=") for figure in arguments.figures]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise BadInput({"figures": f"{wrong[0]} has no value: write NAME=VALUE"})
    if len({name for name, _, _ in pairs}) != len(pairs):
        raise BadInput({"figures": "a figure is named twice"})
    set_policy({name: value for name, _, value in pairs}, "command line", tools=_tools())
    return _show_policy(arguments)


@_needs(Permission.SERVER)
def _import_accounts(arguments: argparse.Namespace) -> int:
    from support_portal.use_cases.import_accounts import import_accounts

    try:
        lines = arguments.file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        return _say_no(NO_INPUT, f"{arguments.file}: {error.strerror}")
    except UnicodeDecodeError:
        return _say_no(BAD_DATA, f"{arguments.file} is not UTF-8")
    print(f"{import_accounts(lines, tools=_tools())} accounts imported")
    return OK


@_needs(Permission.SERVER)
def _create_staff(arguments: argparse.Namespace) -> int:
    from support_portal.use_cases.add_staff import add_staff

    print(add_staff(arguments.email, arguments.role, arguments.name, tools=_tools()))
    return OK


@_needs(Permission.SERVER)
def _create_token(arguments: argparse.Namespace) -> int:
    from support_portal.use_cases.tokens import make_on_server

    print(make_on_server(arguments.email, arguments.description, arguments.expires, tools=_tools()).value)
    return OK


@_needs(Permission.ANYBODY)
def _sign_in(arguments: argparse.Namespace) -> int:
    from support_portal.remote import sign_in

    return sign_in(portal_address(arguments.portal), config_folder())


@_needs(Permission.SERVER)
def _receive_mail(_: argparse.Namespace) -> int:
    from support_portal.domain.incoming import LARGEST
    from support_portal.use_cases.correspond import Receipt, receive

    tools = _tools()
    try:
        receipt = receive(sys.stdin.buffer.read(LARGEST + 1), tools=tools)
    except Exception as trouble:  # whatever it is, a mail server that is told to come back loses nothing
        receipt = Receipt(os.EX_TEMPFAIL, "try_again", why=f"{type(trouble).__name__}: {trouble}".splitlines()[0])
    print(json.dumps(receipt.fields, ensure_ascii=False))
    return receipt.status


@_needs(Permission.SERVER)
def _rotate_keys(_: argparse.Namespace) -> int:
    from support_portal.use_cases.rotate_keys import rotate_keys

    rotated = rotate_keys("command line", tools=_tools())
    for one in rotated:
        print(f"{one.place}: {one.done} re-encrypted, {one.left} left")
    left = sum(one.left for one in rotated)
    return _say_no(WRONG, f"{left} are still sealed with another key: docs/keys.md says what to do") if left else OK


@_needs(Permission.SERVER)
def _list_cases(arguments: argparse.Namespace) -> int:
    from support_portal.domain.cases import State

    if arguments.state and arguments.state not in set(State):
        raise BadInput({"state": f"the state is one of: {', '.join(State)}"})
    state = State(arguments.state) if arguments.state else None
    for case in _tools().screens.commands.cases(state):
        print(f"{case.reference:<9} {case.state:<25} {case.opened_at:%Y-%m-%d %H:%M}  {case.address}")
    return OK


@_needs(Permission.SERVER)
def _show_case(arguments: argparse.Namespace) -> int:
    from support_portal.domain.cases import read_reference

    case, events = _tools().screens.commands.case(read_reference(arguments.reference))
    print(f"{case.reference}  {case.state}  {case.address}  risk {case.risk}  version {case.version}")
    for event in events:
        moved = f" ({event.from_state} to {event.to_state})" if event.from_state and event.to_state else ""
        why = f": {event.why}" if event.why else ""
        print(f"{event.at:%Y-%m-%d %H:%M:%S}  {event.action}{moved} by {event.actor.name or event.actor.by}{why}")
    return OK


@_needs(Permission.SERVER)
def _export_case(arguments: argparse.Namespace) -> int:
    from support_portal.domain.cases import read_reference
    from support_portal.domain.evidence_record import record_of

    screens = _tools().screens.commands
    case, events = screens.case(read_reference(arguments.reference))
    print(json.dumps(record_of(case, screens.runs(case.id), events), indent=1, ensure_ascii=False))
    return OK


@_needs(Permission.SERVER)
def _doctor(_: argparse.Namespace) -> int:
    from support_portal.local.doctor import doctor

    return doctor()


def _tools() -> Tools:
    from support_portal.wiring import tools_from

    return tools_from(Settings.for_command())


if __name__ == "__main__":
    main()
