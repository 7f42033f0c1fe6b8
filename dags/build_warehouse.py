"""``build_warehouse``: when feeds were taken in, one build for all: link, dbt_build, expect_marts, publish."""

from __future__ import annotations

import sys
from pathlib import Path

from airflow.sdk import AssetAny, dag, task

# Airflow's own commands put this folder on the path; a bare DagBag doesn't.
sys.path.append(str(Path(__file__).parent))

from kasane.contracts import by_feed
from kasane.contracts.municipality import contracts_in_use
from kasane.settings import load_settings
from kasane_dags import WAREHOUSE, common, feed_asset, run_step

DOC = """
## 倉庫を構築する — build the warehouse

どれかの取込が終わるたびに動く。動いている間に届いた知らせは、次の一回にまとめる。  
Runs after any take-in; what arrives while it runs is answered by one more run.

1. **link（名寄せ）**: 受け入れたファイルを確定し、記録を人につなぐ。  
   Settles which deliveries count, and gives each record its person.
2. **dbt_build（構築）**: 変わった月だけ、世帯・支援の必要・重なりを作り直す。  
   Builds persons, households, needs and overlaps anew, for the months that changed.
3. **expect_marts（検査）**: 公開の前に、表が満たすべきことを Great Expectations で確かめる。  
   Great Expectations judges the marts before anyone sees them.
4. **publish（公開）**: 新しい版を一度に入れ替える。読む人は必ず、古い版か新しい版の全体を見る。  
   Puts the new release in force at once: readers see the whole old one or the whole new one.

### うまくいかないとき / When it goes wrong
失敗しても、前の版がそのまま使える。赤いタスクの、ログの赤い行に理由がある。直してからもう一度実行してよい。  
The old release stays in force. The red line of its log says why; run it again when that is mended.

名前や番号は、ログにも Airflow の中にも出ない。 No name or number of a person appears in logs or in Airflow.
"""

FEEDS = [contracts[0] for contracts in by_feed(contracts_in_use(load_settings())).values()]


@dag(
    dag_id="build_warehouse",
    dag_display_name="構築 倉庫 · build_warehouse",
    description="倉庫を構築し、新しい版を公開する / build the warehouse and put the new release in force",
    doc_md=DOC,
    schedule=AssetAny(*(feed_asset(contract) for contract in FEEDS)),
    tags=["kasane", "構築 build"],
    **common("kasane"),
)
def build_warehouse() -> None:
    """Link, build, judge, publish; nothing of it is decided here."""

    @task(task_display_name="名寄せ · link", doc_md="記録を人につなぐ / Give each record its person.")
    def link() -> dict[str, int]:
        from kasane import pipeline

        return run_step(pipeline.link)

    @task(task_display_name="構築 · dbt_build", doc_md="変わった月を作り直す / Build the months that changed.")
    def dbt_build() -> dict[str, int]:
        from kasane import pipeline

        return run_step(pipeline.dbt_build)

    @task(task_display_name="検査 · expect_marts", doc_md="公開の前に検査する / Judge the marts before publishing.")
    def expect_marts() -> dict[str, int]:
        from kasane import pipeline

        return run_step(pipeline.expect_marts)

    @task(
        task_display_name="公開 · publish",
        doc_md="新しい版に一度に入れ替える / Put the new release in force at once.",
        outlets=[WAREHOUSE],
    )
    def publish() -> dict[str, int]:
        from kasane import pipeline

        return run_step(pipeline.publish)

    link() >> dbt_build() >> expect_marts() >> publish()


build_warehouse()
