#!/usr/bin/python3
"""The lossy line itself: datagrams come through it late, in two rooms' own order, or not at all. No assertion on a busy
machine's speed: only on what cannot be faster, and on what must not come."""
import socket
import tempfile
import time
import unittest

from lossy_line import LossyLine


def udp():
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.settimeout(10)
    return made


class LossyLineTest(unittest.TestCase):
    def setUp(self):
        self.server, self.one, self.two = udp(), udp(), udp()
        self.line = LossyLine(self.server.getsockname()[1], lines=2)

    def tearDown(self):
        self.line.__exit__()
        for made in (self.server, self.one, self.two):
            made.close()

    def send(self, client, data, line=0):
        client.sendto(data, ("127.0.0.1", self.line.ports[line]))

    def test_delay_both_ways(self):
        self.line.set(up={"delay_ms": 60}, down={"delay_ms": 30})
        started = time.monotonic()
        self.send(self.one, b"there")
        data, address = self.server.recvfrom(100)
        self.assertEqual(data, b"there")
        self.assertGreaterEqual(time.monotonic() - started, .06)
        started = time.monotonic()
        self.server.sendto(b"and back", address)
        self.assertEqual(self.one.recvfrom(100), (b"and back", ("127.0.0.1", self.line.ports[0])))
        self.assertGreaterEqual(time.monotonic() - started, .03)

    def test_clients_are_told_apart(self):
        self.send(self.one, b"1")
        first = self.server.recvfrom(100)[1]
        self.send(self.two, b"2")
        second = self.server.recvfrom(100)[1]
        self.send(self.one, b"3", line=1)
        third = self.server.recvfrom(100)[1]
        self.assertEqual(len({first, second, third}), 3)
        self.server.sendto(b"to two", second)
        self.assertEqual(self.two.recv(100), b"to two")

    def test_rate_is_shared(self):
        self.line.set(line=0, up={"rate_kbps": 800, "queue_ms": 2000})
        started = time.monotonic()
        for client in (self.one, self.two) * 10:
            self.send(client, bytes(972))  # 10 ms each, with headers
        for _ in range(20):
            self.server.recv(2000)
        self.assertGreaterEqual(time.monotonic() - started, .19)
        report = self.line.report()["lines"][0]
        self.assertEqual([c["up_bytes"] for c in report["clients"]], [9720, 9720])
        self.assertEqual(report["up"]["carried"], 20)

    def test_cut_and_full(self):
        self.line.set(line=0, both={"cut": True})
        self.line.set(line=1, up={"rate_kbps": 80, "queue_bytes": 3000})
        self.send(self.one, b"lost")
        for _ in range(10):
            self.send(self.two, bytes(972), line=1)
        got = [len(self.server.recv(2000)) for _ in range(3)]
        self.assertEqual(got, [972] * 3)
        cut, full = self.line.report()["lines"]
        self.assertEqual((cut["up"]["cut"], cut["up"]["carried"]), (1, 0))
        self.assertEqual((full["up"]["overflowed"], full["up"]["carried"]), (7, 3))
        self.line.set(line=0, both={"cut": False})
        self.send(self.one, b"again")
        self.assertEqual(self.server.recv(100), b"again")

    def test_trace(self):
        with tempfile.NamedTemporaryFile("r", prefix="diemcau-trace-") as trace:
            self.send(self.one, b"up")
            address = self.server.recvfrom(100)[1]
            self.line.set(down={"delay_ms": 20})
            self.line.report(trace=trace.name)
            self.server.sendto(b"down", address)
            self.one.recv(100)
            self.line.report(trace=None)
            sent, arrived = (line.split() for line in trace.read().splitlines())
        self.assertEqual((sent[:2], sent[3], arrived[:2]), (["s", "1"], "4", ["r", "1"]))
        self.assertGreaterEqual(int(arrived[2]) - int(sent[2]), 20000)

    def test_wrong_order(self):
        with self.assertRaisesRegex(AssertionError, "rate"):
            self.line.set(up={"rate": 5})

    def test_port_in_the_answer(self):
        port = self.line.to_port
        sdp = f"a=candidate:1 1 UDP 2130706431 127.0.0.1 {port} typ host\r\na=rtcp:{port}\r\n"
        self.assertEqual(self.line.through(sdp, 1), sdp.replace(f"127.0.0.1 {port}", f"127.0.0.1 {self.line.ports[1]}"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
