"""Priority for a bench on a machine that others use too."""
import os
import pathlib


def set_group_nice(pid, nice):
    """Where the kernel shares out by sessions, a process's own value counts within its session alone."""
    group = pathlib.Path(f"/proc/{pid}/autogroup")
    if nice and group.exists():
        group.write_text(str(nice))


def be_nice(nice):
    """This process and what it starts; negative needs root."""
    if nice == 0:
        return
    os.nice(nice)
    if os.getpid() != os.getsid(0):
        os.setsid()
    set_group_nice("self", nice)
