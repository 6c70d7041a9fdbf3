#!/usr/bin/python3
"""The commands as an administrator meets them: help, exit status, one clear line for what is wrong; a first start,
a second start, a relay and a controller that are killed."""
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

from harness import PROGRAM, Api, free_media_port, free_port, wait_for

ONE_LINE = re.compile(r"\Adiemcau[^\n]*: [^\n]+\n\Z")


def run(*words, expect, **options):
    """Runs `diemcau WORDS`; returns (stdout, stderr)."""
    done = subprocess.run([str(PROGRAM), *words], capture_output=True, text=True, timeout=60, **options)
    assert done.returncode == expect, f"{words}: status {done.returncode}, not {expect}: {done.stderr}"
    return done.stdout, done.stderr


def commands():
    text, _ = run("--help", expect=0)
    return re.findall(r"^  ([a-z-]+) {2,}\S", text.split("Commands:")[1].split("Options:")[0], re.M)


class Options(unittest.TestCase):
    def refused(self, *words, saying):
        out, err = run(*words, expect=2)
        self.assertEqual(out, "")
        self.assertRegex(err, ONE_LINE)
        self.assertIn(saying, err)

    def test_help_and_version(self):
        version, _ = run("--version", expect=0)
        self.assertRegex(version, r"\Adiemcau \d+\.\d+\.\d+\n\Z")
        self.assertTrue({"serve", "relay", "load", "import-units", "user", "token", "check-config"} <= set(commands()))
        for command in commands():
            with self.subTest(command):
                text, _ = run(command, "--help", expect=0)
                self.assertIn(f"diemcau {command}", text)
                self.assertIn("--config", text)
                self.assertEqual(run(command, "--version", expect=0)[0], version)

    def test_wrong_usage(self):
        self.refused(saying="diemcau --help")
        self.refused("sreve", saying='no command "sreve"')
        self.refused("--verbose", saying='no option "--verbose"')
        for command in commands():
            with self.subTest(command):
                self.refused(command, "--no-such-option", saying="--no-such-option")
                self.refused(command, "--config", "/nowhere/x.conf", *needed(command), saying="/nowhere/x.conf")
        self.refused("serve", "again", saying='"again"')

    def test_bad_settings(self):
        rows = [
            ("[http]\nhttps_port = 70000\n", "[http] https_port = \"70000\": must be a whole number from 0 to 65535"),
            ("[http]\nhttps_prot = 1\n", "[http] has no key \"https_prot\""),
            ("[meeting]\nx = 1\n", "there is no group [meeting]"),
            ("[relay]\naddresses = here\n", "[relay] addresses = \"here\": must be a list"),
            ("[http]\ncertificate = /a.pem\n", "[http] certificate and private_key"),
            ("nonsense\n", "diemcau.conf: "),
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "diemcau.conf")
            for text, saying in rows:
                for command in ("check-config", "serve", "relay"):
                    with self.subTest(command, text=text):
                        path.write_text(text)
                        self.refused(command, "--config", str(path), saying=saying)
        self.refused("check-config", "--set", "log.level=loud", saying="error, warning, info, debug")
        self.refused("check-config", "--set", "log", saying="group.key=value")

    def test_check_config(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "diemcau.conf")
            path.write_text("[relay]\nmedia_port = 40000\n")
            text, _ = run("check-config", "-c", str(path), "--set", "relay.shards=2", "--state-dir", folder, expect=0)
            self.assertIn("\nmedia_port = 40000\n", text)
            self.assertIn("\nshards = 2\n", text)
            self.assertIn(f"\nrun_dir = {folder}/run\n", text)
            path.write_text(text)
            self.assertEqual(run("check-config", "-c", str(path), expect=0)[0], text)


def needed(command):
    """Arguments without which a command is refused for another reason."""
    return {"import-units": ["x.csv"], "user": ["list"], "backup": ["x.db"], "media": ["pictures"],
            "probe": ["https://127.0.0.1", "--token", "x"]}.get(command, [])


class Controller:
    """`diemcau serve` without a demonstration, in a folder of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.http_port = free_port()
        self.options = ["--state-dir", str(self.folder), "--set", f"http.http_port={self.http_port}",
                        "--set", f"http.https_port={free_port()}", "--set", "relay.shards=1",
                        "--set", f"relay.media_port={free_media_port()}"]
        self.process, self.starts = None, 0

    def start(self):
        self.starts += 1
        self.out = self.folder / f"out-{self.starts}"
        self.log = self.folder / f"log-{self.starts}"
        with open(self.out, "w") as out, open(self.log, "w") as log:
            self.process = subprocess.Popen([str(PROGRAM), "serve", *self.options], stdout=out, stderr=log,
                                            stdin=subprocess.DEVNULL)
        wait_for("the controller and its relay", self.is_up)

    def is_up(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return Api(self.http_port).call("GET", "/health")["status"] == "ok"
        except (OSError, ValueError):
            return False

    def relay_pid(self):
        """Of the relay that was linked last, as the controller's log names it."""
        found = re.findall(r"up: process (\d+)", self.log.read_text())
        return int(found[-1]) if found else None

    def stop(self):
        """As an administrator does; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        relay = self.relay_pid() if self.process else None
        if relay and is_alive(relay):
            os.kill(relay, signal.SIGKILL)


def is_alive(pid):
    try:
        return b"relay" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


class Serve(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="diemcau-serve-")
        self.addCleanup(self.temporary.cleanup)
        self.controller = Controller(self.temporary.name)
        self.addCleanup(self.controller.end)
        self.controller.start()

    def test_first_and_second_start(self):
        first = self.controller.out.read_text()
        password = re.search(r"^  (\w{12,})$", first, re.M).group(1)
        Api(self.controller.http_port).log_in("admin", password)
        self.assertNotIn(password, self.controller.log.read_text())
        relay = self.controller.relay_pid()
        self.assertEqual(self.controller.stop(), 0)
        wait_for("the relay to end with its controller", lambda: not is_alive(relay))
        self.controller.start()
        self.assertNotIn("admin", self.controller.out.read_text())
        Api(self.controller.http_port).log_in("admin", password)

    def test_in_use(self):
        _, err = run("serve", *self.controller.options, expect=1)
        self.assertRegex(err.splitlines(keepends=True)[-1], ONE_LINE)
        self.assertIn(str(self.controller.process.pid), err)
        with tempfile.TemporaryDirectory() as other:
            out, err = run("serve", *self.controller.options, "--set", f"storage.state_dir={other}", expect=1)
            self.assertRegex(err.splitlines(keepends=True)[-1], ONE_LINE)
            self.assertRegex(err, r"port \d+")
            # A password that nobody saw would lock everybody out: the first start that works shows one.
            self.assertEqual(out, "")
            self.assertEqual(run("user", "list", "--state-dir", other, expect=0)[0].count("admin"), 0)

    def test_relay_killed(self):
        relay = self.controller.relay_pid()
        os.kill(relay, signal.SIGKILL)
        wait_for("another relay", lambda: self.controller.relay_pid() != relay)
        wait_for("it to be told", self.controller.is_up)

    def test_controller_killed(self):
        relay = self.controller.relay_pid()
        self.controller.process.kill()
        self.controller.process.wait()
        time.sleep(0.5)
        self.assertTrue(is_alive(relay), "the relay went with its controller")
        self.controller.start()
        self.assertEqual(self.controller.relay_pid(), relay, "the running relay was not found")
        self.assertEqual(self.controller.stop(), 0)
        wait_for("the relay to end with its new controller", lambda: not is_alive(relay))

    def test_log_as_json(self):
        self.controller.stop()
        self.controller.options += ["--set", "log.format=json"]
        self.controller.start()
        self.controller.stop()
        lines = [json.loads(line) for line in self.controller.log.read_text().splitlines()]
        self.assertEqual(lines[-1]["text"], "stopped")
        self.assertTrue(all({"time", "level", "tag", "text"} <= set(line) for line in lines))

    def test_state_is_private(self):
        for path in pathlib.Path(self.temporary.name).rglob("*"):
            if path.suffix in (".key", ".pem", ".sock", ".db"):
                self.assertEqual(path.stat().st_mode & 0o077, 0, path)


if __name__ == "__main__":
    unittest.main(verbosity=2)
