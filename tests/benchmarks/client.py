"""An HTTP client that costs next to nothing: what is measured is the server."""

import socket
import time
from threading import Thread
from typing import Self


class Client:
    """One kept-alive connection; its requests are prepared bytes."""

    def __init__(self, port: int, headers: str = "") -> None:
        self.port, self.headers = port, headers
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def another(self) -> Self:
        return type(self)(self.port, self.headers)

    def request(self, path: str, body: bytes | None = None) -> bytes:
        """The answer's body; anything but a success is an error."""
        method = "GET" if body is None else "POST"
        length = (
            f"Content-Type: application/json\r\nContent-Length: {len(body or b'')}\r\n"
            if body is not None
            else ""
        )
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{self.headers}{length}\r\n"
        self.socket.sendall(head.encode() + (body or b""))
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.receive()
        head, _, content = received.partition(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(content) < size:
            content += self.receive()
        assert head[9:10] == b"2", (path, head, content)
        return content

    def receive(self) -> bytes:
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("The server hung up.")
        return part


def per_second(client: Client, path: str, clients: int, seconds: float) -> float:
    """Requests answered per second with so many clients at once."""
    end = time.perf_counter() + seconds
    counts = [0] * clients

    def work(place: int) -> None:
        own = client.another()
        while time.perf_counter() < end:
            own.request(path)
            counts[place] += 1

    threads = [Thread(target=work, args=[place]) for place in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
