"""A small HTTP/1.1 client over raw sockets, so that measuring costs little of the two cores."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Request = bytes


@dataclass
class Measured:
    """Seconds of each answered request, statuses counted, and the wall time of the whole."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    wall: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.wall

    def percentile(self, share: float) -> float:
        """Milliseconds below which this share of the requests was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def close(self) -> None:
        self.socket.close()

    def send(self, request: Request) -> tuple[int, bytes]:
        """Status and body. Raises OSError when the server is gone."""
        self.socket.sendall(request)
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            self._more()
        head = self.buffer[:end].decode("latin1").lower()
        rest = self.buffer[end + 4 :]
        status = int(head.split(" ", 2)[1])
        length = next((int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
        while len(rest) < length:
            self.buffer = rest
            self._more()
            rest = self.buffer
        self.buffer = rest[length:]
        if "connection: close" in head:
            self.close()
            self._open()
        return status, rest[:length]

    def _more(self) -> None:
        got = self.socket.recv(65536)
        if not got:
            raise ConnectionResetError("the server closed the connection")
        self.buffer += got


def post(path: str, body: bytes, headers: dict[str, str]) -> Request:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def get(path: str, headers: dict[str, str]) -> Request:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"] + [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def hammer(port: int, clients: int, make: Callable[[int], Iterable[Request]]) -> Measured:
    """Send `make(client)` requests from each client at once, one after another on one connection."""
    measured, lock, gate = Measured(), threading.Lock(), threading.Barrier(clients + 1)
    work = [list(make(number)) for number in range(clients)]

    def client(requests: list[Request]) -> None:
        connection = Connection(port)
        seconds, statuses = [], []
        gate.wait()
        for request in requests:
            begun = time.perf_counter()
            statuses.append(connection.send(request)[0])
            seconds.append(time.perf_counter() - begun)
        connection.close()
        with lock:
            measured.seconds += seconds
            for status in statuses:
                measured.statuses[status] = measured.statuses.get(status, 0) + 1

    threads = [threading.Thread(target=client, args=(requests,)) for requests in work]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    measured.wall = time.perf_counter() - begun
    return measured
