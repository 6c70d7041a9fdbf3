"""The administration port: what Prometheus reads, and the files made for it in config/monitoring."""
import http.client
import json
import os
import re
import signal
import subprocess
import unittest

from harness import ROOT, Server, free_port, wait_for

MONITORING = ROOT / "config" / "monitoring"
PROCESS = {"up", "process_start_time_seconds"}  # of Prometheus itself, or of every program


def promtool(*words, text=None):
    return subprocess.run(["promtool", *map(str, words)], input=text, capture_output=True, text=True, timeout=120)


def names_in(text):
    return set(re.findall(r"\b(?:diemcau|process)_[a-z_]+\b", text))


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        cls.server = Server(demo_rooms=2, settings=[f"admin.port={cls.port}"]).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def ask(self, path="/metrics", method="GET", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body)
        reply = connection.getresponse()
        text = reply.read().decode()
        connection.close()
        return reply, text

    def value(self, name):
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.ask()[1], re.MULTILINE)
        return float(found[1]) if found else None

    def test_format(self):
        reply, text = self.ask()
        self.assertEqual(reply.status, 200)
        self.assertTrue(reply.getheader("Content-Type").startswith("text/plain; version=0.0.4"))
        checked = promtool("check", "metrics", text=text)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_figures_move(self):
        wait_for("the demonstration's rooms", lambda: self.value('diemcau_connections{kind="room"}') == 2, 120)
        sent = self.value('diemcau_relay_sent_packets_total{shard="0"}')
        wait_for("packets", lambda: self.value('diemcau_relay_sent_packets_total{shard="0"}') > sent)
        self.assertGreater(self.value("process_resident_memory_bytes"), 1e6)

    def test_nothing_else(self):
        self.assertEqual(self.ask("/api/v1/meetings")[0].status, 404)
        self.assertEqual(self.ask(method="POST", body="x" * 100000)[0].status, 405)
        self.assertEqual(self.ask("/")[0].status, 200)

    def test_relay_gone(self):
        self.assertEqual(self.value("diemcau_relay_up"), 1)
        lost = self.server.relay_pid()
        os.kill(lost, signal.SIGKILL)
        wait_for("another relay", lambda: self.server.relay_pid() not in (None, lost))
        wait_for("it to be told", lambda: self.value("diemcau_relay_up") == 1)

    def test_rules(self):
        for words in (("check", "rules", MONITORING / "alerts.yml"), ("test", "rules", MONITORING / "alerts-test.yml")):
            done = promtool(*words)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_files_name_what_there_is(self):
        there = names_in(self.ask()[1]) | PROCESS
        self.assertEqual(names_in((MONITORING / "alerts.yml").read_text()) - there, set())
        dashboard = json.loads((MONITORING / "grafana-dashboard.json").read_text())
        shown = {name for p in dashboard["panels"] for t in p["targets"] for name in names_in(t["expr"])}
        self.assertEqual(shown - there, set())
        self.assertGreater(len(shown), 15)


if __name__ == "__main__":
    unittest.main(verbosity=2)
