"""The steps of a run, the same for the command line and for Airflow; each may run twice."""

from kasane.pipeline.build import build, dbt_build, expect_marts, publish
from kasane.pipeline.dbt_docs import write_dbt_docs
from kasane.pipeline.ingest import expect, extract, ingest, read
from kasane.pipeline.link import link
from kasane.pipeline.run import publish_reports, run
from kasane.pipeline.serve import serve

__all__ = [
    "build",
    "dbt_build",
    "expect",
    "expect_marts",
    "extract",
    "ingest",
    "link",
    "publish",
    "publish_reports",
    "read",
    "run",
    "serve",
    "write_dbt_docs",
]
