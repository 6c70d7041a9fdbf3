#!/usr/bin/python3
"""kill -9 at random moments: whatever the controller acknowledged is there when it is back.

An operator and three rooms act over their WebSockets, a secretary books meetings over REST, all at once; some
milliseconds into it the controller is killed, started again, and every acknowledged act is looked for. An act whose
answer had not come may be there or not, but never half. DIEMCAU_KILLS (default 100) moments, DIEMCAU_SEED to repeat
a run.
"""
import collections
import json
import os
import random
import subprocess
import threading
import time
import unittest

from harness import SECRETARY, Server, iso_time, wait_for
from room_socket import WebSocket

KILLS = int(os.environ.get("DIEMCAU_KILLS", "100"))
SEED = int(os.environ.get("DIEMCAU_SEED", time.time_ns() % 1_000_000))
ROOMS = 3
ACTS = 9  # of each connection: ten are let through at once
STREAM_S = 0.12  # a stream of acts takes about this long
VOTE = {"type": "vote.open", "question": "Thông qua?", "secret": False, "majority": "simple", "base": "present"}


class Ledger:
    """What was acknowledged, and what is under way: it may be there or not."""

    def __init__(self):
        self.lock = threading.Lock()
        self.known, self.under_way = {}, {}
        self.acknowledged = collections.Counter()

    def begin(self, key, value):
        with self.lock:
            self.under_way[key] = value

    def end(self, key, is_done):
        with self.lock:
            value = self.under_way.pop(key)
            if is_done:
                self.known[key] = value
                self.acknowledged[key[0]] += 1

    def check(self, key, found):
        """The value found must be the acknowledged one or the one under way; from now on it is the one."""
        allowed = [self.known.get(key)] + ([self.under_way[key]] if key in self.under_way else [])
        if found not in allowed:
            return f"{key}: {found!r}, not one of {allowed!r}"
        self.known[key] = found
        self.under_way.pop(key, None)
        return None


class Actor(threading.Thread):
    """One connection that acts until the controller dies."""

    def __init__(self, socket, ledger, acts):
        super().__init__(daemon=True)
        self.socket, self.ledger, self.acts = socket, ledger, acts

    def run(self):
        try:
            for number, (key, value, message) in enumerate(self.acts, 100):
                self.ledger.begin(key, value)
                self.socket.send_json({"id": number, **message})
                self.ledger.end(key, self.answer(number)["type"] == "ok")
        except (OSError, EOFError, AssertionError):
            pass  # killed
        finally:
            self.socket.socket.close()

    def answer(self, number):
        while True:
            opcode, payload = self.socket.receive()
            if opcode == 8:
                raise EOFError
            message = json.loads(payload) if opcode == 1 else {}
            if message.get("id") == number:
                return message


class Secretary(threading.Thread):
    """Books meetings over REST until the controller dies."""

    def __init__(self, api, ledger, moment, chair):
        super().__init__(daemon=True)
        self.api, self.ledger, self.moment, self.chair = api, ledger, moment, chair

    def run(self):
        try:
            for n in range(4):
                key = ("booking", f"Họp {self.moment}.{n}")
                self.ledger.begin(key, True)
                self.api.call("POST", "/meetings", {
                    "title": key[1], "host_unit": "38", "chair_endpoint": self.chair, "endpoints": [self.chair],
                    "units": [], "starts_at": iso_time(20 * 86400 + 7200 * self.moment + 1200 * n),
                    "ends_at": iso_time(20 * 86400 + 7200 * self.moment + 1200 * n + 600)}, 201)
                self.ledger.end(key, True)
        except (OSError, EOFError, ValueError, AssertionError):
            pass


class KillTest(unittest.TestCase):
    def setUp(self):
        print(f"seed {SEED}, {KILLS} kills", flush=True)
        self.random = random.Random(SEED)
        self.server = Server().start()
        self.addCleanup(self.server.folder.cleanup)
        self.addCleanup(self.server.log.close)
        self.addCleanup(self.server.stop)
        self.meeting, self.chair, self.rooms = self.server.open_meeting(communes=ROOMS)
        self.tokens = {room: self.server.token(self.meeting, room) for room in self.rooms}
        self.api = self.server.api(SECRETARY)
        self.ledger = Ledger()
        self.counter = 0

    def connect(self, query, *headers):
        room = WebSocket(self.server.http_port, f"/api/v1/meetings/{self.meeting}/room{query}", list(headers))
        room.send_json({"type": "join", "id": 1})
        return room, room.receive_json("welcome")

    def connect_operator(self):
        return self.connect("?role=operator", f"Cookie: {self.api.cookie}",
                            f"Origin: http://127.0.0.1:{self.server.http_port}")

    def next(self):
        self.counter += 1
        return self.counter

    def operator_acts(self, vote):
        pick, acts = self.random, []
        if vote is None or vote["state"] != "open":
            acts.append((("vote.open", self.next()), True, VOTE))
        elif pick.random() < 0.2:
            acts.append((("vote.closed", vote["id"]), True, {"type": "vote.close", "vote": vote["id"]}))
        while len(acts) < ACTS:
            room = pick.choice(self.rooms)
            acts.append(pick.choice([
                lambda: (("locked", room), (on := pick.random() < 0.5),
                         {"type": "seat.mute", "endpoint": room, "locked": on}),
                lambda: (("mark", room), (mark := pick.choice(["present", "absent", "excused", None])),
                         {"type": "roll.mark", "endpoint": room, "mark": mark}),
                lambda: (("spotlight", 0), (who := pick.choice([room, None])),
                         {"type": "spotlight", "endpoint": who}),
            ])())
        return acts

    def room_acts(self, room, vote):
        pick, acts = self.random, []
        if vote and vote["state"] == "open" and not vote["voted"]:
            choice = pick.randrange(3)
            acts.append((("ballot", vote["id"], room), choice,
                         {"type": "vote.cast", "vote": vote["id"], "choice": choice}))
        text = f"{room} {self.next()}"
        acts.append((("chat", text), True, {"type": "chat", "text": text}))
        while len(acts) < ACTS:
            acts.append(pick.choice([
                lambda: (("hand", room), (up := pick.random() < 0.5), {"type": "hand", "raised": up}),
                lambda: (("camera", room), (on := pick.random() < 0.5), {"type": "camera", "on": on}),
                lambda: (("heads", room), (n := self.next()), {"type": "head_count", "present": n}),
            ])())
        pick.shuffle(acts)
        return acts

    def one_moment(self, moment):
        operator, welcome = self.connect_operator()
        actors = [Actor(operator, self.ledger, self.operator_acts(welcome["vote"]))]
        for room, token in self.tokens.items():
            socket, told = self.connect("", f"Authorization: Bearer {token}")
            actors.append(Actor(socket, self.ledger, self.room_acts(room, told["vote"])))
        actors.append(Secretary(self.api, self.ledger, moment, self.chair))
        for actor in actors:
            actor.start()
        time.sleep(self.random.random() * STREAM_S)
        self.server.process.kill()
        self.server.process.wait()
        for actor in actors:
            actor.join(60)
            self.assertFalse(actor.is_alive())
        self.server.start()

    def found(self):
        """What the controller knows, by the keys of the ledger."""
        socket, welcome = self.connect_operator()
        socket.socket.close()
        facts = {("spotlight", 0): welcome["meeting"]["spotlight"]}
        for seat in welcome["seats"]:
            name = seat["endpoint"]
            facts |= {("hand", name): seat["hand_at"] is not None, ("camera", name): seat["camera_on"],
                      ("heads", name): seat["head_count"], ("locked", name): seat["mic_locked"],
                      ("mark", name): seat["roll"]["mark"]}
        vote = welcome["vote"]
        for ballot in (vote or {}).get("ballots") or []:
            facts[("ballot", vote["id"], ballot["endpoint"])] = ballot["choice"]
        chat = {("chat", line["text"]) for line in welcome["chat"]}
        titles = {("booking", m["title"]) for m in self.api.call("GET", "/meetings", expect=200)["meetings"]}
        return facts, vote, {key: True for key in chat | titles}

    def events_of_votes(self):
        ended, after = [], 0
        while True:
            page = self.api.call("GET", f"/meetings/{self.meeting}/events?limit=1000&after={after}", expect=200)
            if not page["events"]:
                break
            after = page["events"][-1]["id"]
            ended += [e for e in page["events"] if e["action"] == "vote.closed"]
        return {json.loads(e["detail"])["vote"]: json.loads(e["detail"]) for e in ended}

    def look(self):
        facts, vote, kept = self.found()
        wrong, ledger = [], self.ledger
        for key in list(ledger.known.keys() | ledger.under_way.keys()):
            kind = key[0]
            if kind in ("chat", "booking"):
                is_lost = key in ledger.known and key not in kept
                wrong += [f"{key} is lost"] if is_lost else []
                ledger.under_way.pop(key, None)
            elif kind == "ballot":
                if vote and key[1] == vote["id"]:
                    wrong.append(ledger.check(key, facts.get(key)))
            elif kind == "vote.closed":
                if vote and key[1] == vote["id"] and key in ledger.known and vote["state"] != "closed":
                    wrong.append(f"{key} is open again")
                ledger.under_way.pop(key, None)
            elif kind == "vote.open":
                ledger.under_way.pop(key, None)
                if ledger.known.pop(key, None) and vote is None:
                    wrong.append("the vote that was opened is lost")
            else:
                wrong.append(ledger.check(key, facts.get(key)))
        return [line for line in wrong if line]

    def test_nothing_acknowledged_is_lost(self):
        started = time.monotonic()
        facts, _, _ = self.found()
        self.ledger.known.update(facts)
        for moment in range(KILLS):
            self.one_moment(moment)
            # chat that is told is the last hundred lines: older ones were looked for before
            wrong = self.look()
            self.assertEqual(wrong, [], f"seed {SEED}, kill {moment}")
            for key in [k for k in self.ledger.known if k[0] == "chat"]:
                del self.ledger.known[key]
        self.check_the_log()
        acts = self.ledger.acknowledged
        print(f"{KILLS} kills, {acts.total()} acts acknowledged, none lost, {time.monotonic() - started:.0f} s: "
              f"{dict(acts)}", flush=True)
        if KILLS >= 100:  # every kind of act was there to be lost
            self.assertEqual(len(acts), 11, acts)

    def check_the_log(self):
        """The chain of events holds, and each closed vote counts every acknowledged ballot."""
        wait_for("the controller", self.server.is_healthy)
        verified = subprocess.run(self.server.command("verify-log"), capture_output=True, text=True)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.assertTrue(verified.stdout.startswith("ok: "), verified.stdout)
        for vote, detail in self.events_of_votes().items():
            cast = [v for (kind, *rest), v in self.ledger.known.items()
                    if kind == "ballot" and rest[0] == vote and v is not None]
            self.assertGreaterEqual(sum(detail["counts"]), len(cast), vote)


if __name__ == "__main__":
    unittest.main(verbosity=2)
