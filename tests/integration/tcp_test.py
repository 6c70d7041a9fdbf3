#!/usr/bin/python3
"""Lines that block UDP: clients that are not ours (libnice, and Chromium in tests/browser) come by TCP.

Runs in a network namespace: there the kernel refuses to send any UDP at all.
"""
import subprocess
import unittest

from clients_test import stream
from harness import Server

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


if __name__ == "__main__":
    unittest.main(verbosity=2)
