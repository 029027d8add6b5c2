"""Kills parts at random moments with SIGKILL, and counts each part that was really running."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping

from support_portal.local.supervise import Process

# How often a part is chosen; PostgreSQL more rarely, since everything waits for its recovery.
WEIGHTS = {"web": 28, "worker": 26, "relay": 24, "valkey": 16, "postgres": 6}
PAUSE = (0.6, 2.4)  # seconds between two kills


class Killer(threading.Thread):
    """Kills until told to stop."""

    def __init__(self, processes: Mapping[str, Process], chance: random.Random) -> None:
        super().__init__(daemon=True)
        self._processes = processes
        self._chance = chance
        self._enough = threading.Event()
        self.kills: Counter[str] = Counter()

    def run(self) -> None:
        """Kill one part, wait, kill another."""
        names = [name for name in WEIGHTS if name in self._processes]
        weights = [WEIGHTS[name] for name in names]
        while not self._enough.wait(self._chance.uniform(*PAUSE)):
            name = self._chance.choices(names, weights)[0]
            process = self._processes[name]
            if process.running is not None and not process.has_ended:
                process.kill()
                process.short_lives = 0  # it is started again at once: here, dying often is the point
                self.kills[name] += 1

    def stop(self) -> None:
        """No more kills."""
        self._enough.set()
        self.join()
