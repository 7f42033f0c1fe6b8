"""How well the linkage finds whose each record is, on an invented ward, against its answer key.

    python scripts/accuracy.py [--residents 20000] [--months 12] [--seed 3] [--keep FOLDER]

Makes the ward and its warehouse in a folder that is taken away again unless ``--keep`` names one; a folder that holds
them already is scored as it is. Prints each figure beside its bar and ends with 1 where one is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "linkage"))

import scoring  # noqa: E402

Line = tuple[str, str, str, bool]


def make(folder: Path, residents: int, months: int, seed: int) -> None:
    """A ward and its warehouse, unless they are there."""
    size = ("--residents", str(residents), "--months", str(months), "--seed", str(seed))
    for command in (
        ("generate", *size, "--out", str(folder / "ward")),
        ("run", "--extracts", str(folder / "ward" / "extracts"), "--data", str(folder / "data")),
    ):
        if not (folder / command[0]).exists():
            done = subprocess.run([sys.executable, "-m", "kasane.cli", *command], capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr[-2000:])
            (folder / command[0]).touch()


def lines(scores: scoring.Scores) -> Iterator[Line]:
    """(what, figure, bar, whether it holds) of each figure that has a bar."""
    made, due, right = scores.pairs_made, scores.pairs_due, scores.pairs_right
    least, most = "at least {}".format, "at most {}".format
    yield (
        "precision of pairs", f"{scores.precision:.5f} ({made - right} wrong of {made})",
        least(scoring.LEAST_PRECISION), scores.precision >= scoring.LEAST_PRECISION,
    )  # fmt: skip
    yield (
        "recall of pairs", f"{scores.recall:.5f} ({due - right} missed of {due})",
        least(scoring.LEAST_RECALL), scores.recall >= scoring.LEAST_RECALL,
    )  # fmt: skip
    across, within = scores.merged_across_households, scores.merged_within_households
    yield "false merges across households", f"{across} (within: {within})", most(0), across == 0
    yield "people split though by number", str(scores.split_by_number), most(0), scores.split_by_number == 0
    yield (
        "households exactly right", f"{scores.households_right:.5f} of {scores.households:,} household months",
        least(scoring.LEAST_HOUSEHOLDS_RIGHT), scores.households_right >= scoring.LEAST_HOUSEHOLDS_RIGHT,
    )  # fmt: skip
    yield (
        "largest error of overlap totals", f"{scores.overlap_error:.5f}",
        most(scoring.MOST_OVERLAP_ERROR), scores.overlap_error <= scoring.MOST_OVERLAP_ERROR,
    )  # fmt: skip
    yield (
        "reviews for 1,000 records without number", f"{scores.reviews_a_thousand:.1f} ({scores.reviews} pairs)",
        most(scoring.MOST_REVIEWS_A_THOUSAND), scores.reviews_a_thousand <= scoring.MOST_REVIEWS_A_THOUSAND,
    )  # fmt: skip
    for band in scores.bands:
        few = band.pairs < scoring.FEWEST_IN_A_BAND
        yield (
            f"calibration, band {band.name}",
            f"{band.precision:.4f} of {band.pairs} pairs true, {band.probability:.4f} said",
            "too few to judge" if few else f"within {scoring.MOST_CALIBRATION_ERROR}",
            few or band.error <= scoring.MOST_CALIBRATION_ERROR,
        )  # fmt: skip


def report(truth: Path, data: Path) -> bool:
    """Print everything; whether every bar is met."""
    scores = scoring.score(truth, data)
    print(f"{scores.records:,} records of the key, {scores.unnumbered:,} of them without a known number")
    told = list(lines(scores))
    for what, figure, bar, holds in told:
        print(f"{'ok    ' if holds else 'MISSED'} {what}: {figure} ({bar})")
    for column, label in (("feed", "feed"), ("errors", "what was written wrong")):
        found = (f"{name or 'nothing'} {hit}/{of}" for name, hit, of in scoring.found_by(truth, data, column))
        print(f"found by {label}: {', '.join(found)}")
    return all(holds for *_, holds in told)


def main() -> int:
    """Make, score, print; 0 when every bar is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--keep", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kasane-accuracy-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        make(folder, options.residents, options.months, options.seed)
        return 0 if report(folder / "ward" / "truth", folder / "data") else 1


if __name__ == "__main__":
    sys.exit(main())
