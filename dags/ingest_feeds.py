"""``ingest_<feed>``: one DAG a contract in use, on the contract's schedule: extract, read, expect."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.sdk import dag, task

# Airflow's own commands put this folder on the path; a bare DagBag doesn't.
sys.path.append(str(Path(__file__).parent))

from kasane.contracts import by_feed
from kasane.contracts.municipality import contracts_in_use
from kasane.settings import load_settings
from kasane_dags import common, feed_asset, run_step

if TYPE_CHECKING:
    from airflow.sdk import DAG

    from kasane.contracts.model import Contract

RHYTHMS = {"monthly": ("毎月", "monthly"), "yearly": ("毎年", "yearly"), "any": ("随時", "whenever there is one")}

EXTRACT = {
    "files": """まだ受け取っていないファイルを、届いたままのバイト列で保管する。  
   Every file not yet taken is kept, byte for byte, as it was delivered.""",
    "sql": """前に読んだ後に更新された行をデータベースから読み、文字列のまま保管する。
   ときどき鍵の一覧も読み、消えた記録を見つける。
   接続先は環境変数 `KASANE_{name}_URL`（またはそれを書いたファイル `KASANE_{name}_URL_FILE`）。  
   Rows changed since the last pull are read from the database and kept as text; now and then the list of all keys,
   to find what was deleted. The address stands in `KASANE_{name}_URL`, or in the file `KASANE_{name}_URL_FILE`.""",
}
TAKEN = {
    "files": "届いたままを保管する / Keep what was delivered, as it is.",
    "sql": "更新された行を読み、そのまま保管する / Read the rows that changed and keep them as they are.",
}

DOC = """
## {title}を取り込む — take in `{feed}`

{description}

### 何をするか / What it does
1. **extract（受領）**: {extract}
2. **read（読取）**: 契約（contract）のとおりに読み、読めない行は理由をつけて隔離する。  
   The file is read by its contract; a row that can't be read goes to quarantine with its reasons.
3. **expect（検査）**: 前回からの増減、欠け、分布を Great Expectations で検査する。  
   Great Expectations judges the batch: its size against the last, gaps, shares.

終わると倉庫の構築（`build_warehouse`）が始まる。 When it ends, `build_warehouse` follows.

### うまくいかないとき / When it goes wrong
- **ファイルが拒否された / a file was refused**: 倉庫は前のまま。`kasane status` に理由と直し方が出る。
  件数の増減が理由で、それが正しいなら `kasane accept` で受け入れる。  
  The warehouse stays as it was; `kasane status` says why and what to do. If only its size was refused and it is right,
  accept it with `kasane accept`.
- **タスクが失敗した / a task failed**: ログの赤い行に理由がある。直してからもう一度実行してよい。二重には入らない。  
  The red line of its log says why. Run it again when mended: nothing is loaded twice.

### この取込について / About this feed
| | |
|---|---|
| 所管 / owner | {owner} |
| 届く頻度 / rhythm | {rhythm_ja} / {rhythm_en}（`{schedule}` 日本時間 / Japan time） |
| 根拠 / legal basis | {legal_basis} |
| 保存年限 / kept for | {retention_years} 年 / years |
| 契約 / contract | `expectations/contracts/{feed}.yml` |
"""


def ingest_dag(contract: Contract) -> DAG:
    """The DAG of one feed."""
    feed = contract.feed
    rhythm_ja, rhythm_en = RHYTHMS[contract.rhythm]

    @dag(
        dag_id=f"ingest_{feed}",
        dag_display_name=f"取込 {contract.title} · ingest_{feed}",
        description=f"{contract.title}を取り込む / take in {feed}",
        doc_md=DOC.format(
            **contract.model_dump(),
            rhythm_ja=rhythm_ja,
            rhythm_en=rhythm_en,
            extract=EXTRACT[contract.connector].format(name=feed.upper()),
        ),
        schedule=contract.schedule,
        tags=["kasane", "取込 ingest", feed],
        **common(contract.owner),
    )
    def ingest() -> None:
        @task(task_display_name="受領 · extract", doc_md=TAKEN[contract.connector])
        def extract() -> dict[str, int]:
            from kasane import pipeline

            return run_step(pipeline.extract, feed)

        @task(task_display_name="読取 · read", doc_md="契約のとおりに読む / Read it by its contract.")
        def read() -> dict[str, int]:
            from kasane import pipeline

            return run_step(pipeline.read, feed)

        @task(
            task_display_name="検査 · expect",
            doc_md="届いた一式を検査する / Judge each batch with Great Expectations.",
            outlets=[feed_asset(contract)],
        )
        def expect() -> dict[str, int]:
            from kasane import pipeline

            return run_step(pipeline.expect, feed)

        extract() >> read() >> expect()

    return ingest()


for _contracts in by_feed(contracts_in_use(load_settings())).values():
    ingest_dag(_contracts[0])
