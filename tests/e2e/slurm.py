"""A real one-node Slurm for end-to-end tests, in a directory of its own: nothing is installed, and no root is needed.

Debian's packages are unpacked into the user's cache, not installed; the daemons (munged, slurmctld, slurmd) listen on free
ports of the loopback address, belong to the test that started them, and end with it.
"""

from __future__ import annotations

import fcntl
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
COMMANDS = ("sbatch", "squeue", "scancel", "scontrol", "sinfo", "sacct")
PATIENCE = 30.0
CPUS = 8
"""More than the machine may have, so that several jobs run at once and one of all CPUs makes others wait."""
CONFIGURATION = """\
ClusterName=bedwatch
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={here}/munge.socket
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
PluginDir={plugins}
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=2
SlurmUser={user}
SlurmdUser={user}
SlurmctldPidFile={here}/slurmctld.pid
SlurmdPidFile={here}/slurmd.pid
StateSaveLocation={here}/state
SlurmdSpoolDir={here}/spool
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=100 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class NoSlurm(Exception):
    """A real Slurm cannot be had here; the text says why."""


@dataclass(frozen=True)
class Programs:
    """Where Slurm's and munge's programs are, and what their libraries need to be found."""

    bin: Path
    munged: Path
    slurmctld: Path
    slurmd: Path
    slurmstepd: Path
    plugins: Path
    libraries: str

    @classmethod
    def below(cls, root: Path) -> Programs:
        """The programs below a root directory. Raises NoSlurm when one is missing."""
        plugins = _one(root, "usr/lib/*/slurm-wlm/auth_munge.so", "usr/lib/*/slurm/auth_munge.so").parent
        return cls(
            _one(root, "usr/bin/sbatch").parent, _one(root, "usr/sbin/munged"), _one(root, "usr/sbin/slurmctld*"),
            _one(root, "usr/sbin/slurmd*", but="slurmdbd"), _one(root, "usr/sbin/slurmstepd*"), plugins, f"{plugins}:{plugins.parent}",
        )


def _one(root: Path, *patterns: str, but: str = "none") -> Path:
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            if not path.name.startswith(but):
                return path
    raise NoSlurm(f"no {patterns[0]} below {root}")


class Slurm:
    """A running Slurm. `environment` is what its commands, and programs that call them, need."""

    def __init__(self, programs: Programs, here: Path) -> None:
        self._here = here
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "SBATCH", "SQUEUE"))}
        self.environment = variables | {
            "SLURM_CONF": str(here / "slurm.conf"), "PATH": f"{programs.bin}:{os.environ['PATH']}",
            "LD_LIBRARY_PATH": ":".join(filter(None, (programs.libraries, os.environ.get("LD_LIBRARY_PATH")))),
        }

    def submit(self, directory: Path, script: str, *options: str) -> str:
        """Hand over a job that runs a shell script in a directory; its id. It writes `slurm-N.out` there, unless told otherwise."""
        return self._run("sbatch", "--parsable", "--chdir", str(directory), *options, "--wrap", script, cwd=directory).strip()

    def cancel(self, job: str) -> None:
        """`scancel` a job."""
        self._run("scancel", job)

    def end_soon(self, job: str) -> None:
        """Move a running job's time limit to the next seconds: Slurm's own limits are whole minutes."""
        self._run("scontrol", "update", f"JobId={job}", "EndTime=now+1")

    def word(self, job: str) -> str:
        """The job's state in Slurm's word; empty when it does not know the job."""
        return self._run("squeue", "--noheader", "--states=all", f"--jobs={job},{job}", "--Format=State:20").strip()

    def end_all(self) -> None:
        """Cancel every job and wait for its end."""
        self._run("scancel", "--user", getpass.getuser())
        until(lambda: not self._run("squeue", "--noheader"), "the end of all jobs")

    def ready(self) -> bool:
        """Whether the node takes jobs."""
        try:
            return "idle" in self._run("sinfo", "--noheader", "--format=%T")
        except subprocess.CalledProcessError:
            return False

    def _run(self, *words: str, cwd: Path | None = None) -> str:
        done = subprocess.run(
            words, env=self.environment, cwd=cwd, check=True, capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL,
        )
        return done.stdout


def until(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
    """Wait for something; the seconds it took. Raises AssertionError when it does not come."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > patience:
            raise AssertionError(f"{what} did not come within {patience:g} s")
        time.sleep(0.1)
    return time.monotonic() - began


@contextmanager
def real_slurm() -> Iterator[Slurm]:
    """A Slurm that runs while the block does. Raises NoSlurm where there can be none."""
    programs = Programs.below(_packages())
    with ExitStack() as undo:
        # not in the test's own directory: munge wants a path that every user may pass through
        here = Path(tempfile.mkdtemp(prefix="bedwatch-slurm-"))
        undo.callback(shutil.rmtree, here, ignore_errors=True)
        here.chmod(0o711)
        for name in ("state", "spool"):
            (here / name).mkdir(mode=0o755)
        user, host = getpass.getuser(), socket.gethostname().partition(".")[0]
        configuration = CONFIGURATION.format(here=here, host=host, user=user, plugins=programs.plugins, ports=_free_ports(2), cpus=CPUS)
        (here / "slurm.conf").write_text(configuration)
        (here / "key").touch(mode=0o600)
        (here / "key").write_bytes(os.urandom(1024))
        slurm = Slurm(programs, here)
        files = [f"--{name}-file={here / name}" for name in ("key", "pid", "log", "seed")]
        _start(undo, slurm, here, [programs.munged, "--foreground", f"--socket={here}/munge.socket", *files])
        _wait(here, (here / "munge.socket").exists)
        _start(undo, slurm, here, [programs.slurmctld, "-D"])
        _start(undo, slurm, here, [programs.slurmd, "-D", "-d", programs.slurmstepd])
        _wait(here, slurm.ready)
        undo.callback(slurm.end_all)
        yield slurm


def _start(undo: ExitStack, slurm: Slurm, here: Path, words: list[Path | str]) -> None:
    with (here / f"{Path(words[0]).name}.out").open("wb") as out:
        process = subprocess.Popen(words, env=slurm.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    undo.callback(process.wait)
    undo.callback(process.terminate)


def _wait(here: Path, true: Callable[[], bool]) -> None:
    try:
        until(true, "Slurm", 20.0)
    except AssertionError as error:
        said = [path.read_text(errors="replace")[-300:] for path in sorted(here.glob("*.out"))]
        raise NoSlurm(f"Slurm does not come up here: {' '.join(' '.join(said).split())[-600:]}") from error


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _packages() -> Path:
    """The directory below which Slurm is: the system's where it is installed, else Debian's packages unpacked in the cache."""
    if all(shutil.which(name) for name in ("slurmctld", "slurmd", "munged", "sbatch")):
        return Path("/")
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise NoSlurm("Slurm is not installed, and without apt-get its packages cannot be had")
    cache = user_cache_path("bedwatch-tests", ensure_exists=True)
    with (cache / "slurm.lock").open("w") as lock:  # test workers come here at the same time
        fcntl.flock(lock, fcntl.LOCK_EX)
        root = cache / "slurm"
        if not root.exists():
            unpacked = Path(tempfile.mkdtemp(dir=cache, prefix="unpacked-"))
            try:
                _unpack(unpacked)
                unpacked.rename(root)
            finally:
                shutil.rmtree(unpacked, ignore_errors=True)
        return root


def _unpack(root: Path) -> None:
    """Download the packages that an installation would add, and unpack them. Raises NoSlurm."""
    with tempfile.TemporaryDirectory(prefix="bedwatch-debs-") as directory:
        os.chmod(directory, 0o755)
        own_lists: list[str] = []
        try:
            names = _missing_packages(own_lists)
        except NoSlurm:  # no package lists, or too old ones: fetch them, into a place of our own
            for name in ("lists/partial", "cache/archives/partial"):
                (Path(directory) / name).mkdir(parents=True)
            own_lists = ["-o", f"Dir::State::Lists={directory}/lists", "-o", f"Dir::Cache={directory}/cache"]
            _apt([*own_lists, "update"], directory)
            names = _missing_packages(own_lists)
        _apt([*own_lists, "download", *names], directory)
        for package in sorted(Path(directory).glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", package, root], check=True, capture_output=True)


def _missing_packages(options: list[str]) -> list[str]:
    said = _apt([*options, "install", "--simulate", "--no-install-recommends", *PACKAGES], "/")
    return [line.split()[1] for line in said.splitlines() if line.startswith("Inst ")]


def _apt(words: list[str], directory: str) -> str:
    quiet = ["-qq", "-o", "APT::Sandbox::User=", "-o", "Debug::NoLocking=true"]
    try:
        done = subprocess.run(["apt-get", *quiet, *words], cwd=directory, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoSlurm(f"apt-get {words[-1]}: {error}") from error
    if done.returncode:
        raise NoSlurm(f"Debian's packages of Slurm cannot be had: {' '.join(done.stderr.split())[:300]}")
    return done.stdout
