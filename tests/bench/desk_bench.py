#!/usr/bin/python3
"""desk_bench: what 600 open desks cost the controller: memory and CPU while nothing happens, and how long it takes from
a booking that invites all of them until the last has its notice. Prints one JSON line.

  DIEMCAU_BUILD=build tests/bench/desk_bench.py [DESKS]
"""
import asyncio
import base64
import json
import os
import pathlib
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))
from harness import Api, Server, iso_time  # noqa: E402

IDLE_S = 20


def process_of(pid):
    """(CPU seconds, resident MB)"""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), resident / 1024


def add_rooms(state, count):
    """Rooms with a user and a session each, as if they had logged in; returns (endpoints, cookies)."""
    import hashlib
    endpoints, cookies, now = [], [], int(time.time() * 1000)
    with sqlite3.connect(state / "diemcau.db") as database:
        unit = database.execute("SELECT code FROM units WHERE level = 'commune' ORDER BY code LIMIT 1").fetchone()[0]
        for i in range(count):
            endpoint, token = f"{unit}-{i + 100}", base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
            database.execute("INSERT INTO endpoints (id, unit, name, folded, technician, phone) VALUES (?,?,?,?,'','')",
                             (endpoint, unit, f"Phòng {i}", f"phong {i}"))
            user = database.execute("INSERT INTO users (login, name, role, unit, endpoint, password_hash, created_ms) "
                                    "VALUES (?,?,'endpoint',?,?,'*',?)",
                                    (f"bench{i}", f"Phòng {i}", unit, endpoint, now)).lastrowid
            database.execute("INSERT INTO sessions VALUES (?,?,'127.0.0.1',?,?,43200000)",
                             (hashlib.sha256(token.encode()).hexdigest(), user, now, now))
            endpoints.append(endpoint)
            cookies.append(f"diemcau_session={token}")
    return endpoints, cookies


class Desk:
    """A desk that answers pings and notes when its notice came."""

    def __init__(self):
        self.noticed = self.lists = 0

    async def open(self, port, cookie):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write((f"GET /api/v1/desk HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                           f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
                           f"Sec-WebSocket-Protocol: diemcau.desk.v1\r\nCookie: {cookie}\r\n"
                           f"Origin: http://127.0.0.1:{port}\r\n\r\n").encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0], head

    async def listen(self):
        while True:
            first, length = await self.reader.readexactly(2)
            if length == 126:
                length = int.from_bytes(await self.reader.readexactly(2), "big")
            payload = await self.reader.readexactly(length)
            if first & 15 == 9:
                self.writer.write(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
            elif b'"notice"' in payload[:30]:
                self.noticed = time.monotonic()
            elif b'"meetings"' in payload:
                self.lists += 1


async def measure(server, endpoints, cookies):
    pid, api = server.process.pid, server.api()
    empty = process_of(pid)
    desks = [Desk() for _ in cookies]
    before = time.monotonic()
    for at in range(0, len(desks), 50):
        await asyncio.gather(*(d.open(server.http_port, c) for d, c in zip(desks[at:at + 50], cookies[at:at + 50])))
    opened = time.monotonic() - before
    tasks = [asyncio.create_task(d.listen()) for d in desks]
    await asyncio.sleep(2)
    idle = process_of(pid)
    await asyncio.sleep(IDLE_S)
    after = process_of(pid)
    body = {"title": "Đo", "host_unit": "38", "chair_endpoint": endpoints[0], "starts_at": iso_time(360000),
            "ends_at": iso_time(363600), "endpoints": endpoints}
    sent, cpu = time.monotonic(), process_of(pid)[0]
    await asyncio.to_thread(api.call, "POST", "/meetings", body, 201)
    answered, cpu = time.monotonic(), process_of(pid)[0] - cpu
    while not all(d.noticed for d in desks) and time.monotonic() < sent + 20:
        await asyncio.sleep(0.01)
    await asyncio.sleep(3)
    for task in tasks:
        task.cancel()
    return {"desks": len(desks), "open_s": round(opened, 2), "kb_per_desk": round((after[1] - empty[1]) * 1024 / len(desks), 1),
            "idle_cpu_percent": round((after[0] - idle[0]) / IDLE_S * 100, 2),
            "booking_answer_ms": round((answered - sent) * 1000), "booking_cpu_ms": round(cpu * 1000), "all_noticed": all(d.noticed for d in desks),
            "last_notice_ms": round((max(d.noticed for d in desks) - sent) * 1000),
            "lists_each": max(d.lists for d in desks)}


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    with Server(settings=["http.max_per_source=5000"]) as server:
        server.stop()
        endpoints, cookies = add_rooms(server.state, count)
        server.start()
        print(json.dumps(asyncio.run(measure(server, endpoints, cookies))))


if __name__ == "__main__":
    main()
