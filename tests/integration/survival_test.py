#!/usr/bin/python3
"""What a meeting stands: its relay killed, its controller killed, with real rooms in it.

The rooms are the demonstration's (real WebRTC clients over the room protocol); a viewer that is not ours watches
by WHEP, so that "media goes on" is seen from outside.
"""
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from harness import Server, wait_for

ROOMS = 4
FRAMES = 30  # two seconds of the rooms' picture
CLIENTS = pathlib.Path(__file__).resolve().parent / "clients"


class SurvivalTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(demo_rooms=ROOMS)
        self.addCleanup(self.server.stop)
        self.server.start()
        self.api = self.server.api()
        self.meeting = next(m["id"] for m in self.api.call("GET", "/meetings", expect=200)["meetings"]
                            if m["state"] == "live")
        wait_for("the rooms' picture", lambda: len(self.with_picture()) == ROOMS)

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
        wait_for("another relay", lambda: self.server.relay_pid() not in (None, relay))
        wait_for("pictures to go", lambda: len(self.with_picture()) < ROOMS)
        wait_for("every room's picture", lambda: len(self.with_picture()) == ROOMS)
        self.assertEqual(self.mutes(), before)

    def test_controller_killed(self):
        before, relay = self.mutes(), self.server.relay_pid()
        viewer = subprocess.Popen(
            [sys.executable, str(CLIENTS / "aiortc_client.py"), "--whep", f"{self.server.url}/whep/{self.meeting}",
             "--token", self.server.token(self.meeting), "--seconds", "200", "--told"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(viewer.kill)
        self.assertEqual(viewer.stdout.readline(), "joined\n")
        self.see(viewer, FRAMES)
        self.server.process.kill()
        self.server.process.wait()
        time.sleep(2)  # what was under way has come
        self.see(viewer, FRAMES)
        self.server.start()
        self.api = self.server.api()
        self.assertEqual(self.server.relay_pid(), relay, "the running relay was not found again")
        wait_for("every room back", lambda: len(self.with_picture()) == ROOMS)
        self.assertEqual(self.mutes(), before)
        viewer.terminate()
        viewer.communicate(timeout=60)

    def see(self, viewer, frames):
        """Media flows: the viewer decodes so many frames more than it had a moment ago."""
        counts, started = [], time.monotonic()
        while not counts or counts[-1] < counts[0] + frames:
            self.assertLess(time.monotonic(), started + 60, counts)
            _, count, at = viewer.stdout.readline().split()
            if float(at) > started:
                counts.append(int(count))


if __name__ == "__main__":
    unittest.main(verbosity=2)
