#!/usr/bin/python3
"""The HTTP surface of the running program, seen from outside: TLS, what listens where, the room's WebSocket, and
a stop that closes it in order. Python's own library only: no client of ours."""
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import unittest
import warnings

from harness import CHAIR, Server, wait_for
from room_socket import WebSocket


class HttpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.meeting = cls.server.open_meeting()[0]

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def room(self, user, query=""):
        api = self.server.api(user)
        room = WebSocket(self.server.http_port, f"/api/v1/meetings/{self.meeting}/room{query}",
                         [f"Cookie: {api.cookie}", f"Origin: http://127.0.0.1:{self.server.http_port}"])
        self.addCleanup(room.socket.close)
        return room

    def test_https(self):
        trust = ssl.create_default_context(cafile=str(self.server.state / "https.crt"))
        connection = http.client.HTTPSConnection("localhost", self.server.https_port, context=trust, timeout=10)
        for _ in range(3):  # one connection, kept alive
            connection.request("GET", "/api/v1/health")
            reply = connection.getresponse()
            self.assertEqual((reply.status, json.load(reply)["status"]), (200, "ok"))
            self.assertIn("default-src 'self'", reply.getheader("Content-Security-Policy"))
        connection.close()
        self.assertEqual((self.server.state / "https.key").stat().st_mode & 0o777, 0o600)

    def test_old_tls_is_refused(self):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        warnings.simplefilter("ignore", DeprecationWarning)  # of the old versions themselves
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", self.server.https_port), timeout=10) as plain:
            with self.assertRaises(OSError):
                old.wrap_socket(plain, server_hostname="localhost").close()

    def test_plain_http_is_local(self):
        """Only loopback listens on the plain port."""
        listening = []
        for table, width in (("/proc/net/tcp", 8), ("/proc/net/tcp6", 32)):
            for line in pathlib.Path(table).read_text().splitlines()[1:]:
                address, port = line.split()[1].split(":")
                if line.split()[3] == "0A" and int(port, 16) == self.server.http_port:
                    listening.append(address[-width:])
        self.assertTrue(listening)
        for address in listening:
            self.assertIn(address, ("0100007F", "00000000000000000000000001000000"))

    def test_room(self):
        room = self.room(CHAIR)
        self.assertEqual(room.status, 101)
        room.send_json({"type": "join", "id": 1})
        welcome = room.receive_json("welcome")
        self.assertEqual(welcome["meeting"]["id"], self.meeting)
        room.send(1, b"x" * (64 * 1024 + 1))
        self.assertEqual(room.close_code(), 1009)

    def test_room_floods(self):
        room = self.room("thuky", "?role=operator")
        self.assertEqual(room.status, 101)
        for _ in range(150):
            room.send_json({"type": "view"})
        self.assertEqual(room.close_code(), 1008)

    def test_room_of_another_site(self):
        api = self.server.api(CHAIR)
        room = WebSocket(self.server.http_port, f"/api/v1/meetings/{self.meeting}/room",
                         [f"Cookie: {api.cookie}", "Origin: https://evil.example"])
        self.addCleanup(room.socket.close)
        self.assertEqual(room.status, 403)

    def test_odd_requests(self):
        """Bytes that are no HTTP, and connections that say nothing, disturb nobody."""
        silent = [socket.create_connection(("127.0.0.1", self.server.http_port)) for _ in range(100)]
        for i in range(200):
            with socket.create_connection(("127.0.0.1", self.server.http_port), timeout=30) as odd:
                odd.sendall(os.urandom(200) + b"\r\n\r\n")
                if i % 2:
                    odd.recv(1024)
        self.assertTrue(self.server.is_healthy())
        for connection in silent:
            connection.close()


    def test_descriptors_come_back(self):
        """Clients that hang up while their connection is kept alive leave nothing behind."""
        def descriptors():
            return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

        self.assertTrue(self.server.is_healthy())
        before = descriptors()
        for _ in range(50):
            connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=10)
            connection.request("GET", "/api/v1/health")
            connection.getresponse().read()
            connection.close()
        wait_for("the descriptors to come back", lambda: descriptors() <= before + 5)


class StopTest(unittest.TestCase):
    def test_stop_closes_rooms_in_order(self):
        with Server() as server:
            meeting = server.open_meeting()[0]
            api = server.api(CHAIR)
            room = WebSocket(server.http_port, f"/api/v1/meetings/{meeting}/room",
                             [f"Cookie: {api.cookie}", f"Origin: http://127.0.0.1:{server.http_port}"])
            self.addCleanup(room.socket.close)
            self.assertEqual(room.status, 101)
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(room.close_code(), 1001)
            wait_for("the controller to end", lambda: server.process.poll() is not None)
            self.assertEqual(server.process.returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
