"""Under every client library lies one strict way to ask."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from support_portal.adapters.providers.credentials import STRANGER
from support_portal.adapters.providers.strict_http import (
    LARGEST_ANSWER,
    BadAnswer,
    OwnClient,
    listening,
    read_json,
    strict_session,
)
from tests.adapters.providers.asking import Scene


@contextmanager
def a_server_that_says(pieces: list[bytes], pause: float) -> Iterator[str]:
    """A server that answers one request with these pieces, so many seconds apart; its address."""
    gone = threading.Event()

    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            for piece in pieces:
                try:
                    connection.sendall(piece)
                except OSError:
                    return
                gone.wait(pause)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        answering = threading.Thread(target=answer, args=(listener,))
        answering.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            gone.set()
            answering.join()


def test_headers_that_drip_end_in_time() -> None:
    slow = [bytes([letter]) for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000]
    with a_server_that_says(slow, 0.05) as url, listening(0.5):
        before = time.monotonic()
        with pytest.raises(Exception, match="time"):
            strict_session().get(url)
        assert time.monotonic() - before < 2


def test_a_small_answer_that_unpacks_to_a_large_one_is_refused() -> None:
    import gzip

    packed = gzip.compress(b'"' + b"x" * (LARGEST_ANSWER * 5) + b'"')
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with a_server_that_says([head + packed], 0) as url, listening(), pytest.raises(BadAnswer, match="larger"):
        strict_session().get(url)


def test_an_answer_shorter_than_it_said_is_refused() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"
    with a_server_that_says([head], 0) as url, listening(), pytest.raises(BadAnswer, match="broke off"):
        strict_session().get(url)


@pytest.mark.parametrize(
    "body",
    [b'{"private": true, "private": false}', b'{"a": {"id": 1, "id": 2}}', b"NaN", b"{", b"", b"\xff", b"[1] 2"],
)
def test_what_two_readers_could_read_differently_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_json(body)


def test_cookies_are_not_kept_and_nothing_comes_from_the_environment(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    head = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 2\r\n\r\n{}"
    session = strict_session()
    with a_server_that_says([head], 0) as url, listening():
        assert session.get(url).json() == {}
    assert len(session.cookies) == 0


def test_every_thread_and_every_child_process_has_a_client_of_its_own() -> None:
    client: OwnClient[object] = OwnClient(STRANGER, lambda _: object())
    mine = client()
    others: list[object] = []
    thread = threading.Thread(target=lambda: others.append(client()))
    thread.start()
    thread.join()
    assert client() is mine
    assert others[0] is not mine

    child = os.fork()
    if child == 0:
        os._exit(0 if client() is not mine else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_many_threads_get_their_own_answers(scene: Scene) -> None:
    names = [f"repository-{number}" for number in range(20)]
    for name in names:
        scene.repository(name)
    answers: dict[str, object] = {}

    def ask(name: str) -> None:
        answers[name] = scene.provider.by_path("ana", name)

    threads = [threading.Thread(target=ask, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {name: answer.facts.name for name, answer in answers.items()} == {name: name for name in names}  # type: ignore[attr-defined]
