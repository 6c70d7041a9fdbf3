"""How lines are, from the relay's counters to REST and the file in which they are kept: the demonstration's rooms."""
import sqlite3
import time
import unittest

from harness import Server, wait_for

ROOMS = 3


class Health(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(demo_rooms=ROOMS, settings=["meetings.camera_pause=off"]).start()
        cls.api = cls.server.api("kythuat")
        wait_for("the demonstration's rooms to be well", lambda: cls.present("good") >= ROOMS, 40)

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
        camera = next(s for s in detail["sample"]["streams"] if s["name"] == "camera" and s["active"])
        self.assertGreater(camera["fps"], 2)
        self.assertGreater(camera["height"], 0)
        self.assertEqual(camera["frozen_ms"], 0)

    def detail(self, room):
        return self.api.call("GET", f"/health/sites/{room['endpoint']}", expect=200)

    def series(self, room, step):
        now = int(time.time() * 1000)
        path = f"/health/sites/{room['endpoint']}/series?step={step}&from={now - 600_000}&to={now}"
        return self.api.call("GET", path, expect=200)["rows"]

    def test_then(self):
        room = self.a_room()
        wait_for("seconds", lambda: len(self.series(room, 1)) >= 5)
        wait_for("a step of ten", lambda: len(self.series(room, 10)) >= 1, 30)
        streams = self.api.call("GET", f"/health/sites/{room['endpoint']}/streams", expect=200)["streams"]
        self.assertIn("camera", {stream["name"] for stream in streams})

    def test_relay(self):
        wait_for("rates", lambda: self.api.call("GET", "/health/relay", expect=200).get("total"))
        time.sleep(1.1)
        total = self.api.call("GET", "/health/relay", expect=200)["total"]
        self.assertGreater(total["rx_pps"], 10)
        self.assertGreater(total["cpu_percent"], 0)

    def test_strangers(self):
        room = self.a_room()
        commune = self.server.api("xa1")
        commune.call("GET", "/health/sites", expect=403)
        commune.call("GET", f"/health/sites/{room['endpoint']}", expect=403)


class Kept(unittest.TestCase):
    def test_after_the_end(self):
        """What was gathered is in the file when the program ends."""
        server = Server(demo_rooms=1).start()
        try:
            api = server.api("kythuat")
            room = wait_for("the room to be well", lambda: next(
                (s for s in api.call("GET", "/health/sites")["sites"] if s["light"] == "good"), None), 40)
            path = f"/health/sites/{room['endpoint']}/series?step=10&from=0"
            wait_for("a step of ten", lambda: api.call("GET", path)["rows"], 30)
        finally:
            server.stop()
        with sqlite3.connect(f"file:{server.state}/health.db?mode=ro", uri=True) as file:
            blocks = file.execute("SELECT count(*) FROM blocks WHERE step = 10").fetchone()[0]
        self.assertGreaterEqual(blocks, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
