"""The server itself refuses what is too long before any of our code runs, and believes no forwarded header."""

import contextlib
import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.fixture
def server(tmp_path):
    """Start gunicorn as a server has it, on a socket that is already open; return a function that sends raw bytes."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment |= {"DEBUG": "1", "DATA_DIR": str(tmp_path), "WEB_CONCURRENCY": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listening.fileno()}"],
            cwd=settings.BASE_DIR,
            env=environment,
            pass_fds=[listening.fileno()],
            stderr=subprocess.PIPE,
        )

        def send(data):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
                connection.sendall(data)
                answer = b""
                with contextlib.suppress(ConnectionResetError):
                    while part := connection.recv(65536):
                        answer += part
            return answer

        yield send
        process.terminate()
        process.communicate(timeout=30)


def request(path, *headers):
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode()


def test_a_request_line_that_is_too_long_is_refused_and_one_of_seven_thousand_characters_is_not(server):
    assert server(request("/static/css/site.css?" + "x" * 7000)).startswith(b"HTTP/1.1 200 ")
    for length in (9_000, 200_000):
        status = server(request("/fr/reseaux/?q=" + "x" * length)).partition(b"\r\n")[0]
        assert status.startswith(b"HTTP/1.1 414 "), status


def test_a_forwarded_header_is_not_believed(server):
    answer = server(request("/", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "Forwarded: host=evil"))
    assert b"\r\nLocation: /fr/\r\n" in answer
    assert b"evil" not in answer
