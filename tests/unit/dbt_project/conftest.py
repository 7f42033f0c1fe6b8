"""The tests of the dbt project import the small warehouse of tests/support by bare name."""

import sys
from pathlib import Path

TESTS = str(Path(__file__).parents[2])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)
