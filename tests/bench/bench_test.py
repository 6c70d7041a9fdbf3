#!/usr/bin/python3
"""What scripts/bench and scripts/soak make of figures: the floor of a mix, who lost a packet, what is flat."""
import contextlib
import importlib.machinery
import io
import pathlib
import sys
import tempfile
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests" / "integration"), str(ROOT / "scripts" / "lib")]
import bench_cases  # noqa: E402
import bench_kit  # noqa: E402
from bench_cases import CASES, Result, blend, check_loss, judge_overload, run_case, take_floors  # noqa: E402
from bench_janus import answer_of  # noqa: E402
from bench_kit import BenchError, Mix  # noqa: E402
from bench_runs import of_runs  # noqa: E402


def script(name):
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "scripts" / name))
    module = types.ModuleType(name)
    module.__file__ = loader.path
    loader.exec_module(module)
    return module


def media(video, audio, lost=0, thrown=0):
    return {"media": {"video": {"received": video, "bytes_per_packet": 1146.2},
                      "audio": {"received": audio, "bytes_per_packet": 136}, "lost": lost},
            "load": {"udp_buffer_errors": thrown}}


class JanusTest(unittest.TestCase):
    def test_an_offer_answers_what_janus_offers(self):
        offer = ("a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=setup:actpass\r\n"
                 "a=rtpmap:111 opus/48000/2\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99\r\na=setup:actpass\r\n"
                 "a=rtpmap:96 VP8/90000\r\na=rtpmap:98 H264/90000\r\na=fmtp:98 packetization-mode=1\r\n"
                 "a=rtcp-fb:98 nack\r\na=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\n")
        self.assertEqual(answer_of(offer), (
            "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=setup:active\r\n"
            "a=rtpmap:111 opus/48000/2\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=setup:active\r\n"
            "a=rtpmap:96 VP8/90000\r\n"))


class ScaleTest(unittest.TestCase):
    def rows(self, janus):
        """The rows of a table over three sizes, of the relay and of a Janus that answers so."""
        bench = script("bench")
        bench.janus = janus
        result = Result("scale", "")
        result.figures.update({"packets_per_s": 1000, "relay_cpu_percent": 5.0, "floor_drain_us": 1.0})
        bench.scale_row = lambda kit, count, options: result
        options = types.SimpleNamespace(viewers="50,100,200", janus=True, plot=None, kbps=2000)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            return bench.scale(None, options), said.getvalue()

    def test_a_row_of_each(self):
        rows, _ = self.rows(lambda options, count: {"rooms": count, "relay_cpu_percent": 50.0})
        self.assertEqual([r["case"] for r in rows],
                         ["scale", "janus-50", "scale", "janus-100", "scale", "janus-200"])

    def test_it_goes_on_where_janus_is_full(self):
        asked = []

        def full_from_100(_, count):
            asked.append(count)
            if count >= 100:
                raise BenchError("Janus cannot be measured: no CPU left")
            return {"rooms": count, "relay_cpu_percent": 50.0}

        rows, said = self.rows(full_from_100)
        self.assertEqual([r["case"] for r in rows], ["scale", "janus-50", "scale", "scale"])
        self.assertEqual(asked, [50, 100])  # not again where it was full with less
        self.assertIn("Janus cannot be measured", said)


class RunsTest(unittest.TestCase):
    def run_of(self, ratio, lost=0, heard=True):
        result = Result("a", "b")
        result.figures.update({"us_per_packet": ratio * 1.5, "shards": "x"})
        result.check("times the floor", ratio, 1.3)
        result.check("packets lost", lost, 0)
        result.require("all are heard", heard)
        result.notes.append(f"{ratio}")
        return result

    def test_one_is_itself(self):
        result = self.run_of(1.2)
        self.assertIs(of_runs([result]), result)

    def test_the_middle_one_counts(self):
        whole = of_runs([self.run_of(1.9), self.run_of(1.1), self.run_of(1.25)])
        self.assertTrue(whole.passes)
        self.assertEqual(whole.figures, {"us_per_packet": 1.875, "shards": "x"})
        self.assertEqual(whole.checks[0], {"what": "times the floor", "value": 1.25, "bar": 1.3, "pass": True,
                                           "runs": [1.9, 1.1, 1.25]})
        self.assertEqual(whole.notes, ["1.25"])
        self.assertFalse(of_runs([self.run_of(1.9), self.run_of(1.1), self.run_of(1.31)]).passes)

    def test_of_two_the_worse_one_counts(self):
        self.assertFalse(of_runs([self.run_of(1.2), self.run_of(1.35)]).passes)

    def test_what_is_rounded_to_the_bar_is_past_it(self):
        self.assertFalse(of_runs([self.run_of(1.3004), self.run_of(1.3), self.run_of(1.3)]).passes)
        self.assertTrue(of_runs([self.run_of(1.3), self.run_of(1.3), self.run_of(1.4)]).passes)

    def test_what_must_not_be_is_in_none(self):
        self.assertFalse(of_runs([self.run_of(1), self.run_of(1, lost=1), self.run_of(1)]).passes)
        self.assertFalse(of_runs([self.run_of(1), self.run_of(1, heard=False), self.run_of(1)]).passes)

    def test_one_that_failed_is_not_lost(self):
        failed = Result("a", "b")
        failed.require("it ran: no relay", False)
        self.assertFalse(of_runs([self.run_of(1), failed, self.run_of(1)]).passes)


class AwakeTest(unittest.TestCase):
    """Cores are kept awake as the relay keeps them, or not at all."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for name, text in (("CPU_LATENCY", ""), ("PROCESSORS", "flags : fpu hypervisor lahf_lm\n")):
            self.addCleanup(setattr, bench_kit, name, getattr(bench_kit, name))
            path = pathlib.Path(self.folder.name) / name
            path.write_text(text)
            setattr(bench_kit, name, path)

    def kit(self, asleep):
        return bench_kit.Kit(types.SimpleNamespace(rooms=60, asleep=asleep), None)

    def test_awake(self):
        self.assertTrue(self.kit(asleep=False).is_awake)
        with bench_kit.cores_awake(True):
            self.assertEqual(bench_kit.CPU_LATENCY.read_bytes(), bytes(4))

    def test_real_machine(self):
        bench_kit.PROCESSORS.write_text("flags : fpu lahf_lm\n")
        with bench_kit.cores_awake(True):
            self.assertEqual(int.from_bytes(bench_kit.CPU_LATENCY.read_bytes(), sys.byteorder), 3)

    def test_asleep(self):
        self.assertFalse(self.kit(asleep=True).is_awake)
        with bench_kit.cores_awake(False):
            self.assertEqual(bench_kit.CPU_LATENCY.read_bytes(), b"")

    def test_no_device(self):
        bench_kit.CPU_LATENCY.unlink()
        self.assertFalse(self.kit(asleep=False).is_awake)


class FloorTest(unittest.TestCase):
    def test_a_mix_is_weighed(self):
        floor = {"cpu_ns_per_packet": 1000, "audio_ns": 4000}
        for video, audio, expected in ((300, 100, 1.75), (0, 7, 4.0), (7, 0, 1.0), (0, 0, 0.0)):
            self.assertAlmostEqual(Mix("gcm", 9, media(video, audio)).cost(floor), expected)

    def test_sizes_are_without_the_tag(self):
        mix = Mix("gcm", 9, media(9, 1))
        self.assertEqual((mix.bytes, mix.audio_bytes), (1130, 120))
        self.assertEqual(Mix("cm_sha1_80", 9, media(9, 1)).bytes, 1136)
        self.assertEqual(Mix("gcm", 1, media(0, 1)).bytes, 1130)  # any: no picture was sent

    def test_rooms_that_are_read_and_others(self):
        self.assertAlmostEqual(blend({"drain": 3, "drop": 1}, 0.25), 1.5)
        result = Result("x", "")
        result.figures["us_per_packet"] = 3.0
        take_floors(result, {"drain": 2.2, "drop": 1.0}, {"drain": 1.8, "drop": 2.0})
        self.assertEqual((result.figures["floor_drain_us"], result.figures["ratio"]), (2.0, 1.5))
        self.assertEqual((result.figures["floor_drop_us"], result.figures["ratio_drop"]), (1.5, 2.0))
        self.assertNotIn("ratio_limit", result.figures)

    def test_beside_the_program_of_limit(self):
        result = Result("x", "")
        result.figures["us_per_packet"] = 3.0
        take_floors(result, {"drain": 2.0, "drop": 1.0, "limit": 2.4}, {"drain": 2.0, "drop": 1.0, "limit": 2.6})
        self.assertEqual((result.figures["floor_limit_us"], result.figures["ratio_limit"]), (2.5, 1.2))
        self.assertEqual(result.figures["ratio"], 1.5)  # the bar is of our floor, which is lower


class VerdictTest(unittest.TestCase):
    def test_the_bar_itself_passes(self):
        result = Result("x", "")
        result.check("us", 2.0, 2.0)
        self.assertTrue(result.passes)
        result.check("us", 2.001, 2.0)
        self.assertFalse(result.passes)
        self.assertFalse(result.to_json()["pass"])

    def test_loss_of_the_generator_is_not_the_relays(self):
        for lost, thrown, passes in ((0, 0, True), (5, 5, True), (6, 5, False), (1, 0, False)):
            result = Result("x", "")
            check_loss(result, media(100, 0, lost, thrown))
            self.assertEqual(result.passes, passes, (lost, thrown))

    def test_a_case_that_cannot_run_fails(self):
        def fail(kit, result):
            raise BenchError("nobody came")
        CASES["broken"] = ("", fail)
        try:
            self.assertFalse(run_case(None, "broken").passes)
        finally:
            del CASES["broken"]


class TableTest(unittest.TestCase):
    def test_a_row_each(self):
        good, bad = Result("good", ""), Result("bad", "")
        good.figures.update({"us_per_packet": 1.234, "floor_drain_us": 1.0, "floor_drop_us": 0.9, "ratio": 1.234})
        bad.check("s until all are connected", 11, 10)
        bad.figures["connected_s"] = 11
        rows = script("bench").markdown([good, bad]).splitlines()
        self.assertEqual(rows[2], "| good | 1.23 | 1.00 | 0.90 | 1.23 |  | yes |")
        self.assertIn("connected s 11 | no: 11 s until all are connected (bar 10)", rows[3])
        self.assertEqual({r.count("|") for r in rows}, {8})


class OverloadTest(unittest.TestCase):
    END = 40  # of the overload, in seconds of the run

    def judge(self, change=lambda row: None, audio_lost=0, stun_ms=10, failed=0):
        rows = [{"at_s": float(t), "watching": 100, "rx_pps": 10000, "audio_lost": 0, "relay_cpu": 40}
                for t in range(1, 53)]
        for row in rows:
            if self.END - bench_cases.OVERLOAD_S <= row["at_s"] <= self.END:
                row.update({"rx_pps": 6000, "relay_cpu": 99})
            change(row)
        run = {"seconds": rows, "media": {"audio": {"lost": audio_lost}}, "pictures": {"freezes": 0},
               "consent": {"p99_ms": stun_ms / 2, "max_ms": stun_ms, "failed": failed}, "latency": {"max_ms": 30}}
        loud = {"rooms": 1000, "watching": 20, "media": {"audio": {"lost": 0}},
                "consent": {"p99_ms": 5, "max_ms": 10, "failed": 0}}
        result = Result("overload", "")
        judge_overload(result, run, loud, self.END)
        return result

    def test_it_bends(self):
        result = self.judge()
        self.assertTrue(result.passes, result.checks)
        self.assertAlmostEqual(result.figures["packets_kept_percent"], 60, delta=1)
        self.assertEqual(result.figures["recovered_s"], 0)

    def test_it_breaks(self):
        self.assertFalse(self.judge(audio_lost=1).passes)
        self.assertFalse(self.judge(stun_ms=51).passes)
        self.assertFalse(self.judge(failed=1).passes)

    def test_it_recovers_late(self):
        def thin_for(seconds):
            def change(row):
                if self.END < row["at_s"] <= self.END + seconds:
                    row["rx_pps"] = 5000
            return self.judge(change)
        self.assertTrue(thin_for(4).passes)
        late = thin_for(7)
        self.assertFalse(late.passes)
        self.assertEqual(late.figures["recovered_s"], 8)

    def test_no_overload_proves_nothing(self):
        def change(row):
            row.update({"rx_pps": 10000, "relay_cpu": 40})
        self.assertFalse(self.judge(change).passes)


class SoakTest(unittest.TestCase):
    def test_what_grows(self):
        growth = script("soak").growth
        for step, flat in ((0, True), (10, True), (200, False)):
            rows = [{"relay": {"rss_kb": 60000 + step * i}} for i in range(100)]
            self.assertEqual(growth(rows, "relay", "rss_kb")["flat"], flat, step)


if __name__ == "__main__":
    unittest.main(verbosity=2)
