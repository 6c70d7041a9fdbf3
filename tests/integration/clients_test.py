#!/usr/bin/python3
"""Clients that are not ours publish by WHIP and view by WHEP: GStreamer's webrtcbin and aiortc.

Runs in a network namespace with an address of its own, since libnice does not pair with 127.0.0.1.
"""
import json
import pathlib
import subprocess
import sys
import unittest

from harness import Server

CLIENTS = pathlib.Path(__file__).resolve().parent / "clients"
SECONDS = 45  # at most
# What a viewer must have decoded, of 15 or more frames and 50 sound packets a second: far below what is sent,
# far above what a stream that broke would give.
MIN_FRAMES = 45
MIN_AUDIO = 100


class Client:
    def __init__(self, name, *options):
        self.process = subprocess.Popen([sys.executable, str(CLIENTS / f"{name}_client.py"), *options],
                                        stdout=subprocess.PIPE, text=True)

    def leave(self):
        self.process.terminate()
        return self

    def figures(self):
        out, _ = self.process.communicate(timeout=SECONDS * 3 + 20)
        return json.loads(out.splitlines()[-1])


def stream(case, publisher, viewer, codec="vp8"):
    """Of `case`, a test whose `server` runs: what the one sends, the other decodes."""
    meeting, chair, _ = case.server.open_meeting()
    codecs = {"webrtcbin": ["--codec", codec], "aiortc": []}
    encoder = Client(publisher, "--whip", f"{case.server.url}/whip/{meeting}", "--token",
                     case.server.token(meeting, chair), "--seconds", str(SECONDS + 6), *codecs[publisher])
    watcher = Client(viewer, "--whep", f"{case.server.url}/whep/{meeting}", "--token",
                     case.server.token(meeting), "--seconds", str(SECONDS), "--frames", str(MIN_FRAMES), "--audio", str(MIN_AUDIO),
                     *codecs[viewer])
    seen = watcher.figures()
    sent = encoder.leave().figures()
    case.assertIsNone(sent["failed"], sent)
    case.assertIsNone(seen["failed"], seen)
    case.assertIn(seen["ice"], ("connected", "completed"), seen)
    case.assertGreater(seen["frames"], MIN_FRAMES, seen)
    case.assertGreater(seen["audio"], MIN_AUDIO, seen)


class ClientsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_webrtcbin_to_webrtcbin_vp8(self):
        stream(self, "webrtcbin", "webrtcbin")

    def test_webrtcbin_to_webrtcbin_h264(self):
        stream(self, "webrtcbin", "webrtcbin", "h264")

    def test_webrtcbin_to_aiortc(self):
        stream(self, "webrtcbin", "aiortc")

    def test_aiortc_to_webrtcbin(self):
        stream(self, "aiortc", "webrtcbin")


if __name__ == "__main__":
    unittest.main(verbosity=2)
