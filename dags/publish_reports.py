"""``publish_reports``: when the warehouse has a new release, the reports people open are written from it."""

from __future__ import annotations

import sys
from pathlib import Path

from airflow.sdk import dag, task

# Airflow's own commands put this folder on the path; a bare DagBag doesn't.
sys.path.append(str(Path(__file__).parent))

from kasane_dags import WAREHOUSE, common, run_step

DOC = """
## 報告を作る — write the reports

新しい版が公開されると動き、その版から報告を作る。報告はネットワークなしで開ける一つの HTML ファイル。  
Runs when a new release is in force, and writes the reports from it: single HTML files that open without a network.

すべての報告への入口 / the page that links them all:
`current/reports/index.html`（データ置き場の下 / below the data directory）

24の指標のスコアカード / the KPI scorecard:
`current/reports/kpi.html`, `kpi.xlsx`、公表用 / for anyone: `current/published/reports/kpi.html`, `kpi.xlsx`

分野の重なり / the overlap of needs:
`current/reports/overlap.html`, `overlap.xlsx`、公表用 / for anyone: the same names in `current/published/reports/`

配信用の PostgreSQL が設定されていれば、同じ版を一度に入れる（`KASANE_SERVING_URL`、docs/serving.md）。  
Where a serving PostgreSQL is configured, the same release is loaded into it in one transaction.

### うまくいかないとき / When it goes wrong
倉庫と前の報告はそのまま。ログの赤い行に理由がある。直してからもう一度実行してよい。  
The warehouse and the old reports stay. The red line of its log says why; run it again when that is mended.
"""


@dag(
    dag_id="publish_reports",
    dag_display_name="報告 · publish_reports",
    description="公開された版から報告を作る / write the reports from the release in force",
    doc_md=DOC,
    schedule=[WAREHOUSE],
    tags=["kasane", "報告 reports"],
    **common("kasane"),
)
def publish_reports() -> None:
    """Two tasks that don't wait for each other; what the reports say is decided in kasane.reports."""

    @task(
        task_id="publish_reports",
        task_display_name="報告 · publish_reports",
        doc_md="報告を作る / Write the reports.",
    )
    def write_reports() -> dict[str, int]:
        from kasane import pipeline

        return run_step(pipeline.publish_reports)

    @task(
        task_display_name="配信 · serve",
        doc_md="配信用の PostgreSQL に版を入れる / Load the release into the serving PostgreSQL.",
    )
    def serve() -> dict[str, int]:
        from kasane import pipeline

        return run_step(pipeline.serve)

    write_reports()
    serve()


publish_reports()
