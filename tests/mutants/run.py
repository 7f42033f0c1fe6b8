"""Does a test break when a definition changes by one line? ``python tests/mutants/run.py [file words]``

Each mutation of mutants.yml is applied to a copy. Of the dbt project the models from there on are built anew on the
stories and judged; of the package (``include/…``) the unit tests that ``tested_by`` names run. A mutation that nothing
notices has survived, and the run ends with 1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "spec")]

from judge import differences  # noqa: E402
from story import Story, load_stories, story_warehouse  # noqa: E402

from support.warehouse import BUILD_ANEW, DBT_PROJECT, run_dbt, write_sources  # noqa: E402

Mutant = dict[str, str]


def load_mutants() -> list[Mutant]:
    """Every mutation; raises ValueError where a `find` does not stand exactly once in its file."""
    mutants: list[Mutant] = yaml.safe_load((Path(__file__).parent / "mutants.yml").read_text(encoding="utf-8"))
    wrong = [
        f"{each['file']}: {each['find']!r} stands there {count} times"
        for each in mutants
        if (count := _home(each).joinpath(each["file"]).read_text(encoding="utf-8").count(each["find"])) != 1
    ]
    if wrong:
        raise ValueError("; ".join(wrong))
    return mutants


def _is_of_package(mutant: Mutant) -> bool:
    return mutant["file"].startswith("include/")


def _home(mutant: Mutant) -> Path:
    return ROOT if _is_of_package(mutant) else DBT_PROJECT


@contextmanager
def mutated(project: Path, mutant: Mutant) -> Iterator[None]:
    """The project with one line changed, for a while."""
    file = project / mutant["file"]
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace(mutant["find"], mutant["replace"]), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def fate_by_unit_tests(copy: Path, mutant: Mutant) -> str:
    """As ``fate``, of a mutation of the package; ``copy``: a folder with the package below ``include/``."""
    with mutated(copy, mutant):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", str(ROOT / mutant["tested_by"])],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(copy / "include"), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode == 0:
        return "survived"
    found = re.search(r"^FAILED \S+::(.*)$", done.stdout, re.MULTILINE)
    if found is None or re.search(r"(Parser|Binder|Catalog)Exception|(Syntax|Import|Name)Error", done.stdout):
        return f"broken: {done.stdout[-300:]}"
    return f"killed by {found[1]}"


def fate(project: Path, built: Path, mutant: Mutant, stories: Sequence[Story]) -> str:
    """``killed by …``, ``survived`` or ``broken …`` (SQL that does not run proves nothing)."""
    build_file = built.parents[1] / "mutant" / built.name  # the same name: views keep the name of their catalogue
    build_file.parent.mkdir(exist_ok=True)
    shutil.copy(built, build_file)
    start = f"{Path(mutant['file']).stem}+" if mutant["file"].startswith("models/") else "path:models/intermediate+"
    with mutated(project, mutant):
        failures = run_dbt(build_file, ["run", "--full-refresh", "--select", start], project)
    if failures:
        return f"broken: {failures[0]}"
    found = differences(build_file, stories)
    return f"killed by {len(found)}: {next(iter(found))}" if found else "survived"


def fates_by_stories(mutants: Sequence[Mutant], folder: Path) -> Iterator[str]:
    """The fate of each mutation of the dbt project; raises ValueError where the stories do not hold without one."""
    stories = load_stories()
    project, built = folder / "dbt_project", folder / "built" / "kasane.duckdb"
    built.parent.mkdir()
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    write_sources(built, story_warehouse(stories))
    unmutated = run_dbt(built, BUILD_ANEW, project) or differences(built, stories)
    if unmutated:
        raise ValueError(f"the stories do not hold without a mutation: {unmutated}")
    for mutant in mutants:
        yield fate(project, built, mutant, stories)


def fates_of(mutants: Sequence[Mutant], folder: Path) -> Iterator[tuple[Mutant, str]]:
    """Each mutation with its fate: those of the package first, which are the quicker ones."""
    of_package = [each for each in mutants if _is_of_package(each)]
    if of_package:
        shutil.copytree(ROOT / "include", folder / "include", ignore=shutil.ignore_patterns("__pycache__"))
    for each in of_package:
        yield each, fate_by_unit_tests(folder, each)
    of_project = [each for each in mutants if not _is_of_package(each)]
    if of_project:
        yield from zip(of_project, fates_by_stories(of_project, folder), strict=True)


def main(words: Sequence[str]) -> int:
    """Run the mutants whose file holds any of the words (all without words); 0 when every one is killed."""
    mutants = [each for each in load_mutants() if not words or any(word in each["file"] for word in words)]
    fates = []
    with tempfile.TemporaryDirectory(prefix="kasane-mutants-") as folder:
        for number, (mutant, found) in enumerate(fates_of(mutants, Path(folder)), 1):
            fates.append(found)
            print(f"{number:2d} {mutant['about']}: {found}", flush=True)
    killed = sum(each.startswith("killed") for each in fates)
    print(f"{killed} of {len(fates)} mutations killed")
    return 0 if killed == len(fates) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
