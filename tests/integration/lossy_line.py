"""Lines with loss, delay, jitter, a rate and a queue, between clients and the relay (tests/line)."""
import json
import re
import subprocess
import threading

from harness import BUILD

PROGRAM = BUILD / "tests" / "line" / "lossy-line"


class LossyLine:
    """`lossy-line` before a UDP port of this machine. Use as a context manager."""

    def __init__(self, to_port, lines=1, seed=1, host="127.0.0.1"):
        self.to_port = to_port
        self.process = subprocess.Popen(
            [str(PROGRAM), "--to", f"{host}:{to_port}", "--listen", host, "--lines", str(lines), "--seed", str(seed)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports = json.loads(self.process.stdout.readline())["ports"]
        self.lock = threading.Lock()

    def _tell(self, order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def report(self, **order):
        """Sets what is given (up, down, line) and returns the figures of all lines."""
        with self.lock:
            self._tell({**order, "report": True})
            answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer
        return answer

    def set(self, line=None, up=None, down=None, both=None):
        """Settings by the names of tests/line/README.md; of one line or of all."""
        order = {} if line is None else {"line": line}
        for way, settings in (("up", up or both), ("down", down or both)):
            if settings is not None:
                order[way] = settings
        self.report(**order)

    def through(self, sdp, line=0):
        """The answer's SDP with the line's port in its candidates."""
        return re.sub(rf"(?m)^(a=candidate:\S+ \d+ udp \d+ \S+) {self.to_port} ", rf"\1 {self.ports[line]} ", sdp,
                      flags=re.IGNORECASE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
