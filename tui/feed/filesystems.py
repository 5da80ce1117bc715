"""How a directory is to be watched, by the file system it lies on: the mount table read, and what each kind means.

inotify tells what this host's own kernel writes. On a network or cluster file system it is silent about other hosts'
writes, and a log on a login node is nearly always written by another host; there, only asking for sizes and times is true.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MOUNTS = "/proc/self/mountinfo"
Method = Literal["inotify", "poll"]

_LOCAL = frozenset({
    "ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "ramfs", "f2fs", "jfs", "reiserfs", "reiser4", "zfs", "bcachefs", "nilfs2",
    "hfsplus", "vfat", "exfat", "ntfs3", "erofs", "squashfs", "iso9660", "udf", "minix", "rootfs",
})
_SHARED = {
    "nfs": "other hosts write to it", "lustre": "other hosts write to it", "gpfs": "other hosts write to it",
    "beegfs": "other hosts write to it", "cifs": "other hosts write to it", "9p": "the host outside writes to it",
    "fuse": "the kernel does not see what is behind it",
}  # fmt: skip
_UNKNOWN = "not known to tell of every write"
_KINDS = {
    "nfs4": "nfs", "nfs3": "nfs", "lustre_lite": "lustre", "mmfs": "gpfs", "beegfs_nodev": "beegfs", "smb3": "cifs",
    "smbfs": "cifs", "smb2": "cifs", "ncpfs": "cifs", "virtiofs": "9p", "vboxsf": "9p", "prl_fs": "9p", "vmhgfs": "9p",
    "drvfs": "9p",
    "afs": "nfs", "ceph": "nfs", "panfs": "nfs", "wekafs": "nfs", "orangefs": "nfs", "pvfs2": "nfs", "ocfs2": "nfs",
    "gfs2": "nfs", "cvfs": "nfs", "dvs": "nfs", "fuseblk": "fuse",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system: its place in the tree, kind, source, and the options of the file system itself."""

    point: str
    kind: str
    source: str
    options: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """How a directory is watched, and why, in words; its mount where that is known."""

    method: Method
    why: str
    mount: Mount | None = None


def mounts(table: str | None = None) -> list[Mount]:
    """The mount table, in the order of mounting; none where there is no such table. `table` is its text if at hand."""
    if table is None:
        try:
            with open(MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
                table = file.read()
        except OSError:
            return []
    found = []
    for line in table.splitlines():
        before, _, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) >= 5 and len(rest) >= 2:
            options = rest[2] if len(rest) > 2 else ""
            found.append(Mount(_plain(fields[4]), rest[0], _plain(rest[1]), _plain(options)))
    return found


def _plain(text: str) -> str:
    """The kernel writes blanks, tabs, newlines and backslashes as octal numbers.

    >>> _plain("/home/my\\\\040runs")
    '/home/my runs'
    """
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def mount_of(path: str, table: Sequence[Mount]) -> Mount | None:
    """The mount that a path (real, absolute) lies on: the deepest, and of several at one place the last."""
    best = None
    for mount in table:
        inside = path == mount.point or path.startswith(mount.point.rstrip("/") + "/")
        if inside and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def choose(path: str, table: Sequence[Mount], forced: Method | None = None) -> Choice:
    """How the directory at `path` is watched by that mount table, unless one way is `forced`."""
    mount = mount_of(os.path.realpath(path), table)
    if forced is not None:
        return Choice(forced, "asked for", mount)
    if mount is None:
        return Choice("poll", f"no mount table ({MOUNTS}) says what it lies on")
    return Choice(*_by_kind(mount, table, 0), mount)


def _by_kind(mount: Mount, table: Sequence[Mount], depth: int) -> tuple[Method, str]:
    if mount.kind == "overlay" and depth < 4:
        for layer in _layers(mount.options):
            below = mount_of(layer, [other for other in table if other is not mount])
            if below is not None and below.kind != "overlay" and _by_kind(below, table, depth + 1)[0] == "poll":
                return "poll", f"overlay, with a layer on {below.kind}: {_SHARED.get(_family(below.kind), _UNKNOWN)}"
        return "inotify", "overlay, with its layers on this host"
    if mount.kind in _LOCAL:
        return "inotify", f"{mount.kind}: this host alone writes to it"
    return "poll", f"{mount.kind}: {_SHARED.get(_family(mount.kind), _UNKNOWN)}"


def _family(kind: str) -> str:
    return "fuse" if kind.startswith("fuse") else _KINDS.get(kind, kind)


def _layers(options: str) -> list[str]:
    """The directories that an overlay shows as one."""
    found = re.findall(r"(?:^|,)(?:lowerdir\+?|upperdir|datadir\+?)=((?:\\.|[^,])*)", options)
    return [layer for value in found for layer in re.split(r"(?<!\\):+", value.replace("\\,", ",")) if layer.startswith("/")]
