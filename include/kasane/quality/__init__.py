"""Great Expectations on read batches and on marts: contract or suite → GX → verdicts, results, summaries.

Row rules belong to the reader and model invariants to dbt; here stand aggregates of a batch or a mart only.
"""

from kasane.quality.batch import BatchVerdict, BrokenCheck, failed_checks, judge_batches, observed_numbers
from kasane.quality.batch_rules import batch_checks, batch_suite, suite_hash
from kasane.quality.check_kinds import load_check_kinds
from kasane.quality.contract_checks import ContractCheck, checks_hash, contract_checks
from kasane.quality.marts import MartVerdict, judge_marts
from kasane.quality.profile import profile_batches
from kasane.quality.results import store_batch_results, store_mart_results
from kasane.quality.summary import write_quality_summary

__all__ = [
    "BatchVerdict",
    "BrokenCheck",
    "ContractCheck",
    "MartVerdict",
    "batch_checks",
    "batch_suite",
    "checks_hash",
    "contract_checks",
    "failed_checks",
    "judge_batches",
    "judge_marts",
    "load_check_kinds",
    "observed_numbers",
    "profile_batches",
    "store_batch_results",
    "store_mart_results",
    "suite_hash",
    "write_quality_summary",
]
