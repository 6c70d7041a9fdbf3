"""Runs the real program for a test: a controller (with its relay) in a temporary state folder, with ports of
its own, and the REST calls that a test needs to get a meeting going. Everything it starts it stops."""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("DIEMCAU_BUILD", ROOT / "build"))
# What scripts/sanitize sets: a build so many times slower is waited for so much longer; shards of the relay.
SLOWNESS = float(os.environ.get("DIEMCAU_SLOWNESS", "1"))
SHARDS = int(os.environ.get("DIEMCAU_SHARDS", "1"))
PROGRAM = BUILD / "server" / "diemcau"
DEMO_PASSWORD = "diemcau-demo"
SECRETARY, CHAIR = "thuky", "chutoa"
# A relay that faults comes back so soon that no client shows it: ILL, ABRT, BUS, FPE, SEGV.
FAULT = re.compile(r"the relay ended: signal (4|6|7|8|11)\b.*")


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port):
    """Of UDP and TCP alike: the relay takes the number for both, and a client's connection may have the one alone."""
    try:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind(("0.0.0.0", port))
    except (OSError, OverflowError):
        return False
    return True


def free_media_port():
    """The first of so many ports as the relay has shards."""
    while True:
        port = free_port(socket.SOCK_DGRAM)
        if all(is_free(port + i) for i in range(SHARDS)):
            return port


def wait_for(what, condition, seconds=60):
    """Polls until `condition()` is true and returns its value; fails naming `what`."""
    seconds *= SLOWNESS
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}")


class Api:
    """REST as a browser session: log in, keep the cookie, send the CSRF token."""

    def __init__(self, port, host="127.0.0.1"):
        self.port, self.host = port, host
        self.cookie = self.csrf = None

    def call(self, method, path, body=None, expect=None):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30 * SLOWNESS)
        headers = {"Content-Type": "application/json"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.csrf:
            headers["X-CSRF-Token"] = self.csrf
        data = json.dumps(body).encode() if body is not None else None
        connection.request(method, f"/api/v1{path}", data, headers)
        reply = connection.getresponse()
        text = reply.read()
        cookie = reply.getheader("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        connection.close()
        if expect is not None:
            assert reply.status == expect, f"{method} {path}: {reply.status} {text.decode()[:500]}"
        return json.loads(text) if text else None

    def log_in(self, user, password=DEMO_PASSWORD):
        self.csrf = self.call("POST", "/session", {"user": user, "password": password}, 200)["csrf"]
        return self


class Server:
    """`diemcau serve` in a temporary folder. Use as a context manager."""

    def __init__(self, demo_rooms=0, settings=(), relay_cpu=None, media_port=None):
        self.folder = tempfile.TemporaryDirectory(prefix="diemcau-test-")
        self.state = pathlib.Path(self.folder.name)
        self.http_port, self.https_port = free_port(), free_port()
        self.media_port = media_port or free_media_port()
        self.log = open(self.state / "serve.log", "wb")
        self.settings = [f"http.http_port={self.http_port}", f"http.https_port={self.https_port}",
                         f"relay.media_port={self.media_port}", f"relay.shards={SHARDS}",
                         f"demo.rooms={demo_rooms}",
                         # A meeting that a test books for the next hour stays as it was booked.
                         "rehearsal.minutes_before=0", *settings]
        self.process = None
        self.booked = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.http_port}"

    def command(self, *words):
        return [str(PROGRAM), words[0], "--state-dir", str(self.state), *words[1:]]

    def start(self):
        options = [word for setting in self.settings for word in ("--set", setting)]
        self.process = subprocess.Popen(self.command("serve", "--demo", *options), stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=subprocess.STDOUT)
        wait_for("the controller to answer", self.is_healthy)
        return self

    def is_healthy(self):
        assert self.process.poll() is None, f"serve ended: {self.log_text()}"
        try:
            return Api(self.http_port).call("GET", "/health").get("relay") == "up"
        except (OSError, ValueError):
            return False

    def log_text(self):
        self.log.flush()
        return (self.state / "serve.log").read_text(errors="replace")[-4000:]

    def relay_pid(self):
        """The relay of this state folder, found as an administrator would: by its command line."""
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"relay" in words[1:2] and any(str(self.state).encode() in w for w in words):
                return int(entry.name)
        return None

    def stop(self):
        """Both end by themselves, so that a sanitizer can tell what they leave behind; else they are killed."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10 * SLOWNESS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        relay = self.relay_pid()
        if relay:
            os.kill(relay, signal.SIGTERM)
            until = time.monotonic() + 5 * SLOWNESS
            while self.relay_pid() == relay:
                if time.monotonic() > until:
                    os.kill(relay, signal.SIGKILL)
                    break
                time.sleep(0.02)

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        self.stop()
        if kind:
            print(self.log_text())
        self.log.close()
        fault = FAULT.search((self.state / "serve.log").read_text(errors="replace"))
        self.folder.cleanup()
        assert not fault, fault[0]

    def api(self, user=SECRETARY):
        return Api(self.http_port).log_in(user)

    def open_meeting(self, title="Giao ban thử", communes=2):
        """A new open meeting of the hall and the first communes of the tree; returns (id, chair, communes)."""
        api = self.api()
        endpoints = api.call("GET", "/endpoints?root=38", expect=200)["endpoints"]
        hall = next(e for e in endpoints if e["unit"] == "38")
        rooms = [e for e in endpoints if e["unit"] != "38"][:communes]
        day = self.free_day()
        meeting = api.call("POST", "/meetings", {
            "title": title, "host_unit": "38", "chair_endpoint": hall["id"],
            "starts_at": iso_time(day), "ends_at": iso_time(day + 3600),
            "endpoints": [hall["id"], *(e["id"] for e in rooms)], "units": []}, 201)
        api.call("POST", f"/meetings/{meeting['id']}/open", {}, 200)
        return meeting["id"], hall["id"], [e["id"] for e in rooms]

    def free_day(self):
        """Seconds from now: the hall sits in one meeting at a time, and the demonstration has it on days of the next
        six weeks."""
        self.booked += 1
        return (60 + self.booked) * 86400

    def administrator(self):
        """The first one, whose password the server shows once, at its first start."""
        text = (self.state / "serve.log").read_text(errors="replace").partition("The first administrator")[2]
        password = next(line.strip() for line in text.splitlines()[1:] if line.strip())
        return Api(self.http_port).log_in("admin", password)

    def hall_and_rooms(self, count):
        """The hall's id, and `count` other rooms': where the province has not as many, its communes get a second
        room, a third..."""
        endpoints = self.api().call("GET", "/endpoints?root=38", expect=200)["endpoints"]
        hall = next(e["id"] for e in endpoints if e["unit"] == "38")
        rooms = [e for e in endpoints if e["unit"] != "38"]
        ids = [e["id"] for e in rooms]
        admin = self.administrator() if len(ids) < count else None
        while len(ids) < count:
            unit = rooms[len(ids) % len(rooms)]["unit"]
            ids.append(admin.call("POST", "/endpoints", {"unit": unit, "name": f"Phòng họp {len(ids)}"}, 201)["id"])
        return hall, ids[:count]

    def open_large_meeting(self, rooms, title):
        """Of the hall, which presides, and so many other rooms; returns its id, the hall and the rooms."""
        hall, ids = self.hall_and_rooms(rooms)
        api = self.api()
        day = self.free_day()
        meeting = api.call("POST", "/meetings", {
            "title": title, "host_unit": "38", "chair_endpoint": hall, "starts_at": iso_time(day),
            "ends_at": iso_time(day + 7200), "endpoints": [hall, *ids], "units": []}, 201)["id"]
        api.call("POST", f"/meetings/{meeting}/open", {}, 200)
        return meeting, hall, ids

    def token(self, meeting, endpoint=None):
        whom = ["--endpoint", endpoint] if endpoint else ["--viewer"]
        return subprocess.run(self.command("token", "--meeting", meeting, *whom), check=True,
                              capture_output=True, text=True).stdout.strip()


def iso_time(seconds_from_now):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds_from_now))
