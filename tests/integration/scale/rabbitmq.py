"""A real RabbitMQ of our own: one process tree in a temporary folder, on loopback only."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synapse.embedded.postgres import free_port
from synapse.embedded.processes import wait_until

_PLACES = "/usr/lib/rabbitmq/bin:/usr/local/sbin:/opt/rabbitmq/sbin"
SERVER = shutil.which("rabbitmq-server", path=_PLACES)
REASON = "rabbitmq-server is not on this machine: nothing was run on Celery workers"


@contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    """Run a broker; gives its URL."""
    assert SERVER is not None
    port, epmd = free_port(), free_port()
    folder.mkdir()
    (folder / "plugins").write_text("[].\n")
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\nlog.file.level = warning\n"
        "disk_free_limit.absolute = 50MB\nconsumer_timeout = 86400000\n"
    )
    own = {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"synapse{secrets.token_hex(4)}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",  # lets it be stopped while it believes in a node
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RABBITMQ_")}
    log = (folder / "output.log").open("wb")
    server = subprocess.Popen(
        [SERVER], env={**kept, **own}, stdout=log, stderr=log, cwd=folder, process_group=0
    )
    url = f"amqp://guest:guest@127.0.0.1:{port}//"
    try:
        assert wait_until(lambda: _answers(url) or server.poll() is not None, 90), "no answer in 90 s"
        assert server.poll() is None, (folder / "output.log").read_text()
        yield url
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        log.close()
        # The port mapper of Erlang outlives its nodes.
        subprocess.run(["epmd", "-kill"], env={**kept, **own}, capture_output=True, check=False)


def _answers(url: str) -> bool:
    from kombu import Connection
    from kombu.exceptions import OperationalError

    try:
        with Connection(url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return False
    return True
