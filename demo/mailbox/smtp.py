"""The SMTP server: says 250 only once the mail is in the folder."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.mailbox.behavior import Behavior
from demo.mailbox.store import Store

LOOPBACK = "127.0.0.1"
_Result = TypeVar("_Result")


class Receiver:
    """Takes mail on the loopback address in a thread of its own, and behaves as `behavior` says."""

    def __init__(self, store: Store, port: int) -> None:
        """Port 0 takes a free one; `port` holds it once started."""
        self.port = port
        self.behavior = Behavior()
        self._store = store
        self._listening: _Listening | None = None

    def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        self._listening = _Listening(self, self.port)
        self.port = self._listening.port

    def stop(self) -> None:
        """Stop listening and cut every connection; new ones are refused."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def behave(self, wanted: Behavior) -> None:
        """Behave like this from now on. Raises OSError where the port was taken while the server was down."""
        self.behavior = wanted
        if wanted.down:
            self.stop()
        elif self._listening is None:
            self.start()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse it as told."""
        if refusal := self.behavior.answer_to(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient taken"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail; a folder that can't be written is a passing trouble for the sender."""
        recipients = tuple(envelope.rcpt_tos)
        sender = (envelope.mail_from or "").removeprefix("<").removesuffix(">")
        try:
            kept = self._store.keep(sender, recipients, envelope.original_content or b"")
        except OSError as error:
            return f"451 4.3.0 The mail can't be kept: {error.strerror}"
        if self.behavior.hangs_up_on(recipients):
            _cut(server)
        return f"250 2.0.0 Kept as mail {kept.id}"


class _Listening:
    """One listening socket with its event loop, its thread and its connections."""

    def __init__(self, receiver: Receiver, port: int) -> None:
        self._receiver = receiver
        self._connections: WeakSet[SMTP] = WeakSet()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp", daemon=True)
        self._thread.start()
        try:
            self._server = self._run(self._loop.create_server(self._answer, LOOPBACK, port))
        except OSError:
            self._end()
            raise
        self.port: int = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        self._run(self._hang_up())
        self._end()

    def _run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _answer(self) -> SMTP:
        connection = SMTP(self._receiver, hostname="mailbox.localhost", enable_SMTPUTF8=True, loop=self._loop)
        self._connections.add(connection)
        return connection

    async def _hang_up(self) -> None:
        self._server.close()
        for connection in self._connections:
            _cut(connection)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _cut(connection: SMTP) -> None:
    if isinstance(connection.transport, asyncio.Transport):
        connection.transport.abort()
