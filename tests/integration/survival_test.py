#!/usr/bin/python3
"""What a meeting stands: its relay killed, its controller killed, with real rooms in it.

The rooms are the demonstration's (real WebRTC clients over the room protocol); a viewer that is not ours watches
by WHEP, so that "media goes on" is seen from outside.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from harness import Server, wait_for

ROOMS = 4
CLIENTS = pathlib.Path(__file__).resolve().parent / "clients"


class SurvivalTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(demo_rooms=ROOMS)
        self.addCleanup(self.server.stop)
        self.server.start()
        self.api = self.server.api()
        self.meeting = next(m["id"] for m in self.api.call("GET", "/meetings", expect=200)["meetings"]
                            if m["state"] == "live")
        wait_for("the rooms' picture", lambda: len(self.with_picture()) == ROOMS, 30)

    def seats(self):
        seats = self.api.call("GET", f"/meetings/{self.meeting}/seats", expect=200)["seats"]
        return {s["endpoint"]: s for s in seats}

    def with_picture(self):
        return [e for e, s in self.seats().items() if s["state"] == "connected" and s["video_active"]]

    def mutes(self):
        return {e: (s["mic_open"], s["mic_locked"], s["role"]) for e, s in self.seats().items()}

    def test_relay_killed(self):
        before, relay = self.mutes(), self.server.relay_pid()
        os.kill(relay, signal.SIGKILL)
        started = time.monotonic()
        wait_for("another relay", lambda: self.server.relay_pid() not in (None, relay), 4)
        self.assertLess(time.monotonic() - started, 3)
        wait_for("pictures to go", lambda: len(self.with_picture()) < ROOMS, 5)
        wait_for("every room's picture", lambda: len(self.with_picture()) == ROOMS, 12)
        self.assertEqual(self.mutes(), before)

    def test_controller_killed(self):
        before, relay = self.mutes(), self.server.relay_pid()
        viewer = subprocess.Popen(
            [sys.executable, str(CLIENTS / "aiortc_client.py"), "--whep", f"{self.server.url}/whep/{self.meeting}",
             "--token", self.server.token(self.meeting), "--seconds", "14"], stdout=subprocess.PIPE, text=True)
        self.assertEqual(viewer.stdout.readline(), "joined\n")
        time.sleep(3)
        self.server.process.kill()
        self.server.process.wait()
        time.sleep(5)
        self.server.start()
        self.api = self.server.api()
        self.assertEqual(self.server.relay_pid(), relay, "the running relay was not found again")
        wait_for("every room back", lambda: len(self.with_picture()) == ROOMS, 15)
        self.assertEqual(self.mutes(), before)
        figures = json.loads(viewer.communicate(timeout=60)[0].splitlines()[-1])
        # 14 s of 15 frames a second, less the start: had the media stopped for the 5 s, a third would lack
        self.assertGreater(figures["frames"], 150, figures)


if __name__ == "__main__":
    unittest.main(verbosity=2)
