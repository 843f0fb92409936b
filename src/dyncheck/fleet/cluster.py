"""Dask runs the batches: on processes of this machine, or on a cluster that exists."""

from __future__ import annotations

import logging
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import cloudpickle
import dask.config
from distributed import Client, LocalCluster, as_completed
from distributed.security import Security

from dyncheck.errors import DyncheckError, UsageError, one_line
from dyncheck.fleet.batches import Answer, answer, checked
from dyncheck.fleet.judging import unread
from dyncheck.fleet.order import Order, own_modules
from dyncheck.fleet.sources import Document
from dyncheck.version import VERSION

# The batches that a process has waiting. More would hold their rows in memory, fewer would let processes wait for batches.
_AHEAD = 4
# The seconds that a scheduler has to answer.
_PATIENCE = 30

_LOCAL = {
    # A worker has one batch at a time, so one that dies takes no other batch with it.
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.allowed-failures": 2,
    # Nobody reads what Dask measures of itself many times a second, which takes as long as checks do.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.limit": "1h",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # What Dask says of workers that die is in the rows.
    "distributed.logging": {"distributed": "critical"},
    "distributed.nanny.pre-spawn-environ.DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical",
    "distributed.admin.log-format": "%(message)s",
}


class ClusterError(DyncheckError):
    """A cluster that cannot be reached, or that has been lost."""


@contextmanager
def local(workers: int) -> Iterator[Client]:
    """A cluster of processes on this machine, which only this program can reach."""
    _silence()
    # A terminal sends Ctrl-C to all processes, and only this one answers it, but not while the cluster begins or ends.
    with dask.config.set(_LOCAL), _interrupts_blocked() as interrupts_allowed:
        security = Security.temporary()  # type: ignore[no-untyped-call]
        cluster = LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            security=security,
            protocol="tls://",
            # The pages of Dask show nothing here, and only to this machine.
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
        )
        with cluster, interrupts_allowed(), Client(cluster, security=security) as client:  # type: ignore[no-untyped-call]
            yield client


@contextmanager
def _interrupts_blocked() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Keep Ctrl-C from this thread and from all that it starts. What it gives allows it in this thread for a while."""
    if not hasattr(signal, "pthread_sigmask"):
        yield nullcontext
        return
    from multiprocessing import resource_tracker

    # Its start allows Ctrl-C again, so it comes first.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    @contextmanager
    def allowed() -> Iterator[None]:
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    try:
        yield allowed
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def existing(address: str) -> Iterator[Client]:
    """A cluster that exists, by the address of its scheduler. TLS is configured as for any program that uses Dask."""
    _silence()
    try:
        client = Client(address, timeout=_PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise ClusterError(f"The scheduler {address} cannot be reached: {one_line(str(error))}. Check --scheduler.") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise ClusterError(f"The scheduler {address} has no worker after {_PATIENCE} seconds. Start workers, and try again.") from None
        _refuse_other_versions(client, address)
        yield client


def _silence() -> None:
    for name in ("distributed", "distributed.nanny", "distributed.scheduler", "distributed.worker", "distributed.core", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _version() -> str:
    from dyncheck.version import VERSION

    return VERSION


def _refuse_other_versions(client: Client, address: str) -> None:
    """Raise `UsageError` when a worker has another dyncheck, or none."""
    versions = client.run(_version, on_error="return")
    for worker, found in sorted(versions.items()):
        if found != VERSION:
            what = f"dyncheck {found}" if isinstance(found, str) else f"no dyncheck ({one_line(str(found))})"
            raise UsageError(
                f"The worker {worker} of {address} has {what}, and this is dyncheck {VERSION}. Install dyncheck[fleet]=={VERSION} there."
            )


def answers(client: Client, order: Order, batches: Iterable[Sequence[Document]]) -> Iterator[tuple[Sequence[Document], Answer]]:
    """Each batch with its answer, as they come. A batch that fails is checked document by document, so that only what fails has no rows.

    Raises `ClusterError` when the cluster is lost.
    """
    pickled = _pickled(order)
    ahead = _AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    waiting, again = iter(batches), deque[Sequence[Document]]()
    running: dict[Any, Sequence[Document]] = {}
    finished = as_completed()  # type: ignore[no-untyped-call]

    def submit(batch: Sequence[Document]) -> None:
        future = client.submit(checked, pickled, tuple(batch), pure=False, retries=1)
        running[future] = batch
        finished.add(future)  # type: ignore[no-untyped-call]

    try:
        for batch in waiting:
            submit(batch)
            if len(running) >= ahead:
                break
        while running:
            future = next(finished)
            batch = running.pop(future)
            if future.status == "finished":
                yield batch, future.result()
            elif client.status != "running":
                raise ClusterError("The cluster was lost.")
            elif len(batch) > 1:
                again += ((each,) for each in batch)
            else:
                yield batch, answer([unread(batch[0], order, f"could not be checked: {_why(future)}")])
            del future
            # One by one at the end, because what ends a process ends what that has waiting too.
            following = next(waiting, None) or (again.popleft() if again else None)
            if following:
                submit(following)
    except (OSError, RuntimeError) as error:
        raise ClusterError(f"The cluster was lost: {one_line(str(error))}.") from None


def _why(future: Any) -> str:
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return "each process that checked it died. It may need more memory"
    return one_line(f"{type(error).__name__}: {error}").rstrip(".")


def _pickled(order: Order) -> bytes:
    """The order for other processes, with the code of own rules, whose files they may not have."""
    modules = [sys.modules[name] for name in own_modules(order)]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        found: bytes = cloudpickle.dumps(order)
        return found
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
