"""The cases of scripts/bench. Each is a function of a Kit that returns a Result."""
import contextlib
import http.client
import json
import os
import pathlib
import subprocess
import threading
import time

from bench_kit import BenchError, Mix, rss_bytes, thread_count
from harness import BUILD, wait_for
from offered_rooms import OfferedRooms, OfferedRoomsError
from process_cost import Cost
from room_socket import WebSocket

CASES = {}
VIDEO = ("--publishers", 1, "--joins", 100)
# As the floor's receivers, no room is in an epoll: its list is kept by the kernel at the sender's expense.
SCAN_MS = 4
SCAN = ("--scan-ms", SCAN_MS)
LISTENERS_SCAN_MS = 10  # less often: so many sockets, and times of arrival are the kernel's
TIMES_FLOOR = 1.3  # the bar of most cases


class Result:
    def __init__(self, name, what):
        self.name, self.what = name, what
        self.figures, self.checks, self.notes = {}, [], []

    def check(self, what, value, bar):
        self.checks.append({"what": what, "value": round(value, 3), "bar": bar, "pass": value <= bar})

    def require(self, what, holds):
        self.checks.append({"what": what, "value": bool(holds), "bar": True, "pass": bool(holds)})

    @property
    def passes(self):
        return all(c["pass"] for c in self.checks)

    def to_json(self):
        return {"case": self.name, "what": self.what, "pass": self.passes, "figures": self.figures,
                "checks": self.checks, "notes": self.notes}


def case(name, what):
    def note(function):
        CASES[name] = (what, function)
        return function
    return note


def run_case(kit, name):
    what, function = CASES[name]
    result = Result(name, what)
    try:
        function(kit, result)
    except (BenchError, OfferedRoomsError, AssertionError, OSError) as error:
        result.require(f"it ran: {error}", False)
    finally:
        if kit:
            kit.end_all()
    return result


# --- what several cases share

def take_load(result, run):
    """The figures that every run has."""
    media, relay = run["media"], run["relay"]
    result.figures.update({
        "rooms": run["rooms"], "packets_per_s": round(relay["forwarded"] / run["window_s"]),
        "mbps": round(media["rx_mbps"], 1), "us_per_packet": relay["us_per_packet"],
        "us_user": relay["us_per_packet_user"], "us_system": relay["us_per_packet_system"],
        "relay_cpu_percent": relay["cpu_percent"], "loss_percent": media["loss_percent"],
        "p50_ms": run["latency"]["p50_ms"], "p99_ms": run["latency"]["p99_ms"],
        "max_ms": run["latency"]["max_ms"], "rss_mib": relay["rss_mib"], "threads": relay["threads"],
        "load_cpu_percent": run["load"]["cpu_percent"], "load_late_ms": run["load"]["longest_tick_ms"],
        "udp_buffer_errors": run["load"]["udp_buffer_errors"]})


def check_loss(result, run):
    """None at the relay. What this machine's sockets threw away is the generator's, and is said so."""
    lost, thrown = run["media"]["lost"], run["load"]["udp_buffer_errors"]
    if thrown:
        result.notes.append(f"{thrown} datagrams were dropped at sockets of this machine: the generator was late")
    result.check("packets lost at the relay", max(lost - thrown, 0), 0)


def blend(floors, read):
    """Of rooms of which this share is read and the others' packets are dropped at the socket."""
    return floors["drain"] * read + floors["drop"] * (1 - read)


def take_floors(result, before, after, read=1.0):
    """The mean of both, of each kind of receivers; the bar is of the kind that the rooms are: read, so drained."""
    for name in before:
        result.figures[f"floor_{name}_us"] = round((before[name] + after[name]) / 2, 3)
    floor = blend({name: result.figures[f"floor_{name}_us"] for name in ("drain", "drop")}, read)
    result.figures["ratio"] = round(result.figures["us_per_packet"] / floor, 3)
    result.figures["ratio_drop"] = round(result.figures["us_per_packet"] / result.figures["floor_drop_us"], 3)
    if "limit" in before:
        result.figures["ratio_limit"] = round(result.figures["us_per_packet"] / result.figures["floor_limit_us"], 3)
        result.notes.append(f"{result.figures['ratio_limit']} times the program of --limit, which says "
                            f"{result.figures['floor_limit_us']} us where ours says "
                            f"{result.figures['floor_drain_us']}, receivers being read")


def guess(variant, segments, size=1130, audio=50, fps=25):
    """The mix that a case is going to have, for the floor before it."""
    run = {"media": {"video": {"received": segments * fps, "bytes_per_packet": size + 16},
                     "audio": {"received": audio, "bytes_per_packet": 120 + 16}}}
    return Mix(variant, max(segments, 1), run)


def fastest(kit):
    """Variant of the floor and setting of the relay: whatever seals fastest here, as in an installation."""
    return ("gcm_ipsec_mb", "ipsec-mb") if kit.has("gcm_ipsec_mb") else ("gcm", "openssl")


def one_to_many(kit, result, words, shape, settings=(), viewers=None, suite="gcm", floors=True):
    """One room sends, `viewers` (None: the case's) watch; beside the floor of this shape: variant, segments of a
    message, bytes."""
    variant, segments, size = shape
    viewers = viewers or kit.rooms
    before = kit.floors(guess(variant, segments, size), viewers) if floors else None
    with kit.server(*settings) as server:
        meeting, _, _ = server.open_large_meeting(viewers, f"Đo {viewers} điểm cầu")
        run = kit.load(server, meeting, "--count", viewers + 1, "--srtp", suite, *VIDEO, *SCAN,
                       *words)
    take_load(result, run)
    check_loss(result, run)
    if floors:
        mix = Mix(variant, segments, run)
        take_floors(result, before, kit.floors(mix, viewers))
    return run


# --- one sends, many watch

NINE = ("--kbps", 2000, "--fps", 25, "--packets", 9)


def take_rhythm(kit, result, mix, every_ms):
    floor = kit.rhythm(mix, kit.rooms, every_ms)
    result.figures["floor_rhythm_us"] = round(floor, 3)
    result.figures["ratio_rhythm"] = round(result.figures["us_per_packet"] / floor, 3)


@case("video-600", "2 Mbps in frames of 9 and sound, to 600 rooms; GCM by OpenSSL")
def video(kit, result):
    run = one_to_many(kit, result, NINE, ("gcm", 9, 1130), ["relay.crypto=openssl"])
    take_rhythm(kit, result, Mix("gcm", 9, run), 40)
    result.check("times the floor", result.figures["ratio"], TIMES_FLOOR)
    result.check("us a packet", result.figures["us_per_packet"], 2.0)


@case("video-600-mb", "the same; GCM by libipsec-mb")
def video_mb(kit, result):
    run = one_to_many(kit, result, NINE, ("gcm_ipsec_mb", 9, 1130), ["relay.crypto=ipsec-mb"])
    take_rhythm(kit, result, Mix("gcm_ipsec_mb", 9, run), 40)
    result.check("times the floor", result.figures["ratio"], TIMES_FLOOR)


@case("video-600-cm", "the same; AES_CM_SHA1_80, what older clients offer")
def video_cm(kit, result):
    one_to_many(kit, result, NINE, ("cm_sha1_80", 9, 1130), suite="sha1")
    result.check("times the floor", result.figures["ratio"], TIMES_FLOOR)


@case("told-600", "as video-600, to rooms that tell ten times a second what came, as browsers do")
def told(kit, result):
    run = one_to_many(kit, result, (*NINE, "--feedback"), ("gcm", 9, 1134), ["relay.crypto=openssl"])
    told_s = run["media"]["feedback"] / run["window_s"]
    result.notes.append(f"{told_s:.0f} times a second a room told what came; each costs the relay a datagram, its "
                        "opening, and the estimate of that line")
    result.require("all rooms tell", told_s > 9 * kit.rooms)
    result.check("us a packet", result.figures["us_per_packet"], 2.0)


def chromium(kit, result, packets, kbps):
    # the burst alone: sound goes first, and a picture that comes meanwhile waits for it (video-600 has both)
    shape = ("--kbps", kbps, "--fps", 30, "--packets", packets, "--audio-kbps", 0)
    size = kbps * 1000 // 8 // 30 // packets + 30
    with kit.server("relay.crypto=openssl") as server:
        meeting, _, _ = server.open_large_meeting(1, "Một chặng")
        lone = kit.load(server, meeting, "--count", 2, "--srtp", "gcm", *VIDEO, *SCAN, *shape, seconds=5)
    run = one_to_many(kit, result, shape, ("gcm", packets, size), ["relay.crypto=openssl"])
    take_rhythm(kit, result, Mix("gcm", packets, run), 33)
    # the last room's packets cannot leave before all others' have been made and sent
    row_ms = kit.rooms * packets * result.figures["floor_drain_us"] / 1000 * 0.99
    added = result.figures["p99_ms"] - lone["latency"]["p99_ms"] - row_ms
    result.figures.update({"lone_hop_p99_ms": lone["latency"]["p99_ms"], "floor_of_the_row_ms": round(row_ms, 2),
                           "added_p99_ms": round(added, 2)})
    result.check("times the floor", result.figures["ratio"], TIMES_FLOOR)
    result.check("ms of latency that it adds (p99, less a lone hop and the floor's time for all rooms)", added, 2.0)


@case("chromium-3", "0.8 Mbps as Chromium sends: frames of 3 within 1 ms, a byte apart; to 600 rooms")
def chromium_3(kit, result):
    chromium(kit, result, 3, 800)


@case("chromium-10", "2.5 Mbps as Chromium sends: frames of 10 within 1 ms, a byte apart; to 600 rooms")
def chromium_10(kit, result):
    chromium(kit, result, 10, 2500)


@case("spread-15ms", "2 Mbps in frames of 9 spread over 15 ms, as an encoder that paces; to 600 rooms")
def spread(kit, result):
    one_to_many(kit, result, (*NINE, "--spread", 15), ("gcm", 1, 1130), ["relay.crypto=openssl"])
    result.check("us a packet", result.figures["us_per_packet"], 5.0)


@case("audio-only", "3 speakers, no picture; to 600 rooms")
def audio(kit, result):
    words = ("--publishers", 3, "--speakers", 3, "--kbps", 0, "--receive-audio", 3, "--receive-video", 0)
    variant, crypto = fastest(kit)
    before = kit.floors(guess(variant, 0), kit.rooms)
    with kit.server(f"relay.crypto={crypto}") as server:
        meeting, _, _ = server.open_large_meeting(kit.rooms + 2, "Chỉ có tiếng")
        run = kit.load(server, meeting, "--count", kit.rooms + 3, "--srtp", "gcm", "--joins", 100, *SCAN,
                       *words)
    take_load(result, run)
    check_loss(result, run)
    take_floors(result, before, kit.floors(Mix(variant, 1, run), kit.rooms))
    heard = run["media"]["audio"]["received"] / run["window_s"] / kit.rooms / 50
    result.figures["speakers_heard"] = round(heard, 2)
    result.require("all three are heard", heard > 2.9)
    result.check("us a packet", result.figures["us_per_packet"], 3.5)


def join_listeners(server, meeting, rooms, count, heard):
    """As players do, by WHEP: rooms at the control plane would cost the generator's core more than their media."""
    headers = {"Authorization": f"Bearer {server.token(meeting)}", "Content-Type": "application/sdp"}
    line = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=30)
    for index in range(count):
        room = rooms.do("add", kbps=0, deaf=index >= heard)
        line.request("POST", f"/whep/{meeting}", room["offer"], headers)
        answer = line.getresponse()
        text = answer.read().decode()
        if answer.status != 201:
            raise BenchError(f"listener {index}: {answer.status} {text[:300]}")
        rooms.do("take", id=room["id"], sdp=text)
    line.close()


def listen(kit, result, crypto, count, heard):
    """What `count` listeners cost the relay, into the result; returns the rooms' figures, those of packets of the
    `heard` that are read."""
    cpus = cores(kit)
    with kit.server(f"relay.crypto={crypto}", f"relay.shards={len(cpus)}", relay_cpus=cpus) as server:
        relay = server.relay_pid()
        meeting, _, _ = server.open_large_meeting(1, f"Đo {count} điểm nghe")
        kit.start_load(server, meeting, "--count", 1, "--kbps", 1000, "--fps", 25, "--packets", 5, "--seconds", 300,
                       real_time=True)
        rooms = OfferedRooms(BUILD / "tests/bench/offered_rooms", kit.options.load_cpu, LISTENERS_SCAN_MS)
        try:
            join_listeners(server, meeting, rooms, count, heard)
            wait_for("all listeners", lambda: rooms.do("count") == {"connected": count, "showing": heard}, 60)
            time.sleep(3)
            rooms.do("begin")
            cost, generator = Cost(relay), Cost(rooms.process.pid)
            time.sleep(kit.options.seconds)
            figures, cost, generator = rooms.do("end"), cost.since(), generator.since()
            rooms.end()
        finally:
            rooms.process.kill()
    forwarded = figures["packets"] + figures["unheard"]
    spent, loading = (c["user_s"] + c["system_s"] for c in (cost, generator))
    result.figures.update({
        "rooms": count, "packets_per_s": round(forwarded / cost["seconds"]),
        "mbps": round(figures["bytes"] / heard * count * 8 / cost["seconds"] / 1e6, 1),
        "us_per_packet": round(1e6 * spent / max(forwarded, 1), 3),
        "relay_cpu_percent": round(100 * spent / cost["seconds"], 1), "p50_ms": figures["p50_ms"],
        "p99_ms": figures["p99_ms"], "rss_mib": round(cost["rss_bytes"] / 2**20, 1), "threads": cost["threads"],
        "load_cpu_percent": round(100 * loading / generator["seconds"], 1),
        "load_us_per_packet": round(1e6 * loading / max(forwarded, 1), 3), "load_late_ms": figures["late_ms"],
        "udp_buffer_errors": figures["udp_buffer_errors"], "shards": len(cpus), "heard": heard,
        "packets_per_room_s": round(forwarded / count / cost["seconds"], 1),
        "packets_of_least_room_s": round(figures["least"] / cost["seconds"], 1)})
    result.notes.append(f"{forwarded / cost['seconds']:.0f} packets/s are {100 * spent / cost['seconds']:.0f} % of a "
                        f"core in the relay and {100 * loading / generator['seconds']:.0f} % in the generator, of "
                        f"{100 * len(cpus)} %")
    return figures


# What checks, reports and the rooms that are read cost the generator, for each packet that goes out: 0.6 to 1.1
# measured.
GENERATOR_US = 1.0


def cores(kit):
    return sorted({kit.options.relay_cpu, kit.options.load_cpu})


@case("listeners-2212", "1.0 Mbps and sound, to 2,212 listeners of one meeting, or to as many as the floor allows; the "
                        "relay has a shard for each core, as installed, and the generator goes beside it")
def listeners(kit, result):
    wanted, pps = round(2212 * kit.rooms / 600), 5 * 25 + 50
    heard = min(kit.options.heard, wanted)
    variant, crypto = fastest(kit)
    floors = kit.floors(guess(variant, 5, 1030), kit.rooms)
    floor = blend(floors, heard / wanted)
    allowed = int(len(cores(kit)) * 1e6 / (pps * (floor + GENERATOR_US)))
    count = min(wanted, int(allowed * 0.95))
    heard = min(count, heard)
    result.notes.append(f"a room gets {pps} packets/s at {floor:.2f} us, the floor of that mix, and {GENERATOR_US} us "
                        f"of the generator: {len(cores(kit))} cores allow {allowed} rooms, {count} are tried; {heard} "
                        "are read, the others' packets are made, counted and dropped by the kernel at their sockets, "
                        "at the relay's expense")
    figures = listen(kit, result, crypto, count, heard)
    unread = (floors["drain"] - floors["drop"]) * (1 - heard / count)
    result.figures.update({
        "floor_drain_us": round(floors["drain"], 3), "floor_drop_us": round(floors["drop"], 3),
        "ratio": round(result.figures["us_per_packet"] / floor, 3),
        "us_if_all_were_read": round(result.figures["us_per_packet"] + max(unread, 0), 3)})
    if figures["udp_buffer_errors"]:
        result.notes.append(f"{figures['udp_buffer_errors']} datagrams were dropped at sockets of this machine")
    result.check("packets lost at the relay", max(figures["lost"] - figures["udp_buffer_errors"], 0), 0)
    result.require("each room got all that it should", result.figures["packets_of_least_room_s"] > 0.98 * pps)


# --- all send

@case("rooms-600", "600 rooms send 150 kbps each and watch the hall and 9 tiles")
def rooms(kit, result):
    heard = min(kit.options.heard_rooms // 4, kit.rooms)
    words = ("--kbps", 150, "--fps", 15, "--packets", 2, "--receive-video", 10, "--joins", 60, "--srtp", "gcm",
             *SCAN, "--deaf", kit.rooms - heard)
    variant, crypto = fastest(kit)
    before = kit.floors(guess(variant, 2, 650, 50 / 10), kit.rooms)
    with kit.server(f"relay.crypto={crypto}", "meetings.camera_pause=off") as server:
        meeting, _, _ = server.open_large_meeting(kit.rooms - 1, "Điểm cầu nào cũng có hình")
        kit.direct(server, meeting, {"type": "layout", "kind": "grid16"})
        run = kit.load(server, meeting, "--count", kit.rooms, *words, real_time=True)
    take_load(result, run)
    check_loss(result, run)
    take_floors(result, before, kit.floors(Mix(variant, 2, run), kit.rooms), heard / kit.rooms)
    streams = run["media"]["video"]["received"] / run["window_s"] / heard / 30
    result.figures["pictures_of_a_room"] = round(streams, 1)
    result.notes.append(f"{heard} rooms are read, the others' packets are dropped by the kernel at their sockets: the "
                        "generator's core sends for 600 and could not read for as many too")
    result.require("each watches ten", streams > 9.5)


# --- joins

def event_times(path, what):
    found = []
    with contextlib.suppress(OSError):
        for line in path.read_text().splitlines():
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                if event["what"] == what:
                    found.append(event["t"])
    return found


def wait_for_events(path, what, count, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if len(event_times(path, what)) >= count:
            return
        time.sleep(0.3)
    raise BenchError(f"waited {seconds} s for {count} x {what}")


@case("joins-600", "600 rooms join a meeting while another one runs")
def joins(kit, result):
    running, events = kit.folder / "running.events", kit.folder / "joining.events"
    with kit.server() as server:
        first, _, _ = server.open_large_meeting(50, "Phiên đang họp")
        second, _, _ = server.open_large_meeting(kit.rooms - 1, "Phiên sắp họp")
        watch = kit.start_load(server, first, "--count", 51, *VIDEO, "--kbps", 1000, "--decrypt-all", "--events",
                               running, "--measure", 40, "--seconds", 90, real_time=True)
        wait_for_events(running, "picture", 50, 30)
        time.sleep(5)  # its window has begun
        run = kit.load(server, second, "--count", kit.rooms, "--publishers", 1, "--kbps", 300, "--joins", kit.rooms,
                       "--events", events, seconds=3)
        seen = kit.end_load(watch, 120)
    began = min(event_times(events, "asked"))
    result.figures.update({
        "seated_s": round((max(event_times(events, "open")) - began) / 1e6, 2),
        "connected_s": round((max(event_times(events, "media")) - began) / 1e6, 2),
        "pictures_s": round((max(event_times(events, "picture")) - began) / 1e6, 2),
        "running_p50_ms": seen["latency"]["p50_ms"], "running_p99_ms": seen["latency"]["p99_ms"],
        "running_max_ms": seen["latency"]["max_ms"], "running_lost": seen["media"]["lost"],
        "running_late_ms": seen["load"]["longest_tick_ms"], "threads": seen["relay"]["threads"]})
    result.require("all are in", run["connected"] == kit.rooms)
    result.check("s until all are connected", result.figures["connected_s"], 10)
    result.check("ms, the longest delay of a running room's packet", seen["latency"]["max_ms"], 20)
    result.check("packets that running rooms lost", seen["media"]["lost"], 0)


# --- memory

def idle_rooms(kit, result, name, words):
    with kit.server() as server:
        relay = server.relay_pid()
        meeting, _, _ = server.open_large_meeting(kit.rooms, "Phòng yên lặng")
        empty, started = rss_bytes(relay), thread_count(relay)
        # the first room brings the libraries' own tables in
        kit.load(server, meeting, "--count", 2, "--kbps", 0, *words, seconds=1)
        time.sleep(1)
        warm = rss_bytes(relay)
        process = kit.start_load(server, meeting, "--count", kit.rooms, "--joins", 100, "--kbps", 0, "--measure", 8,
                                 "--seconds", 120, *words)
        deadline, full, threads = time.monotonic() + 120, 0, 0
        while process.poll() is None and time.monotonic() < deadline:
            full, threads = max(full, rss_bytes(relay)), max(threads, thread_count(relay))
            time.sleep(0.5)
        run = kit.end_load(process, 30)
    each = (full - warm) / kit.rooms / 1000
    result.figures.update({f"{name}_kb": round(each, 1), f"{name}_rss_mib": round(full / 2**20, 1),
                           "empty_rss_mib": round(empty / 2**20, 1), "threads_empty": started, "threads": threads})
    result.require(f"all are connected ({name})", run["connected"] == kit.rooms)
    result.check(f"kB of a connected idle room ({name})", each, 100)
    result.check("threads", threads, 12)


@case("memory", "600 connected rooms that send nothing: as a watcher, and with all lines of a room")
def memory(kit, result):
    idle_rooms(kit, result, "watcher", ("--publishers", 0, "--speakers", 0))
    idle_rooms(kit, result, "room", ("--speakers", 0, "--receive-audio", 3, "--receive-video", 10))


# --- watching

PAGE_REPORT_S = 2  # as the room's page
BOARD_BAR = {"controller": 10, "relay": 5}


def cpu_seconds(pid):
    """User and system time of a process, all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Board(threading.Thread):
    """A technician who watches: reads what the board is told, as its page does."""

    def __init__(self, server, technician):
        super().__init__(daemon=True)
        self.socket = WebSocket(server.http_port, "/api/v1/health/live",
                                [f"Cookie: {technician.cookie}", f"Origin: {server.url}"],
                                "diemcau.health.v1")
        self.texts, self.bytes = [], 0
        self.start()

    def run(self):
        with contextlib.suppress(OSError, EOFError, AssertionError):
            while True:
                opcode, payload = self.socket.receive()
                if opcode == 9:
                    self.socket.send(10, payload)
                elif opcode == 1:
                    self.texts.append(time.monotonic())
                    self.bytes += len(payload)


def tell_as_pages(process, rooms, until, kind="listening"):
    """Each room's own figures every two seconds, one room after the other, as pages that were opened one after the
    other tell theirs, and like them without an id. `kind`: of a room that listens, as these do; that sends as well;
    or that is ill, so that all lights are lit."""
    own = {} if kind == "sending" else {"no_camera": True}
    if kind != "listening":
        own.update(encode_fps=25, encode_height=720, mic_level=40)
    ill = {"concealed_permille": 300, "freezes": 3, "frozen_ms": 900} if kind == "ill" else {}
    report = {"type": "stats", "id": None, "span_ms": 2000, "network": "ethernet", "candidate": "host", "tcp": False,
              "hidden": False, "limited": "none", **own, "audio_packets": 100, "concealed_permille": 0,
              "jitter_buffer_ms": 60, "out_level": 30, "played": "yes",
              "decoded_fps": 25, "decoded_height": 720, "dropped": 0, "freezes": 0, "frozen_ms": 0, "rtt_ms": 2, **ill}
    begin, told = time.monotonic(), 0
    while time.monotonic() < until:
        due = int((time.monotonic() - begin) * len(rooms) / PAGE_REPORT_S)
        for told in range(told, due):
            process.stdin.write(json.dumps({"room": rooms[told % len(rooms)], "message": report}) + "\n")
        told = due
        process.stdin.flush()
        time.sleep(0.005)


def watched_figures(server, technician, relay):
    """(controller s, relay s, of it shards s, of these for telling s) so far."""
    shards = technician.call("GET", "/health/relay", expect=200)["shards"]
    return (cpu_seconds(server.process.pid), cpu_seconds(relay), sum(s["cpu_us"] for s in shards) / 1e6,
            sum(s["sampling_us"] for s in shards) / 1e6)


@case("watched-600", "600 rooms whose pages tell their figures, and a technician's board: what watching costs")
def watched(kit, result):
    seconds, events = 3 * kit.options.seconds, kit.folder / "watched.events"
    heard = min(kit.options.heard_rooms, kit.rooms)  # the controller shares the generator's core
    with kit.server() as server:
        relay = server.relay_pid()
        meeting, hall, rooms = server.open_large_meeting(kit.rooms - 1, "Cả tỉnh được theo dõi")
        process = kit.start_load(server, meeting, "--count", kit.rooms, *VIDEO, *NINE, "--control", "--events", events,
                                 "--deaf", kit.rooms - heard, "--measure", seconds, "--seconds", seconds + 90,
                                 stdin=subprocess.PIPE)
        wait_for_events(events, "picture", heard - 1, 60)
        wait_for_events(events, "media", kit.rooms, 60)
        technician = server.api("kythuat")
        board = Board(server, technician)
        time.sleep(3)  # its first picture of all sites is out
        before, first, size = watched_figures(server, technician, relay), len(board.texts), board.bytes
        began = time.monotonic()
        tell_as_pages(process, [hall, *rooms], began + seconds - 8, kit.options.told)
        span = time.monotonic() - began
        after, last, size = watched_figures(server, technician, relay), len(board.texts), board.bytes - size
        lights = [s["light"] for s in technician.call("GET", "/health/sites", expect=200)["sites"]]
        run = kit.end_load(process, seconds + 120)
    controller, whole, shards, telling = (b - a for a, b in zip(before, after))
    # All that the relay does beside its shards counts as watching: the link to the controller, mostly.
    watching = telling + max(whole - shards, 0)
    gaps = [b - a for a, b in zip(board.texts[first:last], board.texts[first + 1:last])]
    result.figures.update({
        "rooms": run["rooms"], "green": lights.count("good"),
        "controller_cpu_percent": round(100 * controller / span, 2),
        "relay_cpu_percent": round(100 * whole / span, 1), "telling_percent_of_relay": round(100 * telling / whole, 2),
        "watching_more_percent": round(100 * watching / (whole - watching), 2),
        "board_texts_s": round((last - first) / span, 2), "board_kb_s": round(size / span / 1000, 1),
        "board_longest_gap_s": round(max(gaps, default=span), 2)})
    result.check("% of a core, the controller", result.figures["controller_cpu_percent"], BOARD_BAR["controller"])
    result.check("% more of the relay than without", result.figures["watching_more_percent"], BOARD_BAR["relay"])
    result.require("the board is told each second", (last - first) / span > 0.9)


# --- what is no media

TELLS_PER_S = 16  # of a browser: transport-wide feedback every 62 ms


def precise_seconds(pid):
    """Seconds that all threads of a process ran; ticks of 10 ms are too coarse here."""
    return sum(int(path.read_text().split()[0]) for path in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


@case("reports-alone", "reports as of 600 browsers that keep no step, to an idle relay whose cores sleep; of nobody: "
      "what waking and reading costs")
def reports_alone(kit, result):
    seconds = max(kit.options.seconds // 2, 2)
    per_second = TELLS_PER_S * kit.rooms
    with kit.server() as server:
        relay = server.relay_pid()
        words = [str(BUILD / "tests/bench/trickle"), str(server.media_port), str(per_second), str(seconds)]
        time.sleep(1)
        before, began = precise_seconds(relay), time.monotonic()
        subprocess.run(["taskset", "-c", str(kit.options.load_cpu), *words], check=True, timeout=seconds + 30)
        spent, span = precise_seconds(relay) - before, time.monotonic() - began
    result.figures.update({"reports_per_s": round(per_second * seconds / span),
                           "relay_cpu_percent": round(100 * spent / span, 2),
                           "us_per_report": round(spent / (per_second * seconds) * 1e6, 2)})
    result.check("us a report", result.figures["us_per_report"], 4.0)


# --- shards

def shards(kit, result, count):
    cpus = sorted(os.sched_getaffinity(0))
    relay_cpus = [kit.options.relay_cpu] if count == 1 else cpus[:count]
    with kit.server("relay.crypto=openssl", f"relay.shards={count}", relay_cpus=relay_cpus) as server:
        meeting, _, _ = server.open_large_meeting(kit.rooms // 2, f"Mảnh: {count}")
        run = kit.load(server, meeting, "--count", kit.rooms // 2 + 1, "--srtp", "gcm", *VIDEO, *NINE)
    take_load(result, run)
    check_loss(result, run)
    result.notes.append(f"relay on CPU {relay_cpus}, the generator on {kit.options.load_cpu}")


@case("shards-1", "2 Mbps to 300 rooms, all on one shard")
def shards_1(kit, result):
    shards(kit, result, 1)


@case("shards-2", "2 Mbps to 300 rooms, spread over two shards and both cores")
def shards_2(kit, result):
    shards(kit, result, 2)


# --- overload

HEAVY = ("--publishers", 1, "--kbps", 4600, "--fps", 60, "--packets", 9, "--srtp", "gcm", "--joins", 200)
HEARD = 20
CALM_S, OVERLOAD_S, RECOVER_S = 8, 15, 12


def size_of_overload(kit, server):
    """Rooms that offer 1.5 times what this relay can forward, by what a third of them cost."""
    meeting, _, _ = server.open_large_meeting(kit.rooms // 2, "Dò sức")
    probe = kit.load(server, meeting, "--count", kit.rooms // 2 + 1, "--deaf", kit.rooms // 2 - HEARD, *HEAVY,
                     seconds=5)
    us, pps = probe["relay"]["us_per_packet"], probe["relay"]["forwarded"] / probe["window_s"] / (kit.rooms // 2)
    server.api().call("POST", f"/meetings/{meeting}/end", {}, 200)
    return min(int(1.5e6 / (us * pps)), 3000), us, pps


@case("overload", "half as much again as the relay can forward is offered for 15 s, beside a meeting of 100 rooms")
def overload(kit, result):
    events = kit.folder / "calm.events"
    with kit.server("relay.crypto=openssl") as server:
        rooms, us, pps = size_of_overload(kit, server)
        calm, _, _ = server.open_large_meeting(100, "Phiên bên cạnh")
        loud, _, _ = server.open_large_meeting(rooms, "Phiên quá tải")
        watch = kit.start_load(server, calm, "--count", 101, *VIDEO, "--kbps", 1000, "--events", events,
                               "--seconds", CALM_S + rooms // 200 + OVERLOAD_S + RECOVER_S + 40, real_time=True)
        started = time.monotonic()
        wait_for_events(events, "picture", 100, 30)
        time.sleep(CALM_S)
        storm = kit.start_load(server, loud, "--count", rooms + 1, "--deaf", rooms - HEARD, "--seconds", 300, *HEAVY)
        time.sleep(rooms / 200 + OVERLOAD_S)
        at_end = time.monotonic() - started
        storm.terminate()
        loud_run = kit.end_load(storm, 60)
        seen = kit.end_load(watch, 150)
    result.notes.append(f"{us:.2f} us x {pps:.0f} packets/s a room: {rooms} rooms are 1.5 times a core; {HEARD} of "
                        "them are read, the others' packets are dropped by the kernel at their sockets")
    judge_overload(result, seen, loud_run, at_end)


def judge_overload(result, seen, loud_run, at_end):
    rows = seen["seconds"]
    calm = [r["rx_pps"] for r in rows if r["watching"] >= 100][2:CALM_S - 1]
    normal = sum(calm) / max(len(calm), 1)
    during = [r for r in rows if at_end - OVERLOAD_S + 2 <= r["at_s"] <= at_end]
    after = [r for r in rows if r["at_s"] > at_end]
    bad = [r["at_s"] for r in after if r["rx_pps"] < 0.95 * normal or r["audio_lost"] > 0]
    recovered = max(bad) + 1 - at_end if bad else 0
    kept = sum(r["rx_pps"] for r in during) / max(len(during), 1) / max(normal, 1)
    result.figures.update({
        "relay_cpu_percent": round(max((r["relay_cpu"] or 0 for r in during), default=0), 1),
        "offered_rooms": loud_run["rooms"], "loud_watching": loud_run["watching"],
        "packets_kept_percent": round(100 * kept, 1), "audio_lost": seen["media"]["audio"]["lost"],
        "loud_audio_lost": loud_run["media"]["audio"]["lost"], "stun_p99_ms": seen["consent"]["p99_ms"],
        "stun_max_ms": seen["consent"]["max_ms"], "loud_stun_p99_ms": loud_run["consent"]["p99_ms"],
        "loud_stun_max_ms": loud_run["consent"]["max_ms"],
        "consents_lost": seen["consent"]["failed"] + loud_run["consent"]["failed"],
        "freezes": seen["pictures"]["freezes"], "latency_max_ms": seen["latency"]["max_ms"],
        "recovered_s": round(recovered, 1)})
    result.check("sound packets lost beside the overload", seen["media"]["audio"]["lost"], 0)
    result.check("sound packets lost in it", loud_run["media"]["audio"]["lost"], 0)
    result.check("ms until a check was answered, at most", max(seen["consent"]["max_ms"],
                                                               loud_run["consent"]["max_ms"]), 50)
    result.check("consents lost", result.figures["consents_lost"], 0)
    result.check("s until all was as before", recovered, 5)
    result.require("it was an overload", result.figures["relay_cpu_percent"] > 95 or kept < 0.97)


# --- cost over the number of rooms

def scale_row(kit, viewers, options):
    """One row of --viewers: the case video-600 with another number, beside its floor."""
    result = Result(f"viewers-{viewers}", "")
    words = ["--kbps", options.kbps, "--fps", 25, "--codec", options.codec]
    words += ["--pace", options.pace] if options.pace else []
    if options.kbps == 2000 and not options.pace:
        words += ["--packets", 9]
    variant = "cm_sha1_80" if options.srtp == "sha1" else "gcm_ipsec_mb" if options.crypto == "ipsec-mb" else "gcm"
    segments = 1 if options.pace else max(options.kbps * 9 // 2000, 1)
    one_to_many(kit, result, words, (variant, segments, 1130), [f"relay.crypto={options.crypto}"], viewers=viewers,
                suite=options.srtp, floors=not options.no_floor)
    return result
