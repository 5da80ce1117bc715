"""How to watch, from the mount table: inotify only where it tells of every write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.feed.filesystems import Mount, choose, mount_of, mounts

TABLE = r"""
21 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw,errors=remount-ro
30 21 0:40 / /home rw,relatime shared:9 - nfs4 nas:/home rw,vers=4.2,addr=10.0.0.1
31 21 0:41 / /lus/grand rw,flock - lustre 10.0.0.2@o2ib:/grand rw,flock
32 21 0:42 / /gpfs/mira-home rw - gpfs mira-home rw
33 21 0:43 / /beegfs rw - beegfs beegfs_nodev rw,cfgFile=/etc/beegfs.conf
34 21 0:44 / /mnt/win rw - cifs //srv/x rw
35 21 0:45 / /mnt/my\040runs rw - fuse.sshfs me@there:/ rw
36 21 0:46 / /dev/shm rw - tmpfs tmpfs rw
37 21 8:3 / /scratch rw - xfs /dev/sdb1 rw
38 21 0:47 / /data rw - btrfs /dev/sdc rw
39 21 0:48 / /host rw - 9p host rw,trans=virtio
40 21 0:50 / /box rw - overlay overlay rw,lowerdir=/opt/a:/opt/b,upperdir=/scratch/up,workdir=/scratch/work
41 21 0:51 / /nfsbox rw - overlay overlay rw,lowerdir=/opt/a,upperdir=/home/me/up,workdir=/home/me/work
42 21 0:52 / /new rw - neverheardfs x rw
43 30 0:53 / /home/local rw master:2 propagate_from:3 - ext4 /dev/sdd rw
44 21 0:54 / /auto rw - autofs auto rw
45 44 0:55 / /auto rw - nfs nas:/auto rw,vers=3
"""


@pytest.mark.parametrize(
    ("path", "method", "word"),
    [
        ("/var/log", "inotify", "ext4"), ("/scratch/runs", "inotify", "xfs"), ("/data", "inotify", "btrfs"),
        ("/dev/shm/x", "inotify", "tmpfs"), ("/home/me/runs", "poll", "nfs4"), ("/lus/grand/me", "poll", "lustre"),
        ("/gpfs/mira-home/me", "poll", "gpfs"), ("/beegfs/me", "poll", "beegfs"), ("/mnt/win", "poll", "cifs"),
        ("/mnt/my runs/a", "poll", "fuse.sshfs"), ("/host/a", "poll", "9p"), ("/box/a", "inotify", "overlay"),
        ("/nfsbox/a", "poll", "nfs4"), ("/new", "poll", "neverheardfs"), ("/home/local/a", "inotify", "ext4"),
        ("/homework", "inotify", "ext4"), ("/auto/a", "poll", "nfs"),
    ],
)  # fmt: skip
def test_the_file_system_decides(path: str, method: str, word: str) -> None:
    """And the reason names it."""
    choice = choose(path, mounts(TABLE))
    assert choice.method == method
    assert word in choice.why


def test_what_was_asked_for_is_done() -> None:
    """By a flag or the settings, whatever the file system."""
    assert choose("/home/me", mounts(TABLE), "inotify").method == "inotify"
    assert choose("/scratch", mounts(TABLE), "poll").method == "poll"


def test_without_a_mount_table_nothing_is_believed() -> None:
    """Another operating system: polling is true everywhere."""
    assert choose("/scratch", []).method == "poll"


def test_a_link_leads_to_where_it_lies(tmp_path: Path) -> None:
    """`~/runs` may be a link to the cluster's file system."""
    (tmp_path / "cluster").mkdir()
    (tmp_path / "runs").symlink_to(tmp_path / "cluster")
    table = [Mount("/", "ext4", "disk"), Mount(str(tmp_path / "cluster"), "lustre", "far")]
    assert choose(str(tmp_path / "runs"), table).method == "poll"


def test_this_machine_s_table_is_understood() -> None:
    """Its root has a mount."""
    assert not os.path.exists("/proc/self/mountinfo") or mount_of("/", mounts()) is not None


def test_a_line_that_is_cut_is_passed_over() -> None:
    """Not taken for something else."""
    assert mounts("21 1 8:2 / /\n\n - \ngarbage") == []
