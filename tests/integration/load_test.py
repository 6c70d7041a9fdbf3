#!/usr/bin/python3
"""`diemcau load`: virtual rooms join a real meeting, are seen there, and receive what they asked for."""
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import PROGRAM, Server, wait_for

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
                              capture_output=True, timeout=120)

    def rooms(self, meeting, endpoints, token=None):
        return json.dumps({"url": self.server.url, "meeting": meeting, "rooms": [
            {"endpoint": e, "name": f"Phòng {e}", "token": token or self.server.token(meeting, e),
             "mic_open": i == 0} for i, e in enumerate(endpoints)]})

    def load_meeting(self, meeting, *options):
        """With tokens made from the state folder; returns what was printed, and the JSON."""
        with tempfile.TemporaryDirectory(prefix="diemcau-load-") as name:
            out = pathlib.Path(name)
            done = subprocess.run(
                [str(PROGRAM), "load", "--state-dir", str(self.server.state), "--url", self.server.url,
                 "--meeting", meeting, "--json", str(out / "r.json"), "--plot", str(out / "r.png"),
                 "--events", str(out / "events"), *options], text=True, capture_output=True, timeout=180)
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
            self.assertEqual((out / "r.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
            events = [json.loads(line) for line in (out / "events").read_text().splitlines()]
            return done.stdout, json.loads((out / "r.json").read_text()), events

    def test_clips_join_send_and_receive(self):
        meeting, chair, communes = self.server.open_meeting(communes=ROOMS - 1)
        done = self.load(self.rooms(meeting, [chair, *communes]), "--source", "clip", "--seconds", "8",
                         "--receive-video", "2", "--receive-audio", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        last = [line for line in done.stdout.splitlines() if line.startswith("rooms")][-1]
        figures = {k: int(v) for k, v in re.findall(r"([a-z][a-z ]*?) +(\d+)", last)}
        self.assertEqual(figures["rooms"], ROOMS, last)
        self.assertEqual(figures["media connected"], ROOMS, last)
        self.assertGreater(figures["sent"], 100, last)
        self.assertGreater(figures["received"], 100, last)
        self.assertEqual(figures["lost"], 0, last)

    def check_figures(self, result, rooms):
        self.assertEqual((result["rooms"], result["joined"], result["connected"]), (rooms,) * 3)
        self.assertTrue(result["steady"])
        self.assertEqual(result["media"]["lost"], 0, result["media"])
        self.assertEqual(result["media"]["refused"], 0, result["media"])
        self.assertGreater(result["relay"]["us_per_packet"], 0)
        self.assertGreater(result["latency"]["n"], 100)
        self.assertLess(result["latency"]["p50_ms"], 1000)

    def test_one_sends_to_all(self):
        meeting, _, _ = self.server.open_meeting(communes=9)
        _, result, events = self.load_meeting(meeting, "--publishers", "1", "--kbps", "1000", "--measure", "4",
                                              "--seconds", "40", "--joins", "50")
        self.check_figures(result, 10)
        self.assertEqual(result["times"]["first_picture"]["n"], 9)
        # 25 pictures a second at nine rooms
        self.assertAlmostEqual(result["pictures"]["stood"] / result["window_s"], 225, delta=30)
        chair = events[0]["room"]
        seen = {e["room"] for e in events if e["what"] == "picture" and e["from"] == chair}
        self.assertEqual(len(seen), 9)

    def test_h264_and_the_older_suite(self):
        meeting, _, _ = self.server.open_meeting(communes=3)
        _, result, _ = self.load_meeting(meeting, "--codec", "h264", "--srtp", "sha1", "--decrypt-all", "--gro",
                                         "--receive-video", "3", "--measure", "3", "--seconds", "40")
        self.check_figures(result, 4)

    def test_loss_is_repaired(self):
        meeting, _, _ = self.server.open_meeting(communes=3)
        _, result, _ = self.load_meeting(meeting, "--publishers", "1", "--loss", "3", "--kbps", "1000",
                                         "--measure", "5", "--seconds", "40")
        media = result["media"]
        self.assertGreater(media["thrown"], 20, media)
        self.assertGreater(media["nacks"], 10, media)
        self.assertGreater(media["recovered"], media["nacks"] / 4, media)
        self.assertLess(result["pictures"]["given_up"], result["pictures"]["stood"] / 20)

    def test_the_relay_is_told_what_came(self):
        """As by browsers: ten times a second of each room, the relay then knows what each line carries."""
        meeting, chair, _ = self.server.open_meeting(communes=3)
        _, result, _ = self.load_meeting(meeting, "--feedback", "--publishers", "1", "--kbps", "1000", "--deaf", "1",
                                         "--measure", "5", "--seconds", "40")
        self.assertEqual((result["connected"], result["media"]["lost"]), (4, 0))
        # two rooms tell; one sends only, one is deaf
        self.assertAlmostEqual(result["media"]["feedback"] / result["window_s"], 20, delta=4)

    def test_shapes_of_a_bench(self):
        meeting, _, _ = self.server.open_meeting(communes=5)
        _, result, _ = self.load_meeting(meeting, "--publishers", "2", "--speakers", "2", "--deaf", "2", "--fps", "20",
                                         "--packets", "3", "--spread", "10", "--kbps", "300", "--first-kbps", "600",
                                         "--receive-audio", "2", "--measure", "4", "--seconds", "40")
        self.assertEqual((result["connected"], result["watching"]), (6, 4))
        media, audio, video = result["media"], result["media"]["audio"], result["media"]["video"]
        self.assertEqual((audio["lost"], video["lost"]), (0, 0))
        # two rooms hear both speakers, the speakers each other; 50 packets a second each
        self.assertAlmostEqual(audio["received"] / result["window_s"], 300, delta=40)
        # all see the hall, and the hall the other: 20 frames of 3 packets
        self.assertAlmostEqual(video["received"] / result["window_s"], 240, delta=50)
        self.assertEqual(media["received"], audio["received"] + video["received"])
        self.assertAlmostEqual(result["relay"]["forwarded"] / media["received"], 6 / 4, delta=0.01)
        self.assertEqual(result["consent"]["failed"], 0)

    def test_rooms_do_as_they_are_told(self):
        meeting, chair, communes = self.server.open_meeting(communes=2)
        with tempfile.TemporaryDirectory(prefix="diemcau-load-") as name:
            rooms = pathlib.Path(name) / "rooms"
            rooms.write_text(self.rooms(meeting, [chair, *communes]))
            process = subprocess.Popen([str(PROGRAM), "load", "--rooms", str(rooms), "--control", "--quiet"],
                                       stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)

            def hands():
                seats = self.server.api().call("GET", f"/meetings/{meeting}/seats", expect=200)["seats"]
                return {s["endpoint"] for s in seats if s["hand_at"]}, {s["state"] for s in seats}

            try:
                wait_for("the rooms", lambda: hands()[1] == {"connected"})
                process.stdin.write(json.dumps({"room": communes[0], "message": {"type": "hand", "raised": True}}))
                process.stdin.write("\nnonsense\n")
                process.stdin.flush()
                wait_for("a hand", lambda: hands()[0] == {communes[0]})
            finally:
                process.terminate()
                process.wait(60)
                process.stdin.close()

    def test_a_wrong_token_is_refused(self):
        meeting, chair, _ = self.server.open_meeting()
        done = self.load(self.rooms(meeting, [chair], token="v1.bm8.bm8"), "--seconds", "3", "--quiet")
        self.assertEqual(done.returncode, 1, done.stdout)
        seats = self.server.api().call("GET", f"/meetings/{meeting}/seats", expect=200)["seats"]
        self.assertEqual({s["state"] for s in seats}, {"absent"})

    def test_bad_lists_and_options(self):
        for text, options, status in (("{", (), 1), ("{}", (), 1), ("{}", ("--nonsense",), 2),
                                      ("{}", ("--height", "9"), 2), ("{}", ("--codec", "mp3"), 2),
                                      ("{}", ("--loss", "51"), 2), ("{}", ("--control",), 2),
                                      ("{}", ("--meeting", "x"), 2)):
            done = self.load(text, *options)
            self.assertEqual(done.returncode, status, (text, options, done.stderr))
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
