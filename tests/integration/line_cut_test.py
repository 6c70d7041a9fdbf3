#!/usr/bin/python3
"""A room's network is cut for 20 s: it comes back by itself, in its old seat, muted as it was.

Runs in a network namespace; the rooms get one of their own, joined to it by a cable that can be pulled.
"""
import json
import subprocess
import time
import unittest

from harness import PROGRAM, Server, wait_for

SERVER, ROOM = "10.77.0.1", "10.77.0.2"
CUT_S = 20
BACK_S = 60  # the domain asks for 10 s; the rest is for a busy machine


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class FarRooms:
    """`diemcau load` behind the cable room0 -- room1."""

    def __init__(self, text):
        # the namespace is there once unshare's child runs; the rooms start when they are handed their list
        self.process = subprocess.Popen(
            ["unshare", "--net", str(PROGRAM), "load", "--rooms", "-", "--local-address", ROOM],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        wait_for("the program", lambda: PROGRAM.name in open(f"/proc/{self.process.pid}/comm").read())
        ip("link", "set", "room1", "netns", str(self.process.pid))
        inside = ["nsenter", f"--net=/proc/{self.process.pid}/ns/net", "ip"]
        for words in (["addr", "add", f"{ROOM}/24", "dev", "room1"], ["link", "set", "lo", "up"],
                      ["link", "set", "room1", "up"]):
            subprocess.run([*inside, *words], check=True)
        self.process.stdin.write(text)
        self.process.stdin.close()

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


class LineCutTest(unittest.TestCase):
    def test_cut_for_20_s(self):
        with Server(settings=[f"relay.addresses={SERVER}"]) as server:
            meeting, chair, communes = server.open_meeting(communes=1)
            rooms = [{"endpoint": e, "name": e, "token": server.token(meeting, e), "mic_open": e == chair}
                     for e in (chair, *communes)]
            far = FarRooms(json.dumps({"url": f"https://{SERVER}:{server.https_port}", "meeting": meeting,
                                       "rooms": rooms}))
            try:
                self.cut(server, meeting, len(rooms))
            finally:
                far.stop()

    def cut(self, server, meeting, count):
        api = server.api()

        def seats():
            return api.call("GET", f"/meetings/{meeting}/seats", expect=200)["seats"]

        def here():
            return [s for s in seats() if s["state"] == "connected" and s["video_active"]]

        def mutes():
            return {s["endpoint"]: (s["mic_open"], s["mic_locked"], s["role"]) for s in seats()}

        wait_for("the rooms' picture", lambda: len(here()) == count)
        time.sleep(1)
        before = mutes()
        self.assertEqual(sum(m[0] for m in before.values()), 1, before)
        cut_at = time.monotonic()
        ip("link", "set", "room0", "down")
        wait_for("the cut to be noticed", lambda: not here(), CUT_S - 1)
        time.sleep(CUT_S - (time.monotonic() - cut_at))
        self.assertEqual(mutes(), before)
        ip("link", "set", "room0", "up")
        wait_for("the rooms back in their seats", lambda: len(here()) == count, BACK_S)
        self.assertEqual(mutes(), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
