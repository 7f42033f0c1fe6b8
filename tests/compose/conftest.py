"""One stack for all tests here: started once, in the order of its depends_on, and ended."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kasane.ward import generate
from support.compose import Stack, config, copy_of_the_project, free_port, image_tree
from support.compose_processes import Running, running

LISTENS = {"postgres": 5432, "postgres-serving": 5432, "airflow-api-server": 8080, "airflow-scheduler": 8974}
RESIDENTS = 300
# The scheduler last: it waits until the api-server is healthy, and the others start meanwhile.
AIRFLOW = ["airflow-dag-processor", "airflow-triggerer", "airflow-api-server", "airflow-scheduler"]


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder that the PostgreSQL user reaches as well, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="kasane-stack-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def stack(place: Path) -> Stack:
    """The stack of this checkout on free ports, with the extracts of a small ward to take in."""
    if shutil.which("docker-compose") is None:
        pytest.skip("docker-compose is not installed here")
    generate(place / "ward", residents=RESIDENTS, months=2, seed=3, dirt=False, truth=False)
    project = copy_of_the_project(place / "project")
    ports = {"airflow-api-server": free_port()}
    extracts = str(place / "ward" / "extracts")
    told = config(project, KASANE_PORT=str(ports["airflow-api-server"]), KASANE_EXTRACTS_DIR=extracts)
    return Stack(told["services"], told["secrets"], place / "root", image_tree(place / "image"), LISTENS, ports)


@pytest.fixture(scope="session")
def started(stack: Stack) -> Iterator[Running]:
    """Every service of Airflow's and the serving PostgreSQL, healthy."""
    before = stack.files_of_the_image()
    with running(stack) as found:
        found.start(["postgres-serving", *AIRFLOW])
        for name in ["postgres-serving", *reversed(AIRFLOW)]:
            found.wait_until_healthy(name)
        yield found
    assert stack.files_of_the_image() == before, "a container would have to write into its image"
