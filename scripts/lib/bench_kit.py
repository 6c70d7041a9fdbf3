"""What the cases of scripts/bench are made of: a server whose relay is pinned, rooms of `diemcau load`, and the floor
(tests/bench/seal_send_bench.c) measured before and after on the same CPUs."""
import contextlib
import json
import os
import pathlib
import struct
import subprocess

from harness import BUILD, Server, wait_for
from priority import set_group_nice
from room_socket import WebSocket

FLOOR = BUILD / "tests" / "bench" / "bench-seal-send"
TAG = {"gcm": 16, "cm_sha1_80": 10, "gcm_ipsec_mb": 16}
# What one case may be over: rooms, transports, connections of one address.
SETTINGS = ["meetings.max_connections=6000", "http.max_per_source=8000", "http.max_rooms=8000",
            "relay.max_transports=8000",
            # as the floor: to an address of a card of its own the kernel makes a route for every message
            "relay.addresses=127.0.0.1"]
# As pipelines/relay/keep_awake.h.
CPU_LATENCY, PROCESSORS = pathlib.Path("/dev/cpu_dma_latency"), pathlib.Path("/proc/cpuinfo")
VIRTUAL_US, REAL_US = 0, 3


@contextlib.contextmanager
def cores_awake(wanted):
    """As the relay keeps them while it sends much."""
    if wanted:
        latency_us = VIRTUAL_US if " hypervisor" in PROCESSORS.read_text() else REAL_US
        with open(CPU_LATENCY, "wb", buffering=0) as device:
            device.write(struct.pack("=i", latency_us))
            yield
    else:
        yield


class BenchError(Exception):
    pass


def pin(pid, cpus):
    """All threads; those that come later inherit it."""
    for task in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(int(task), set(cpus))


class Mix:
    """Packets as they were received: so many of a frame, so many alone."""

    def __init__(self, variant, segments, result):
        media = result["media"]
        self.variant, self.segments = variant, segments
        self.video, self.audio = media["video"]["received"], media["audio"]["received"]
        tag = TAG[variant]
        self.audio_bytes = max(round(media["audio"]["bytes_per_packet"]) - tag, 60) if self.audio else 130
        self.bytes = max(round(media["video"]["bytes_per_packet"]) - tag, self.audio_bytes) if self.video else 1130

    def cost(self, floor):
        """Of one packet, in microseconds, by what single packets cost: {"cpu_ns_per_packet", "audio_ns"}."""
        whole = self.video * floor["cpu_ns_per_packet"] + self.audio * floor["audio_ns"]
        return whole / max(self.video + self.audio, 1) / 1000


class Kit:
    def __init__(self, options, folder):
        self.options, self.folder, self.rooms = options, folder, options.rooms
        self.runs, self.running = 0, []
        self.is_awake = not options.asleep and os.access(CPU_LATENCY, os.W_OK)

    # --- the floor

    def floor(self, variant, segments, size, audio_size, destinations, receivers, *words):
        """One measurement: {"cpu_ns_per_packet", "audio_ns", "seal_ns", "send_ns"}."""
        command = [str(FLOOR), "--variant", variant, "--segments", str(segments), "--bytes", str(size),
                   "--audio-bytes", str(audio_size), "--destinations", str(destinations), "--receivers", receivers,
                   "--seconds", str(self.options.floor_seconds), "--cpu", str(self.options.relay_cpu),
                   "--drain-cpu", str(self.options.load_cpu), *words]
        done = subprocess.run(command, capture_output=True, text=True)
        if not done.stdout:
            raise BenchError(f"the floor cannot be measured: {done.stderr.strip()}")
        return json.loads(done.stdout)[variant]

    def has(self, variant):
        """Whether this build on this processor seals so."""
        with contextlib.suppress(BenchError, KeyError, ValueError):
            return bool(self.floor(variant, 1, 130, 130, 10, "drop"))
        return False

    def spike(self, segments, size, audio_size, destinations, receivers, variant):
        """The same by the program of --limit, where it is given."""
        if not self.options.limit or variant == "gcm_ipsec_mb" and "mb" not in self.options.limit.name:
            return None
        done = subprocess.run([str(self.options.limit), "--subscribers", str(destinations), "--segments", str(segments),
                               "--bytes", str(size), "--audio-bytes", str(audio_size), "--receivers", receivers,
                               "--batch", "16", "--seconds", str(3 * self.options.floor_seconds), "--pin",
                               str(self.options.relay_cpu), "--drain-pin", str(self.options.load_cpu)],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise BenchError(f"{self.options.limit}: {done.stderr.strip()}")
        found = json.loads(done.stdout)[variant]
        return {"cpu_ns_per_packet": found["cpu_ns_per_forwarded_packet"], "audio_ns": found["audio_packet_ns"]}

    def floors(self, mix, destinations):
        """{"drain", "drop"[, "limit"]}: microseconds of a packet of this mix."""
        arguments = (mix.segments, mix.bytes, mix.audio_bytes, destinations)
        found = {name: mix.cost(self.floor(mix.variant, *arguments, name)) for name in ("drain", "drop")}
        limit = self.spike(*arguments, "drain", mix.variant)
        if limit:
            found["limit"] = mix.cost(limit)
        return found

    def rhythm(self, mix, destinations, every_ms):
        """The same at a relay's rhythm, a frame each so many ms, and read as these rooms read: beside the floor,
        which sends without a rest, it says how much of what is above it is of any relay."""
        with cores_awake(self.is_awake):
            return mix.cost(self.floor(mix.variant, mix.segments, mix.bytes, mix.audio_bytes, destinations, "tick",
                                       "--every-ms", str(every_ms)))

    # --- the server and its rooms

    @contextlib.contextmanager
    def server(self, *settings, relay_cpus=None):
        awake = f"relay.keep_awake={'true' if self.is_awake else 'false'}"
        with Server(settings=[*SETTINGS, awake, *settings]) as server:
            relay = wait_for("the relay", server.relay_pid)
            pin(relay, relay_cpus or [self.options.relay_cpu])
            pin(server.process.pid, [self.options.load_cpu])
            set_group_nice(relay, self.options.nice)  # it has a session of its own
            yield server

    def direct(self, server, meeting, message):
        """As an operator of the meeting would."""
        socket = WebSocket(server.http_port, f"/api/v1/meetings/{meeting}/room?role=operator",
                           [f"Cookie: {server.api().cookie}", f"Origin: {server.url}"])
        socket.send_json({"type": "join", "id": 1})
        socket.receive_json("ok")
        socket.send_json({**message, "id": 2})
        socket.receive_json("ok")
        socket.socket.close()

    def start_load(self, server, meeting, *words, real_time=False, stdin=subprocess.DEVNULL):
        """A running `diemcau load`; its result comes with end_load ()."""
        self.runs += 1
        out = self.folder / f"run-{self.runs}.json"
        command = ["taskset", "-c", str(self.options.load_cpu),
                   *server.command("load", "--url", server.url, "--meeting", meeting), "--json", str(out), "--quiet",
                   *(str(w) for w in words)]
        if self.options.timelines:
            command += ["--plot", str(self.options.timelines / f"run-{self.runs}.png")]
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        process.out = out
        self.running.append(process)
        if real_time and os.geteuid() == 0:
            self.put_first(process, "media")
        return process

    @staticmethod
    def put_first(process, name):
        """One thread of it before all else on its core: the others would starve the controller."""
        def find():
            for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
                if (task / "comm").read_text().strip() == name:
                    return int(task.name)
            return None if process.poll() is None else -1
        with contextlib.suppress(OSError):
            os.sched_setscheduler(wait_for(f"the thread {name}", find), os.SCHED_FIFO, os.sched_param(1))

    def end_all(self):
        """After a case that broke off."""
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stderr.close()
        self.running.clear()

    def end_load(self, process, seconds):
        try:
            _, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
        if not process.out.exists():
            raise BenchError(f"diemcau load failed:\n{errors[-2000:]}")
        return json.loads(process.out.read_text())

    def load(self, server, meeting, *words, seconds=None, real_time=False):
        """Measured for `seconds` once all rooms see a picture."""
        seconds = seconds or self.options.seconds
        process = self.start_load(server, meeting, "--measure", seconds, "--seconds", seconds + 120, *words,
                                  real_time=real_time)
        result = self.end_load(process, seconds + 180)
        if not result["steady"]:
            raise BenchError(f"of {result['rooms']} rooms {result['connected']} were connected, "
                             f"{result['watching']} saw a picture")
        return result


def rss_bytes(pid):
    fields = pathlib.Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def thread_count(pid):
    return len(os.listdir(f"/proc/{pid}/task"))
