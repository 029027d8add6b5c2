"""What runs on this machine, as the kernel tells."""

from __future__ import annotations

from pathlib import Path

NAMES = ("cmdline", "environ")


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits for its parent to look does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.rpartition(") ")[2][0] != "Z"


def processes_mentioning(word: str) -> dict[int, str]:
    """The running processes with this word in the command line or the environment: number and command line."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            line, env = ((folder / name).read_bytes().replace(b"\0", b" ").decode("utf-8", "replace") for name in NAMES)
        except OSError:  # it ended, or is none of ours
            continue
        if word in line or word in env:
            found[int(folder.name)] = line
    return found
