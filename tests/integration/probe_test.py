#!/usr/bin/python3
"""`diemcau probe`: a room's line tested from a terminal, through a line of known faults; what it finds reaches the
board; what cannot be tested has an exit status. How exact it is, `scripts/probe-bars` says."""
import json
import pathlib
import subprocess
import tempfile
import unittest

from harness import PROGRAM, Server, free_port, wait_for
from lossy_line import LossyLine


def probe(url, token, *options):
    return subprocess.run([str(PROGRAM), "probe", url, "--token", token, *options], text=True, capture_output=True,
                          timeout=120, stdin=subprocess.DEVNULL)


def children_named(word):
    """Processes of this program that run the command `word`."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            found += [entry.name] if words[1:2] == [word.encode()] and (entry / "exe").resolve() == PROGRAM.resolve() else []
        except OSError:
            pass
    return found


class ProbeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.meeting, cls.chair, (cls.room,) = cls.server.open_meeting(communes=1)
        cls.token = cls.server.token(cls.meeting, cls.room)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_finds_what_the_line_does(self):
        with LossyLine(self.server.media_port) as line:
            line.set(up={"loss_percent": 8, "delay_ms": 30}, down={"delay_ms": 30})
            done = probe(self.server.url, self.token, "--json", "--seconds", "3", "--kbps", "800", "--media-port",
                         str(line.ports[0]))
        self.assertEqual(done.returncode, 1, done.stderr)  # the loss makes it bad
        found = json.loads(done.stdout)
        self.assertEqual(found["light"], "bad", found)
        self.assertIn("loss_up", [a["id"] for a in found["advice"]])
        self.assertTrue(found["seen"] and found["heard"], found)
        self.assertEqual((found["by"], found["reach"]["udp"]), ("udp", True))
        self.assertGreater(found["up"]["loss_percent"], 5, found)
        self.assertLess(found["down"]["loss_percent"], 1, found)  # what was lost upwards is not lost twice
        self.assertGreaterEqual(found["rtt_ms"], 60, found)
        self.assertAlmostEqual(found["sent_kbps"], 900, delta=300)
        self.assertTrue(found["told"], found)
        seats = self.server.api().call("GET", f"/meetings/{self.meeting}/seats", expect=200)["seats"]
        self.assertEqual({s["state"] for s in seats}, {"absent"})  # it has left

    def test_card(self):
        """The centre shows a room the test card: picture and tone reach it, from a child that ends with them."""
        rooms = json.dumps({"url": self.server.url, "meeting": self.meeting, "rooms": [
            {"endpoint": self.room, "name": "Phòng", "token": self.token, "mic_open": False}]})
        with tempfile.TemporaryDirectory(prefix="diemcau-card-") as name:
            events = pathlib.Path(name) / "events"
            load = subprocess.Popen([str(PROGRAM), "load", "--rooms", "-", "--publishers", "0", "--events", str(events),
                                     "--quiet"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
            try:
                load.stdin.write(rooms)
                load.stdin.close()
                wait_for("media", lambda: '"media"' in events.read_text() if events.exists() else False)
                self.ask_card(True)
                wait_for("a picture", lambda: '"picture"' in events.read_text())
                told = [json.loads(line) for line in events.read_text().splitlines()]
                slots = [s for e in told if e.get("type") == "slots" for s in e["slots"] if s["source"] == "card"]
                self.assertEqual(len(slots), 2, told)  # picture and tone
                self.assertEqual({s["endpoint"] for s in slots}, {None})
                self.assertEqual(len(children_named("card")), 1)
                self.ask_card(False)
                wait_for("its maker's end", lambda: not children_named("card"))
            finally:
                load.terminate()
                load.wait(60)

    def ask_card(self, on):
        self.server.api().call("POST", f"/meetings/{self.meeting}/rehearsal/sites/{self.room}/ask",
                               {"act": "card", "on": on}, 202)

    def test_exit_status(self):
        nobody = f"http://127.0.0.1:{free_port()}"
        for url, token, options, status, words in (
                (self.server.url, "v1.bm8.bm8", (), 2, "no token"),
                ("ftp://x", self.token, (), 2, "URL"),
                (self.server.url, self.token, ("--seconds", "2"), 2, "--seconds"),
                (self.server.url, self.token, ("--kbps", "20001"), 2, "--kbps"),
                (self.server.url, self.token[:-2] + "xx", (), 3, "token"),
                (self.server.url, self.token, ("--meeting", "none"), 3, "token"),
                (f"https://127.0.0.1:{self.server.https_port}", self.token, (), 3, "ertificate"),
                (nobody, self.token, ("--json",), 3, "")):
            done = probe(url, token, *options)
            self.assertEqual(done.returncode, status, (url, options, done.stderr))
            self.assertIn(words, done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            if "--json" in options:
                self.assertIn("problem", json.loads(done.stdout))


if __name__ == "__main__":
    unittest.main(verbosity=2)
