"""A Dask cluster as the executor of a run: reached by address, and its workers held against this program first."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from typing import Any

from graph.errors import CallError
from matching.versions import versions

_PATIENCE = 15
"""Seconds that a scheduler may take to answer."""
_RETRIES = 2
"""How often a job is begun again whose own process died, beside those that Dask moves from a lost worker."""


class ClusterAway(CallError):
    """A scheduler that cannot be reached, or that has no workers."""

    code = "cluster_away"
    en = "The Dask cluster at {address} cannot be used: {detail}."
    zh = "无法使用 Dask 集群 {address}：{detail_zh}。"
    repair_en = "Start its scheduler and workers (dask scheduler; dask worker {address}), or leave the cluster out."
    repair_zh = "请启动调度器与工作进程（dask scheduler；dask worker {address}），或不使用集群。"


class ClusterUnlike(CallError):
    """A worker with other versions than this program's, so that its results could differ."""

    code = "cluster_unlike"
    en = "The worker {worker} of the Dask cluster has other versions: {detail}."
    zh = "Dask 集群的工作进程 {worker} 版本不同：{detail_zh}。"
    repair_en = "Install on it what requirements.lock names and this version of Zhongfu, and start it anew."
    repair_zh = "请在该机安装 requirements.lock 所列版本及本版众扶，并重新启动。"


@contextmanager
def cluster(address: str | None) -> Iterator[Executor | None]:
    """The executor of the cluster at an address like `tcp://host:8786`, while the block lasts; None for no address.

    What it is sent are arrays without names or numbers of people. Jobs of a worker that is lost go to another.

    Raises
    ------
    ClusterAway
        Nobody answers there within 15 seconds, no worker is there, or all are lost while they are at work.
    ClusterUnlike
        A worker has other versions, by which a plan may depend on where it was made.
    """
    if address is None:
        yield None
        return
    # here, since it takes a second, and few runs have a cluster
    from distributed import Client, KilledWorker  # noqa: PLC0415
    from distributed.comm.core import CommClosedError  # noqa: PLC0415

    with warnings.catch_warnings():
        # a job goes with its arrays, so that it can go again when its worker is lost
        warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
        try:
            client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
        except OSError as error:
            en = f"nobody answered there within {_PATIENCE} seconds"
            raise ClusterAway(address=address, detail=en, detail_zh=f"{_PATIENCE} 秒内无人应答") from error
        except TypeError as error:  # of tls:// where Dask's configuration names no certificates
            en, zh = "Dask's configuration names no certificates for tls", "Dask 配置中没有 tls 证书"
            raise ClusterAway(address=address, detail=en, detail_zh=zh) from error
        with client:
            found = _asked(address, client)
            _hold_against_this(found)
            # none that comes later is given anything: nobody asked for its versions
            only = {"workers": sorted(found), "allow_other_workers": False}
            try:
                yield client.get_executor(pure=False, retries=_RETRIES, **only)  # type: ignore[no-untyped-call]
            except (CancelledError, CommClosedError, KilledWorker) as error:
                en, zh = "it was lost while it was at work", "运行途中失去连接"
                raise ClusterAway(address=address, detail=en, detail_zh=zh) from error


def _asked(address: str, client: Any) -> dict[str, Any]:
    """The versions of each worker; an error in place of those of a worker without this program."""
    found: dict[str, Any] = client.run(versions, on_error="return")
    if not found:
        raise ClusterAway(address=address, detail="it has no workers", detail_zh="没有工作进程")
    return found


def _hold_against_this(found: dict[str, Any]) -> None:
    """Refuse workers whose versions are not those of this process. Raises ClusterUnlike."""
    mine = versions()
    for worker in sorted(found):
        theirs = found[worker]
        if isinstance(theirs, Exception):
            raise ClusterUnlike(worker=worker, detail=f"{theirs}", detail_zh=f"{theirs}")
        other = [f"{name} {theirs.get(name, '–')} ≠ {mine[name]}" for name in mine if theirs.get(name) != mine[name]]
        if other:
            raise ClusterUnlike(worker=worker, detail=", ".join(other), detail_zh="，".join(other))
