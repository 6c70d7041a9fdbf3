#!/usr/bin/python3
"""Debian's Janus under the same rooms as ours: one sends, so many watch. Run in a network namespace of its own
(scripts/lib/in-netns), since Janus never offers 127.0.0.1; prints one JSON object.

The rooms are those of `diemcau load` (tests/bench/offered_rooms.c); this program carries their descriptions by Janus's
HTTP API (VideoRoom plug-in). Janus is tuned as its makers advise: event loops, ICE-lite, no trickling."""
import argparse
import http.client
import json
import pathlib
import re
import subprocess
import tempfile
import time
import uuid

from offered_rooms import OfferedRooms
from process_cost import Cost

PORT, ROOM, ADDRESS_DEVICE = 18088, 1234, "room0"
LIBRARY = "/usr/lib/x86_64-linux-gnu/janus"
UP_SECONDS = 60
CONFIG = """general: {{
  configs_folder = "{folder}"
  plugins_folder = "{library}/plugins"
  transports_folder = "{library}/transports"
  events_folder = "{library}/events"
  loggers_folder = "{library}/loggers"
  debug_level = 2
  session_timeout = 0
  event_loops = 1
}}
media: {{ ipv6 = false, rtp_port_range = "20000-40000" }}
nat: {{ full_trickle = false, ice_lite = true, ice_tcp = false, ice_enforce_list = "{device}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
events: {{ broadcast = false }}
"""
HTTP_CONFIG = """general: {{ json = "compact", base_path = "/janus", http = true, port = {port}, ip = "127.0.0.1", https = false }}
admin: {{ admin_http = false }}
"""


class JanusError(Exception):
    pass


def others(kind, wanted):
    """The plug-ins of a kind but the one that is wanted."""
    return ",".join(sorted(p.name for p in pathlib.Path(LIBRARY, kind).glob("*.so") if p.name != wanted))


def start_janus(folder, cpu):
    (folder / "janus.jcfg").write_text(CONFIG.format(
        folder=folder, library=LIBRARY, device=ADDRESS_DEVICE,
        plugins=others("plugins", "libjanus_videoroom.so"), transports=others("transports", "libjanus_http.so")))
    (folder / "janus.transport.http.jcfg").write_text(HTTP_CONFIG.format(port=PORT))
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")
    log = (folder / "janus.log").open("w")
    return subprocess.Popen(["taskset", "-c", str(cpu), "janus", "-F", str(folder), "-C", str(folder / "janus.jcfg")],
                            stdout=log, stderr=log)


class Session:
    """One participant's session and handle."""

    def __init__(self):
        self.path = "/janus"
        self.path += f"/{self.post(janus='create')['data']['id']}"
        self.events = self.path + "?maxev=1"
        self.path += f"/{self.post(janus='attach', plugin='janus.plugin.videoroom')['data']['id']}"

    @staticmethod
    def call(method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=40)
        connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def post(self, **body):
        answer = self.call("POST", self.path, {**body, "transaction": uuid.uuid4().hex[:12]})
        if answer["janus"] == "error":
            raise JanusError(answer["error"]["reason"])
        return answer

    def ask(self, request, jsep=None):
        more = {"jsep": {**jsep, "trickle": False}} if jsep else {}
        return self.post(janus="message", body=request, **more)

    def wait(self, event):
        """Its plug-in's data and description."""
        end = time.monotonic() + 40
        while time.monotonic() < end:
            answer = self.call("GET", self.events)
            for one in answer if isinstance(answer, list) else [answer]:
                data = one.get("plugindata", {}).get("data", {})
                if "error" in data:
                    raise JanusError(data["error"])
                if data.get("videoroom") == event:
                    return data, one.get("jsep", {}).get("sdp")
        raise JanusError(f"no '{event}' came")


def answer_of(offer):
    """A room's offer as its answer to an offer of Janus: what it would send back of the formats that Janus named."""
    text = offer.replace("a=setup:actpass", "a=setup:active")
    text = re.sub(r"(m=video \d+ \S+) .*?\r", "\\1 96 97\r", text)
    return re.sub(r"a=(rtpmap|fmtp|rtcp-fb):(98|99) .*\r\n", "", text)


def publish(rooms, kbps):
    session = Session()
    session.ask({"request": "create", "room": ROOM, "publishers": 10, "audiocodec": "opus", "videocodec": "vp8",
                 "notify_joining": False, "audiolevel_event": False, "bitrate": 0, "fir_freq": 0})
    room = rooms.do("add", kbps=kbps)
    session.ask({"request": "joinandconfigure", "ptype": "publisher", "room": ROOM, "display": "bench"},
                {"type": "offer", "sdp": room["offer"]})
    data, sdp = session.wait("joined")
    rooms.do("take", id=room["id"], sdp=sdp)
    return data["id"]


def watch(rooms, feed):
    session = Session()
    session.ask({"request": "join", "ptype": "subscriber", "room": ROOM, "streams": [{"feed": feed}]})
    _, sdp = session.wait("attached")
    room = rooms.do("add", kbps=0)
    rooms.do("take", id=room["id"], sdp=sdp)
    session.ask({"request": "start"}, {"type": "answer", "sdp": answer_of(room["offer"])})


def wait_until(what, seconds, probe):
    end = time.monotonic() + seconds
    while not probe():
        if time.monotonic() > end:
            raise JanusError(what)
        time.sleep(0.2)


def is_up():
    try:
        return Session.call("GET", "/janus/info")["janus"] == "server_info"
    except OSError:
        return False


def measure(options, rooms, pid):
    wait_until("Janus does not answer", 10, is_up)
    feed = publish(rooms, options.kbps)
    wait_until("the room that sends has no connection", UP_SECONDS, lambda: rooms.do("count")["connected"] == 1)
    for _ in range(options.rooms):
        watch(rooms, feed)
    wait_until("not every room sees a picture", UP_SECONDS, lambda: rooms.do("count")["showing"] == options.rooms)
    time.sleep(2)
    rooms.do("begin")
    server, load = Cost(pid), Cost(rooms.process.pid)
    time.sleep(options.seconds)
    figures, server, load = rooms.do("end"), server.since(), load.since()
    packets = figures["packets"]
    return {
        "rooms": f"{options.rooms} Janus", "packets_per_s": round(packets / server["seconds"]),
        "loss_percent": round(100 * figures["lost"] / max(packets + figures["lost"], 1), 3),
        "us_per_packet": round(1e6 * (server["user_s"] + server["system_s"]) / max(packets, 1), 2),
        "us_user": round(1e6 * server["user_s"] / max(packets, 1), 2),
        "us_system": round(1e6 * server["system_s"] / max(packets, 1), 2),
        "relay_cpu_percent": round(100 * (server["user_s"] + server["system_s"]) / server["seconds"], 1),
        "p50_ms": figures["p50_ms"], "p99_ms": figures["p99_ms"], "rss_mib": round(server["rss_bytes"] / 2**20, 1),
        "threads": server["threads"],
        "load_cpu_percent": round(100 * (load["user_s"] + load["system_s"]) / load["seconds"], 1),
        "load_late_ms": figures["late_ms"], "udp_buffer_errors": figures["udp_buffer_errors"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="tests/bench/offered_rooms, built")
    parser.add_argument("--rooms", type=int, default=600)
    parser.add_argument("--kbps", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--relay-cpu", type=int, default=0)
    parser.add_argument("--load-cpu", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="diemcau-janus-") as name:
        server = start_janus(pathlib.Path(name), options.relay_cpu)
        rooms = OfferedRooms(options.program, options.load_cpu)
        try:
            print(json.dumps(measure(options, rooms, server.pid)))
            rooms.end()
        finally:
            rooms.process.kill()
            server.terminate()
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


if __name__ == "__main__":
    main()
