#!/usr/bin/python3
"""`diemcau load`: virtual rooms join a real meeting, are seen there, and receive what they asked for."""
import json
import re
import subprocess
import unittest

from harness import PROGRAM, Server

ROOMS = 3


class LoadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def load(self, text, *options):
        return subprocess.run([str(PROGRAM), "load", "--rooms", "-", *options], input=text, text=True,
                              capture_output=True, timeout=60)

    def rooms(self, meeting, endpoints, token=None):
        return json.dumps({"url": self.server.url, "meeting": meeting, "rooms": [
            {"endpoint": e, "name": f"Phòng {e}", "token": token or self.server.token(meeting, e),
             "mic_open": i == 0} for i, e in enumerate(endpoints)]})

    def test_rooms_join_send_and_receive(self):
        meeting, chair, communes = self.server.open_meeting(communes=ROOMS - 1)
        done = self.load(self.rooms(meeting, [chair, *communes]), "--seconds", "8", "--receive-video", "2",
                         "--receive-audio", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        last = done.stdout.splitlines()[-1]
        figures = {k: int(v) for k, v in re.findall(r"([a-z][a-z ]*?) +(\d+)", last)}
        self.assertEqual(figures["rooms"], ROOMS, last)
        self.assertEqual(figures["media connected"], ROOMS, last)
        self.assertGreater(figures["sent"], 100, last)
        self.assertGreater(figures["received"], 100, last)
        self.assertEqual(figures["lost"], 0, last)

    def test_a_wrong_token_is_refused(self):
        meeting, chair, _ = self.server.open_meeting()
        done = self.load(self.rooms(meeting, [chair], token="v1.bm8.bm8"), "--seconds", "3", "--quiet")
        self.assertEqual(done.returncode, 1, done.stdout)
        seats = self.server.api().call("GET", f"/meetings/{meeting}/seats", expect=200)["seats"]
        self.assertEqual({s["state"] for s in seats}, {"absent"})

    def test_bad_lists_and_options(self):
        for text, options, status in (("{", (), 1), ("{}", (), 1), ("{}", ("--nonsense",), 2),
                                      ("{}", ("--height", "9"), 2)):
            done = self.load(text, *options)
            self.assertEqual(done.returncode, status, (text, options, done.stderr))
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
