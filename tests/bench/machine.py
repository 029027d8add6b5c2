"""What a figure was measured on, and what its processes used of it, as the kernel tells (Linux, proc(5))."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
MEBIBYTE = 1024 * 1024


def described() -> str:
    """The machine in one line."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in told if line.startswith("model name")]
    memory = os.sysconf("SC_PHYS_PAGES") * PAGE / 1024**3
    model = names[0] if names else platform.machine()
    return f"{len(os.sched_getaffinity(0))} cores ({model}), {memory:.0f} GiB, Python {platform.python_version()}"


@dataclass(frozen=True)
class Usage:
    """What a process and all below it have used so far."""

    seconds: float  # of a core
    mebibytes: float  # resident now


def family(pid: int) -> list[int]:
    """The numbers of a process and of everything it started that still runs."""
    below: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            below.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [pid]
    for one in found:
        found += below.get(one, [])
    return found


def usage(pid: int, only: Callable[[int], bool] = lambda _: True) -> Usage:
    """What a process uses together with its children, ended ones too."""
    seconds, pages = 0.0, 0
    for one in filter(only, family(pid)):
        if fields := _fields(one):
            # utime and stime, and those of children that ended: fields 14 to 17 of proc(5), after the name
            seconds += sum(map(int, fields[11:15])) / TICKS
            pages += int(fields[21])
    return Usage(seconds, pages * PAGE / MEBIBYTE)


def _fields(pid: int) -> list[str]:
    """Those of /proc/PID/stat from the state on; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    except OSError:
        return []
