"""Which processes are ours. The one place that reads /proc, so the embedded servers need Linux."""

import os
import signal
import time
from pathlib import Path


def is_ours(pid: int, program: str, folder: Path) -> bool:
    """It runs this program in this folder: a recycled pid, or somebody else's server, is not ours."""
    try:
        executable = os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
        return os.path.basename(executable) == program and os.path.samefile(f"/proc/{pid}/cwd", folder)
    except OSError:
        return False


def ours(program: str, folder: Path) -> list[int]:
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in pids if is_ours(pid, program, folder)]


def end(pids: list[int], program: str, folder: Path, kind: signal.Signals, seconds: float) -> None:
    """Ask, wait, then insist. Each pid is looked at again just before it is signalled."""
    deadline = time.monotonic() + seconds
    for wanted in (kind, signal.SIGKILL):
        for pid in pids:
            if is_ours(pid, program, folder):
                os.kill(pid, wanted)
        while pids and (wanted is signal.SIGKILL or time.monotonic() < deadline):
            pids = [pid for pid in pids if is_ours(pid, program, folder)]
            time.sleep(0.01)
