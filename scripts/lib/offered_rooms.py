"""Rooms whose offers and answers the caller carries (tests/bench/offered_rooms.c)."""
import json
import resource
import subprocess


class OfferedRoomsError(Exception):
    pass


class OfferedRooms:
    def __init__(self, program, cpu, scan_ms=0):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a shell begins with 1,024
        command = ["taskset", "-c", str(cpu), str(program), str(scan_ms)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, act, **more):
        self.process.stdin.write(json.dumps({"do": act, **more}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if answer.get("error"):
            raise OfferedRoomsError(answer["error"])
        return answer

    def end(self):
        self.process.stdin.close()
        if self.process.wait(10):
            raise OfferedRoomsError("the rooms broke off")
