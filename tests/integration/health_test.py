"""How lines are, from the relay's counters to REST and the file in which they are kept: the demonstration's rooms."""
import http.client
import io
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest
import xml.dom.minidom
import zipfile

from harness import Server, wait_for

ROOMS = 3


def decode(jpeg):
    """(width, height, bytes of red, green, blue) of a JPEG, by GStreamer."""
    width, height = (int.from_bytes(jpeg[at:at + 2], "big") for at in frame_size(jpeg))
    raw = subprocess.run(["gst-launch-1.0", "-q", "fdsrc", "fd=0", "!", "jpegdec", "!", "videoconvert", "!",
                          "video/x-raw,format=RGB", "!", "fdsink", "fd=1"], input=jpeg, capture_output=True, check=True).stdout
    stride = len(raw) // height
    return width, height, b"".join(raw[y * stride:y * stride + width * 3] for y in range(height))


def frame_size(jpeg):
    """Where width and height stand: in the frame header (SOF0)."""
    at = jpeg.index(b"\xff\xc0")
    return at + 7, at + 5


def child_of(server, *words):
    """The process id of the server's child that was started with these words, or None."""
    for entry in pathlib.Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes().split(b"\0")
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if tuple(line[1:1 + len(words)]) == words and parent == server.process.pid:
            return int(entry.name)
    return None


class Health(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(demo_rooms=ROOMS, settings=["meetings.camera_pause=off"]).start()
        cls.api = cls.server.api("kythuat")
        wait_for("the demonstration's rooms to be well", lambda: cls.present("good") >= ROOMS, 120)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @classmethod
    def sites(cls):
        return cls.api.call("GET", "/health/sites", expect=200)["sites"]

    @classmethod
    def present(cls, light):
        return sum(1 for site in cls.sites() if site["light"] == light and site["state"] == "ok")

    def a_room(self):
        return next(site for site in self.sites() if site["light"] == "good")

    def test_now(self):
        room = self.a_room()
        wait_for("a score", lambda: (self.detail(room)["site"]["score"]["up"] or 0) >= 80)
        detail = self.detail(room)
        self.assertEqual(detail["transport"]["state"], "connected")
        self.assertRegex(detail["transport"]["address"], r":[0-9]+$")

        def moves():
            camera = next(s for s in self.detail(room)["sample"]["streams"] if s["name"] == "camera" and s["active"])
            return camera["fps"] > 2 and camera["height"] > 0 and camera["frozen_ms"] == 0

        wait_for("a picture that moves", moves)

    def detail(self, room):
        return self.api.call("GET", f"/health/sites/{room['endpoint']}", expect=200)

    def series(self, room, step):
        now = int(time.time() * 1000)
        path = f"/health/sites/{room['endpoint']}/series?step={step}&from={now - 600_000}&to={now}"
        return self.api.call("GET", path, expect=200)["rows"]

    def test_then(self):
        room = self.a_room()
        wait_for("seconds", lambda: len(self.series(room, 1)) >= 5)
        wait_for("a step of ten", lambda: len(self.series(room, 10)) >= 1)
        streams = self.api.call("GET", f"/health/sites/{room['endpoint']}/streams", expect=200)["streams"]
        self.assertIn("camera", {stream["name"] for stream in streams})

    def test_relay(self):
        wait_for("rates", lambda: self.api.call("GET", "/health/relay", expect=200).get("total"))

        def moves():
            total = self.api.call("GET", "/health/relay", expect=200)["total"]
            return total["rx_pps"] > 10 and total["cpu_percent"] > 0

        wait_for("packets", moves)

    def picture(self, room):
        """(JPEG, its age in seconds), or None while there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=30)
        connection.request("GET", f"/api/v1/health/sites/{room['endpoint']}/picture?meeting={room['meeting']}", None,
                           {"Cookie": self.api.cookie})
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        self.assertIn(reply.status, (200, 404), body)
        return (body, int(reply.getheader("Age"))) if reply.status == 200 else None

    def media_job(self):
        """The process id of the server's media job, or None."""
        return child_of(self.server, b"media", b"pictures")

    def test_picture(self):
        """What a room's camera shows, with its colours; the job is shut in, and may die."""
        room = self.a_room()
        jpeg, age = wait_for("a picture", lambda: self.picture(room))
        self.assertLess(age, 15)
        self.assertLess(len(jpeg), 32 * 1024)
        width, height, rgb = decode(jpeg)
        self.assertGreaterEqual(width, 160)
        point = lambda x, y: rgb[(int(y * height) * width + int(x * width)) * 3:][:3]
        # the red banner of a hall, its brown table (pipelines/client/scene.c)
        for at, (r, g, b) in (((0.14, 0.07), (179, 26, 26)), ((0.5, 0.9), (107, 74, 48))):
            for have, want in zip(point(*at), (r, g, b)):
                self.assertLess(abs(have - want), 30, f"{at}: {tuple(point(*at))}, not {(r, g, b)}")
        job = self.media_job()
        status = pathlib.Path(f"/proc/{job}/status").read_text()
        self.assertIn("Seccomp:\t2", status)
        self.assertIn("NoNewPrivs:\t1", status)
        self.assertEqual(set(os.listdir(f"/proc/{job}/fd")), {"0", "1", "2"})
        os.kill(job, signal.SIGKILL)
        other = next(s for s in self.sites() if s["light"] == "good" and s["endpoint"] != room["endpoint"])
        wait_for("a picture by the next job", lambda: self.picture(other))
        self.assertNotEqual(self.media_job(), job)
        self.assertIsNotNone(self.picture(room))
        self.assertEqual(self.detail(room)["transport"]["state"], "connected")

    def fetch(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=30)
        connection.request("GET", f"/api/v1{path}", None, {"Cookie": self.api.cookie})
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        self.assertEqual(reply.status, 200, body)
        return body

    def test_capture(self):
        """A room's line for four seconds, as Wireshark reads it: both ways, decrypted, without what is said."""
        path = f"/health/sites/{self.a_room()['endpoint']}/capture"
        self.api.call("POST", path, {"payload": True}, expect=403)
        self.api.call("POST", path, {"seconds": 4}, expect=202)
        self.api.call("POST", path, {"seconds": 4}, expect=409)
        done = wait_for("the end of the capture", lambda: next(
            (c for c in [self.api.call("GET", path, expect=200)] if c["state"] == "done"), None))
        self.assertEqual((done["reason"], done["dropped"]), ("time", 0))
        with tempfile.NamedTemporaryFile(suffix=".pcapng") as file:
            file.write(self.fetch(path + ".pcapng"))
            file.flush()
            fields = ["frame.interface_name", "rtp.ssrc", "frame.cap_len", "frame.len", "_ws.malformed"]
            lines = subprocess.run(
                ["tshark", "-n", "-r", file.name, "--enable-heuristic", "rtp_udp", "--enable-heuristic", "rtcp_udp",
                 "-T", "fields", "-E", "separator=,"] + [w for f in fields for w in ("-e", f)],
                capture_output=True, check=True, text=True).stdout.splitlines()
        packets = [line.split(",") for line in lines]
        self.assertEqual(len(packets), done["packets"])
        names = {packet[0] for packet in packets}
        self.assertTrue({"up mic", "up rtcp", "down rtcp"} <= names, names)
        self.assertTrue(any(n.startswith("up camera") for n in names) and any(n.startswith("down ") for n in names))
        media = [p for p in packets if "rtcp" not in p[0]]
        self.assertTrue(all(p[1] for p in media), "not all of it is RTP")
        self.assertTrue(all(int(p[2]) < 120 for p in media), "there is payload in it")
        self.assertGreater(max(int(p[3]) for p in media), 500)

    def test_report(self):
        """The meeting's report on lines, so far: measured, and files that open."""
        room = self.a_room()
        path = f"/meetings/{room['meeting']}/line-report"
        # The room may have come in the last of the first ten seconds, and be counted from the next ten on.
        report, row = wait_for("ten seconds of the room", lambda: next(
            ((report, row) for report in [self.api.call("GET", path, expect=200)] for row in report["rows"]
             if row["key"] == room["endpoint"] and row["measured_seconds"] > 0), None))
        self.assertFalse(report["over"])
        self.assertEqual((report["step_seconds"], row["came"]), (10, 1))
        self.assertGreater(row["measured_seconds"], 0)
        self.assertIsNotNone(row["availability_percent"])
        with zipfile.ZipFile(io.BytesIO(self.fetch(path + ".xlsx"))) as book:
            self.assertIsNone(book.testzip())
            for name in book.namelist():
                xml.dom.minidom.parseString(book.read(name))
            self.assertIn(room["name"], book.read("xl/sharedStrings.xml").decode())
        self.assertTrue(self.fetch(path + ".pdf").startswith(b"%PDF-"))
        many = self.api.call("GET", "/line-reports?from=2025-01-01&to=2025-12-31&group=month", expect=200)
        self.assertEqual(many["rows"], [])
        self.server.api("xa1").call("GET", path, expect=403)

    def test_strangers(self):
        room = self.a_room()
        commune = self.server.api("xa1")
        commune.call("GET", "/health/sites", expect=403)
        commune.call("GET", f"/health/sites/{room['endpoint']}", expect=403)
        commune.call("GET", f"/health/sites/{room['endpoint']}/picture", expect=403)


class Kept(unittest.TestCase):
    def test_after_the_end(self):
        """What was gathered is in the file when the program ends; a room that turns red has its RTP headers saved."""
        server = Server(demo_rooms=1).start()
        try:
            api = server.api("kythuat")
            room = wait_for("the room to be well", lambda: next(
                (s for s in api.call("GET", "/health/sites")["sites"] if s["light"] == "good"), None), 120)
            path = f"/health/sites/{room['endpoint']}/series?step=10&from=0"
            wait_for("a step of ten", lambda: api.call("GET", path)["rows"])
            rooms = child_of(server, b"load")
            os.kill(rooms, signal.SIGSTOP)
            saved = wait_for("the last minutes to be saved with headers", lambda: next(
                (e for e in api.call("GET", "/health/evidence")["evidence"] if e["headers"]), None))
            os.kill(rooms, signal.SIGCONT)
            connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=30)
            connection.request("GET", f"/api/v1/health/evidence/{saved['id']}/headers.pcapng", None,
                               {"Cookie": api.cookie})
            headers = connection.getresponse().read()
            connection.close()
            self.assertEqual(headers[:4], b"\n\r\r\n")
            self.assertIn(b"up camera", headers)
            self.assertGreater(len(headers), 50 * 80)
        finally:
            server.stop()
        with sqlite3.connect(f"file:{server.state}/health.db?mode=ro", uri=True) as file:
            blocks = file.execute("SELECT count(*) FROM blocks WHERE step = 10").fetchone()[0]
        self.assertGreaterEqual(blocks, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
