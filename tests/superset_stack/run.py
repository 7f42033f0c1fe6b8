"""Superset for real: the stack's own scripts on this machine, each dashboard opened in Chromium, each figure compared.

    make superset [DEMO=demo] [ARGS="--keep"]        needs `make run` first, PostgreSQL and Chromium installed

Screens go to SHOTS. Exits 1 with everything that is not as it must be. No part of CI: the environment is 0.7 GB.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from api import Api
from browser import Browser
from figures import differences, expected_queries
from stack import SUPERSET, Stack, running_stack

ASSETS = SUPERSET / "assets"
WIDTHS = {"desktop": 1440, "a4": 1040}
Asset = dict[str, Any]


def main() -> int:
    arguments = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="kasane-superset-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        with running_stack(folder, arguments.environment.resolve(), arguments.data) as stack:
            problems = examine(stack, arguments.data, arguments.shots, folder)
            if arguments.keep:
                print(f"{stack.address} (admin, {stack.secrets / 'superset_admin_password'}); Enter ends it")
                input()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for problem in problems:
        print(f"✗ {problem}")
    print("not as it must be" if problems else "every chart shows what the marts hold")
    return 1 if problems else 0


def examine(stack: Stack, data: Path, shots: Path, folder: Path) -> list[str]:
    """Everything that is wrong, in words."""
    admin = Api(stack.address, "admin", stack.secret("superset_admin_password"))
    words = {role: secrets.token_urlsafe(16) for role in ("kasane_analyst", "kasane_viewer")}
    for role, word in words.items():
        admin.add_user(f"a_{role}", word, role)
    analyst = Api(stack.address, "a_kasane_analyst", words["kasane_analyst"])
    viewer = Api(stack.address, "a_kasane_viewer", words["kasane_viewer"])
    asked, problems = open_dashboards(stack, words["kasane_analyst"], shots, folder)
    charts = {chart["slice_name"]: chart for chart in analyst.all("chart")}
    problems += compare(asked, charts, analyst, data)
    problems += rights(stack, asked, analyst, viewer)
    return problems + nothing_kept(stack)


def assets(kind: str) -> dict[str, Asset]:
    """What the repository holds of a kind, by the name of its file."""
    return {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in (ASSETS / kind).rglob("*.yaml")}


def open_dashboards(
    stack: Stack, password: str, shots: Path, folder: Path
) -> tuple[dict[int, dict[str, Any]], list[str]]:
    """Each dashboard as an analyst sees it: the last query that each chart sent, by the chart's id, and complaints."""
    shots.mkdir(parents=True, exist_ok=True)
    browser = Browser(folder / "chromium")
    asked: dict[int, dict[str, Any]] = {}
    problems: list[str] = []
    try:
        log_in(browser, stack, password)
        for dashboard in assets("dashboards").values():
            problems += show(browser, stack, dashboard, shots, asked)
    finally:
        browser.close()
    return asked, problems


def log_in(browser: Browser, stack: Stack, password: str) -> None:
    """By the form, as a person does."""
    browser.open(f"{stack.address}/login/")
    browser.until("the login form", lambda: bool(browser.run("!!document.querySelector('input[type=password]')")))
    browser.run("document.querySelector('input:not([type=password]):not([type=hidden])').focus()")
    browser.call("Input.insertText", text="a_kasane_analyst")
    browser.run("document.querySelector('input[type=password]').focus()")
    browser.call("Input.insertText", text=password)
    browser.run("document.querySelector('form button[type=submit], form input[type=submit]').click()")
    browser.until("being logged in", lambda: _is_known(browser))


def _is_known(browser: Browser) -> bool:
    """Whether the server knows who asks; a page that is just being left can't be asked."""
    try:
        return bool(browser.run("fetch('/api/v1/me/').then(answer => answer.status)") == 200)
    except RuntimeError:
        return False


def show(browser: Browser, stack: Stack, dashboard: Asset, shots: Path, asked: dict[int, dict[str, Any]]) -> list[str]:
    """One dashboard at the widths of a desk and of A4; keeps what its charts asked for."""
    wanted = sum(each["type"] == "CHART" for each in dashboard["position"].values() if isinstance(each, dict))
    problems = []
    for name, width in WIDTHS.items():
        browser.clear()
        browser.resize(width, 4200)
        browser.open(f"{stack.address}/superset/dashboard/{dashboard['slug']}/")
        try:
            browser.until(f"all {wanted} charts of {dashboard['slug']} drawn", lambda: _drawn(browser) >= wanted)
            browser.resize(width, int(browser.run(_HEIGHT)) + 40)
            browser.until(f"{dashboard['slug']} drawn again", lambda: _drawn(browser) >= wanted)
        except TimeoutError as error:
            problems.append(str(error))
        browser.run("new Promise(done => setTimeout(done, 1500))")
        browser.screenshot(shots / f"{dashboard['slug']}-{name}.png")
        problems += complaints(browser, stack, dashboard["slug"])
        asked.update(_asked(browser))
    return problems


_DRAWN = """
(() => {
  if (document.querySelector('.loading, [data-test=loading-indicator], .ant-spin-spinning')) return -1;
  return [...document.querySelectorAll('.dashboard-component-chart-holder')].filter(chart =>
      chart.querySelector('canvas, svg, table, .header-line, .superset-legacy-chart-big-number')).length;
})()
"""
_HEIGHT = """
Math.ceil(Math.max(...[...document.querySelectorAll('.dashboard-component-chart-holder')].map(
    chart => chart.getBoundingClientRect().bottom)))
"""


def _drawn(browser: Browser) -> int:
    return int(browser.run(_DRAWN) or 0)


def complaints(browser: Browser, stack: Stack, slug: str) -> list[str]:
    """Errors on the page, answers that are no success, and anything asked of another server."""
    found = [f"{slug}: the page says {text!r}" for text in browser.run(_ERRORS)]
    for request in browser.requests.values():
        address = str(request["url"])
        # Superset's pages carry a counting pixel that no setting takes out; the policy stops it in the browser.
        # A dashboard's colours are stored by whoever owns it: for others that is refused and nothing is lost.
        if request.get("blocked") == "csp" or "/colors?mark_updated" in address:
            continue
        if not address.startswith((stack.address, "data:", "blob:", "about:")):
            found.append(f"{slug}: asks another server: {address[:80]}")
        elif request["status"] is not None and request["status"] >= 400:
            found.append(f"{slug}: {request['status']} {address[len(stack.address) :][:100]}")
    return found


_ERRORS = "[...document.querySelectorAll('[role=alert], .ant-alert-error')].map(each => each.innerText.slice(0, 200))"


def _asked(browser: Browser) -> dict[int, dict[str, Any]]:
    bodies = [
        json.loads(browser.body_of(each))
        for each in browser.requests.values()
        if each["method"] == "POST" and "/api/v1/chart/data" in each["url"]
    ]
    forms = [(body, body.get("form_data") or {}) for body in bodies]
    return {int(form["slice_id"]): body for body, form in forms if form.get("slice_id")}


def compare(asked: dict[int, dict[str, Any]], charts: dict[str, dict[str, Any]], analyst: Api, data: Path) -> list[str]:
    """Each chart's query sent again through the interface, its rows beside those of the marts."""
    problems = []
    queries = expected_queries()
    with duckdb.connect(str(data / "current" / "analyst.duckdb"), read_only=True) as zone:
        for key, chart in assets("charts").items():
            found = charts.get(chart["slice_name"])
            body = asked.get(found["id"]) if found else None
            if body is None:
                problems.append(f"{key}: never asked for data")
                continue
            answer = analyst.post("/api/v1/chart/data", body)
            if answer.status_code != 200:
                problems.append(f"{key}: {answer.status_code} {answer.text[:200]}")
                continue
            rows = answer.json()["result"][0]["data"]
            print(f"{key}: {len(rows)} rows")
            problems += [] if rows else [f"{key}: no row"]
            problems += differences(key, queries[key], rows, zone)
    return problems


def rights(stack: Stack, asked: dict[int, dict[str, Any]], analyst: Api, viewer: Api) -> list[str]:
    """Who may take data out, who may not, and that nobody reads without a login."""
    import requests

    body = next(iter(asked.values()))
    as_csv = body | {"result_format": "csv"}
    wanted = {
        "a viewer sees a chart": (viewer.post("/api/v1/chart/data", body).status_code, 200),
        "an analyst takes a CSV": (analyst.post("/api/v1/chart/data", as_csv).status_code, 200),
        "a viewer takes no CSV": (viewer.post("/api/v1/chart/data", as_csv).status_code, 403),
        "an analyst has no SQL Lab": (
            analyst.post("/api/v1/sqllab/execute/", {"database_id": 1, "sql": "select 1"}).status_code, 403,
        ),
        "a stranger reads nothing": (
            requests.post(f"{stack.address}/api/v1/chart/data", json=body, timeout=60).status_code, 401,
        ),
    }  # fmt: skip
    return [f"{what}: {found}, not {right}" for what, (found, right) in wanted.items() if found != right]


def nothing_kept(stack: Stack) -> list[str]:
    """Superset's database holds no password of the serving database, and its login there only reads the open zones."""
    problems = []
    with psycopg.connect(stack.metadata) as metadata:
        kept = metadata.execute("select sqlalchemy_uri, password from dbs").fetchall()
        if len(kept) != 1 or kept[0][1] is not None or stack.secret("superset_serving_password") in str(kept):
            problems.append(f"Superset's database holds {len(kept)} connections, or a password of one")
        twice = metadata.execute("select count(*) from dashboards").fetchone()
        if twice != (len(assets("dashboards")),):
            problems.append(f"imported twice, there are {twice} dashboards")
    with psycopg.connect(stack.serving, autocommit=True) as serving:
        for statement in (
            "create table core.made (x int)",
            "delete from marts.dim_area",
            "create temporary table t (x int)",
        ):
            try:
                serving.execute(statement)
            except psycopg.Error:
                continue
            problems.append(f"Superset's login may {statement}")
    return problems


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environment", type=Path, required=True, help="Superset's own virtual environment")
    parser.add_argument("--data", type=Path, required=True, help="a data directory with a release of all feeds")
    parser.add_argument("--shots", type=Path, default=Path("/tmp/kasane-superset-shots"), help="where screens go")
    parser.add_argument("--keep", action="store_true", help="leave it running until Enter")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
