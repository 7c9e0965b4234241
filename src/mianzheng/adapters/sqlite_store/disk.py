"""Whether a file lies where SQLite may work: on a local disk whose locks hold."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path

from mianzheng.errors import Rejected

NETWORK = frozenset((
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse.cephfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
    "fuse.sshfs", "gfs2", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "pvfs2", "smb2", "smb3", "smbfs",
))  # fmt: skip
"""File systems shared over a network, by their names in /proc/mounts."""

MOUNTS = Path("/proc/mounts")


def require_local(file: Path) -> None:
    """Refuse a network file system, and one whose locks do not hold. Raises Rejected. (Fault F35.)"""
    kind = file_system(file, MOUNTS)
    if kind in NETWORK:
        raise Rejected(f"数据文件 {file} 在网络盘（{kind}）上，几台机器同时写会损坏数据；请放到本机磁盘。")
    if not _locks_hold(file.with_name(file.name + ".lock-probe")):
        raise Rejected(f"数据文件 {file} 所在的磁盘不支持文件锁，同时写会损坏数据；请放到本机磁盘。")


def file_system(file: Path, mounts: Path) -> str:
    """The kind of file system that a path lies on; empty where the machine does not say."""
    if not mounts.is_file():
        return ""
    place, found, kind = file.resolve(), Path(), ""
    for line in mounts.read_text("utf-8", "surrogateescape").splitlines():
        _, point, name, *_ = line.split(" ")
        mounted = Path(point.encode("latin-1", "surrogateescape").decode("unicode_escape"))
        # 后挂上的盖住先挂上的
        if place.is_relative_to(mounted) and len(mounted.parts) >= len(found.parts):
            found, kind = mounted, name
    return kind


def _locks_hold(probe: Path) -> bool:
    """Two openings of one file, a lock through the first: the second one must be kept out."""
    descriptors = [os.open(probe, os.O_RDWR | os.O_CREAT, 0o600) for _ in range(2)]
    wish = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0)
    try:
        fcntl.fcntl(descriptors[0], fcntl.F_OFD_SETLK, wish)
        try:
            fcntl.fcntl(descriptors[1], fcntl.F_OFD_SETLK, wish)
        except BlockingIOError:
            return True
        return False
    except OSError:
        return False
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
        probe.unlink(missing_ok=True)
