"""What a process costs while something is measured."""
import os
import pathlib
import time


class Cost:
    """What a process spends from here on."""

    def __init__(self, pid):
        self.folder = pathlib.Path(f"/proc/{pid}")
        self.begun = (time.monotonic(), *self.read())

    def read(self):
        fields = (self.folder / "stat").read_text().rpartition(")")[2].split()
        return tuple(int(ticks) / os.sysconf("SC_CLK_TCK") for ticks in fields[11:13])

    def since(self):
        now = (time.monotonic(), *self.read())
        seconds, user, system = (after - before for after, before in zip(now, self.begun))
        pages = int((self.folder / "statm").read_text().split()[1])
        return {"seconds": seconds, "user_s": user, "system_s": system,
                "rss_bytes": pages * os.sysconf("SC_PAGE_SIZE"), "threads": len(os.listdir(self.folder / "task"))}
