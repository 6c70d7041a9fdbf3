"""A WebSocket of the room protocol for tests and benches: Python's own library only, no client of ours."""
import base64
import json
import os
import socket
import struct


class WebSocket:
    """Just enough of RFC 6455 for a test."""

    def __init__(self, port, path, headers, subprotocol="diemcau.room.v1"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}",
                 f"Sec-WebSocket-Protocol: {subprotocol}", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            data = self.socket.recv(4096)
            if not data:
                break
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(head.split()[1])

    def take(self, n):
        while len(self.buffer) < n:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self.buffer += data
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def receive(self):
        """(opcode, payload) of the next frame."""
        first, length = self.take(2)
        if length == 126:
            length = struct.unpack("!H", self.take(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self.take(8))[0]
        return first & 15, self.take(length)

    def receive_json(self, kind):
        while True:
            opcode, payload = self.receive()
            if opcode == 9:
                self.send(10, payload)
            elif opcode == 8:
                raise AssertionError(f"closed: {payload}")
            elif opcode == 1 and json.loads(payload).get("type") == kind:
                return json.loads(payload)

    def close_code(self):
        while True:
            opcode, payload = self.receive()
            if opcode == 8:
                return struct.unpack("!H", payload[:2])[0]

    def send(self, opcode, payload):
        mask, n = os.urandom(4), len(payload)
        length = bytes([0x80 | n]) if n < 126 else bytes([0x80 | 126]) + struct.pack("!H", n) if n < 65536 \
            else bytes([0x80 | 127]) + struct.pack("!Q", n)
        masked = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def send_json(self, message):
        self.send(1, json.dumps(message).encode())
