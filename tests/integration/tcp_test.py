#!/usr/bin/python3
"""Lines that block UDP: clients that are not ours (libnice, and Chromium in tests/browser) come by TCP.

Runs in a network namespace: there the kernel refuses to send any UDP at all.
"""
import json
import subprocess
import unittest

from clients_test import stream
from harness import PROGRAM, Server

ADDRESS = "10.77.0.1"


def block_udp():
    """A rule before the table of local addresses, which else comes first."""
    for family in ("-4", "-6"):
        for words in (["add", "pref", "10", "lookup", "local"], ["del", "pref", "0"],
                      ["add", "pref", "1", "ipproto", "udp", "blackhole"]):
            subprocess.run(["ip", family, "rule", *words], check=True)


class TcpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(settings=[f"relay.addresses={ADDRESS}"]).start()
        block_udp()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_webrtcbin(self):
        stream(self, "webrtcbin", "webrtcbin")

    def test_our_own_rooms(self):
        meeting, _, _ = self.server.open_meeting(communes=5)
        out = self.server.state / "tcp.json"
        subprocess.run(self.server.command("load", "--tcp", "--url", f"https://{ADDRESS}:{self.server.https_port}",
                                           "--meeting", meeting, "--count", "6", "--publishers", "2", "--kbps", "500",
                                           "--measure", "4", "--seconds", "40", "--json", str(out), "--quiet"),
                       check=True, stdout=subprocess.DEVNULL)
        result = json.loads(out.read_text())
        self.assertEqual((result["connected"], result["watching"]), (6, 6), result)
        self.assertEqual(result["media"]["loss_percent"], 0, result["media"])

    def test_probe_goes_by_tcp(self):
        meeting, _, (room,) = self.server.open_meeting(communes=1)
        done = subprocess.run([str(PROGRAM), "probe", f"https://{ADDRESS}:{self.server.https_port}", "--insecure", "--json",
                               "--seconds", "3", "--token", self.server.token(meeting, room)], text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)  # fair: TCP only
        found = json.loads(done.stdout)
        self.assertEqual((found["by"], found["reach"]), ("tcp", {"udp": False, "tcp": True}), found)
        self.assertEqual([a["id"] for a in found["advice"]], ["tcp_only"])
        self.assertEqual((found["up"]["loss_percent"], found["seen"], found["heard"]), (0, True, True), found)


if __name__ == "__main__":
    unittest.main(verbosity=2)
