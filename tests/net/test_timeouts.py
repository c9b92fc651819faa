"""Sockets of another make: gevent and eventlet put theirs in the place of `socket.socket`."""

import socket
import sys

import children

from pytest_fakemail.net.timeouts import stop_reading

EVERY_MODULE = """
import asyncio, pkgutil, socket, ssl
import pytest_fakemail.net

class Green:
    "A socket of eventlet's: what it can do stands in the object, not in the class."

socket.socket = Green
for module in pkgutil.iter_modules(pytest_fakemail.net.__path__, "pytest_fakemail.net."):
    __import__(module.name)
"""


def test_no_module_asks_the_class_of_sockets_when_it_is_loaded() -> None:
    children.run([sys.executable, "-c", EVERY_MODULE])


def test_a_socket_that_only_has_one_is_not_read_any_more() -> None:
    class Green:
        def __init__(self, held: socket.socket) -> None:
            self.shutdown = held.shutdown

    ours, theirs = socket.socketpair()
    with ours, theirs:
        stop_reading(Green(ours))
        assert ours.recv(1) == b""
