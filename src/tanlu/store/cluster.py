"""集群 A cluster: the same specification on Parquet files, by Spark (extra spark).

`standalone` starts a real cluster of this machine on the loopback address; `Cluster` works with
any master. Results are files, because what needs a cluster does not fit the memory of one driver.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tanlu.errors import TanluError
from tanlu.store.engine.joining import KEYS
from tanlu.store.engine.running import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tanlu.terms.spec import CalcSpec

__all__ = ["Cluster", "standalone"]

LOOPBACK = "127.0.0.1"
START_S = 120.0
STOP_S = 20.0
STARTED = re.compile(rb"Starting Spark master at (spark://[\w.:-]+)")
REGISTERED = re.compile(rb"(Successfully registered with master)")
SETTINGS = {
    # arithmetic as the formulas say: guarded by conditions, not by exceptions of a dialect
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


class Cluster:
    """A connection to the master of a cluster; leave it with ``close`` or a ``with`` block.

    Parameters
    ----------
    master
        ``spark://host:port``.
    settings
        Further settings of Spark.

    Raises
    ------
    TanluError
        TL002 when the extra spark is not installed, TL613 when there is no Java.
    """

    def __init__(self, master: str, settings: Mapping[str, str] | None = None) -> None:
        _home()
        from pyspark.sql import SparkSession

        local = {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK}
        here = local if LOOPBACK in master else {}
        builder = SparkSession.builder.master(master).appName("tanlu")
        for name, value in {**SETTINGS, **here, **(settings or {})}.items():
            builder = builder.config(name, value)
        with _environment(_loopback() if here else {}):
            self.session: Any = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the cluster go."""
        self.session.stop()

    def compute(self, spec: CalcSpec, files: Sequence[Path], out: Path) -> list[Path]:
        """Compute a specification over Parquet files and give the files with the results.

        Parameters
        ----------
        spec
            The calculation.
        files
            Parquet files; columns by the names of its inputs, an absent one counts as null.
        out
            Folder that must not exist; every node sees it.

        Returns
        -------
        list of Path
            Parquet files with the columns of the files and those that the specification keeps.

        Raises
        ------
        TanluError
            TL613 for a specification that no engine takes.
        """
        from tanlu.store.engine.sql import spec_sql

        plan = compiled(spec)
        table = self._read(files)
        names = list(table.columns)
        self._fed(table, plan.inputs).createOrReplaceTempView("frame")
        return self._write(spec_sql(plan, "frame", names, "spark"), out)

    def join(
        self,
        files: Sequence[Path],
        resolved: Sequence[Path],
        out: Path,
        *,
        at: str = "start",
        keys: tuple[str, ...] = KEYS,
    ) -> list[Path]:
        """Match every row of some files with the interval that holds for it; see `join_intervals`.

        ``resolved`` are Parquet files of schema ``resolved``; they go to every node whole.
        """
        from tanlu.store.engine.sql import join_sql

        table, intervals = self._read(files), self._read(resolved)
        names = list(table.columns)
        kept = [name for name in intervals.columns if name not in (*keys, *names)]
        table.createOrReplaceTempView("frame")
        intervals.hint("broadcast").createOrReplaceTempView("resolved")
        return self._write(join_sql(("frame", "resolved"), (names, kept), keys, at, "spark"), out)

    def _read(self, files: Sequence[Path]) -> Any:
        reader = self.session.read.option("mergeSchema", "true")
        return reader.parquet(*(Path(file).resolve().as_uri() for file in files))

    def _fed(self, table: Any, inputs: Mapping[str, str]) -> Any:
        from pyspark.sql import functions

        types = {"int64": "bigint", "float64": "double", "string": "string", "bool": "boolean"}
        there = set(table.columns)
        fed = {
            name: (functions.col(f"`{name}`") if name in there else functions.lit(None)).cast(
                types[kind]
            )
            for name, kind in inputs.items()
        }
        return table.withColumns(fed)

    def _write(self, query: str, out: Path) -> list[Path]:
        self.session.sql(query).write.parquet(out.resolve().as_uri())
        return sorted(out.glob("*.parquet"))


@contextlib.contextmanager
def standalone(
    folder: Path, *, workers: int = 2, cores: int = 1, memory: str = "1g"
) -> Iterator[str]:
    """Start a master and workers on the loopback address and give the master's address.

    Parameters
    ----------
    folder
        Where they write their logs and scratch files.
    workers, cores, memory
        How many workers, and what each may use.

    Raises
    ------
    TanluError
        TL002 when the extra spark is not installed, TL613 when there is no Java or when a
        process does not start in time.
    """
    command = [str(_home() / "bin" / "spark-class")]
    kind = "org.apache.spark.deploy"
    ports = ["--host", LOOPBACK, "--port", "0", "--webui-port", "0"]
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as started:
        log = folder / "master.log"
        process = _start([*command, f"{kind}.master.Master", *ports], log, started)
        master = _await(log, process, STARTED)
        given = ["--cores", str(cores), "--memory", memory]
        for number in range(workers):
            log = folder / f"worker-{number}.log"
            scratch = ["--work-dir", str(folder / f"worker-{number}")]
            full = [*command, f"{kind}.worker.Worker", *ports, *given, *scratch, master]
            _await(log, _start(full, log, started), REGISTERED)
        yield master


def _home() -> Path:
    """Give the folder of Spark, and see that it and Java are there."""
    try:
        import pyspark
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value="pyspark", extra="spark") from error
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise TanluError("TL613", value="*", engine="spark", why="there is no java")
    return Path(pyspark.__file__).parent


def _loopback() -> dict[str, str]:
    return {"SPARK_LOCAL_IP": LOOPBACK, "SPARK_LOCAL_HOSTNAME": LOOPBACK}


def _start(
    command: Sequence[str], log: Path, started: contextlib.ExitStack
) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ, **_loopback(), "SPARK_HOME": str(Path(command[0]).parent.parent),
        "SPARK_DAEMON_MEMORY": "256m",
    }  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment
        )
    started.callback(_stop, process)
    return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await(log: Path, process: subprocess.Popen[bytes], wanted: re.Pattern[bytes]) -> str:
    """Give what the log of a process says once it is ready."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        found = wanted.search(log.read_bytes())
        if found:
            return found[1].decode()
        if process.poll() is not None:
            break
        time.sleep(0.1)
    last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["it says nothing"]
    raise TanluError("TL613", value="*", engine="spark", why=last[0])


@contextlib.contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """Set variables that the starting Java process inherits."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
