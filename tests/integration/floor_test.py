"""The floor through the whole program: rooms by WebSocket, storage on disk, the controller killed while one speaks."""
import json
import unittest

from harness import SECRETARY, Server, iso_time
from room_socket import WebSocket


class FloorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.server.log.close()
        cls.server.folder.cleanup()

    def connect(self, meeting, query="", headers=()):
        room = WebSocket(self.server.http_port, f"/api/v1/meetings/{meeting}/room{query}", list(headers))
        self.addCleanup(room.socket.close)
        self.assertEqual(room.status, 101)
        room.send_json({"type": "join", "id": 1})
        return room, room.receive_json("welcome")

    def room(self, meeting, endpoint):
        token = self.server.token(meeting, endpoint)
        return self.connect(meeting, headers=[f"Authorization: Bearer {token}"])

    def operator(self, meeting):
        cookie = self.server.api(SECRETARY).cookie
        origin = f"http://127.0.0.1:{self.server.http_port}"
        return self.connect(meeting, "?role=operator", [f"Cookie: {cookie}", f"Origin: {origin}"])

    def ask(self, room, number, **message):
        room.send_json({"id": number, **message})
        while True:
            opcode, payload = room.receive()
            reply = json.loads(payload) if opcode == 1 else {}
            if reply.get("id") == number:
                return reply

    def told_floor(self, room):
        """The floor as the room is told next."""
        while True:
            meeting = room.receive_json("meeting")["meeting"]
            if meeting["floor"]:
                return meeting["floor"]

    def actions(self, meeting):
        events = self.server.api().call("GET", f"/meetings/{meeting}/events?limit=1000", expect=200)["events"]
        return [(event["action"], event["subject"]) for event in events]

    def test_speech_over_a_killed_controller(self):
        meeting, chair, (first, second) = self.server.open_meeting()
        operator, _ = self.operator(meeting)
        one, _ = self.room(meeting, first)
        two, _ = self.room(meeting, second)
        for number, room in enumerate((one, two)):
            reply = self.ask(room, 10 + number, type="hand", raised=True, topic="Đê điều")
            self.assertEqual(reply["type"], "ok", reply)
        self.assertEqual(self.ask(operator, 20, type="queue.order", endpoints=[second, first])["type"], "ok")
        self.assertEqual(self.ask(operator, 21, type="floor.next", seconds=300, cut=True)["type"], "ok")
        floor = self.told_floor(one)
        self.assertEqual((floor["endpoint"], floor["state"], floor["seconds"]), (second, "speaking", 300))
        self.assertEqual(self.ask(operator, 22, type="floor.grant", endpoint=chair)["code"], "seat.absent")
        self.server.process.kill()
        self.server.process.wait()
        self.server.start()
        operator, welcome = self.operator(meeting)
        again = welcome["meeting"]["floor"]
        self.assertEqual((again["endpoint"], again["since"], again["cut"]), (second, floor["since"], True))
        self.assertEqual([(entry["endpoint"], entry["topic"]) for entry in welcome["queue"]], [(first, "Đê điều")])
        two, welcome = self.room(meeting, second)
        self.assertIsNone(welcome["meeting"]["floor"]["lost_at"])
        self.assertEqual(self.ask(two, 30, type="floor.release")["type"], "ok")
        self.assertEqual(self.ask(operator, 31, type="floor.release")["code"], "floor.empty")
        done = self.actions(meeting)
        for action in (("hand.raised", first), ("floor.granted", second), ("floor.released", second)):
            self.assertEqual(done.count(action), 1, done)

    def test_rehearsal(self):
        api = self.server.api()
        endpoints = api.call("GET", "/endpoints?root=38", expect=200)["endpoints"]
        hall = next(e["id"] for e in endpoints if e["unit"] == "38")
        rooms = [e["id"] for e in endpoints if e["unit"] != "38"][:2]
        meeting = api.call("POST", "/meetings", {
            "title": "Phiên thử", "host_unit": "38", "chair_endpoint": hall, "starts_at": iso_time(86400 * 30),
            "ends_at": iso_time(86400 * 30 + 3600), "endpoints": [hall, *rooms], "units": []}, 201)["id"]
        path = f"/meetings/{meeting}"
        api.call("POST", f"{path}/rehearse/end", {}, 409)
        self.assertEqual(api.call("POST", f"{path}/rehearse", {}, 200)["state"], "rehearsal")
        room, welcome = self.room(meeting, rooms[0])
        self.assertTrue(welcome["meeting"]["rehearsal"])
        self.rehearse(api, path, room, rooms)
        after = api.call("POST", f"{path}/rehearse/end", {}, 200)
        self.assertEqual(room.receive_json("bye")["code"], "rehearsal_over")
        self.assertEqual(after["state"], "scheduled")
        result = after["rehearsal"]
        self.assertEqual((result["good"], result["fair"], result["bad"], result["absent"]), (0, 1, 0, 2))
        # What was found outlives the rehearsal, and stands in the log.
        row = next(r for r in api.call("GET", f"{path}/rehearsal", expect=200)["rows"] if r["runs"])
        self.assertEqual((row["light"], row["note"], row["ticked_by"]), ("fair", "tiếng nhỏ", SECRETARY))
        self.assertIn(("test.done", rooms[0]), self.actions(meeting))
        self.assertIn("T", result["at"])

    def rehearse(self, api, path, room, rooms):
        """The technician asks the room to test itself, and reads what it found."""
        board = api.call("GET", f"{path}/rehearsal", expect=200)
        self.assertEqual((board["counts"]["sites"], board["counts"]["connected"], board["counts"]["done"]), (3, 1, 0))
        api.call("POST", f"{path}/rehearsal/sites/{rooms[0]}/ask", {"act": "test"}, 202)
        self.assertEqual(room.receive_json("test.ask")["act"], "test")
        api.call("POST", f"{path}/rehearsal/sites/{rooms[1]}/ask", {"act": "test"}, 409)
        room.send_json({"type": "test.begin", "id": 40})
        plan = room.receive_json("test.plan")
        room.send_json({"type": "test.result", "id": 41, "test": plan["test"], "mic": {"ok": True, "level": 20},
                        "camera": {"ok": True}, "speaker": "yes",
                        "line": {"network": "wifi", "up_loss": 34, "down_loss": 0, "up_kbps": plan["kbps"]}})
        verdict = room.receive_json("test.verdict")
        self.assertEqual([a["id"] for a in verdict["advice"]], ["use_cable", "loss_up"])
        api.call("PUT", f"{path}/rehearsal/sites/{rooms[0]}", {"note": "tiếng nhỏ", "ticked": True}, 200)
        changed = api.call("GET", f"{path}/rehearsal?since={board['revision']}", expect=200)
        self.assertEqual([(r["endpoint"], r["light"]) for r in changed["rows"]], [(rooms[0], "fair")])
        self.assertEqual(changed["counts"]["fair"], 1)

    def test_extend(self):
        meeting, _, _ = self.server.open_meeting()
        api = self.server.api()
        before = api.call("GET", f"/meetings/{meeting}", expect=200)["ends_at"]
        after = api.call("POST", f"/meetings/{meeting}/extend", {"minutes": 30}, 200)["ends_at"]
        self.assertGreater(after, before)
        api.call("POST", f"/meetings/{meeting}/extend", {"minutes": 241}, 422)


if __name__ == "__main__":
    unittest.main(verbosity=2)
