"""Superset's configuration and image: secrets from files alone, nothing asked of another server, all pinned."""

from __future__ import annotations

import re
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.engine import make_url

from kasane.settings import PROJECT_ROOT

SUPERSET = PROJECT_ROOT / "docker" / "superset"
STACK = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SECRETS = {"SECRET_KEY": "k" * 48, "DATABASE_URL": "postgresql+psycopg2://s:p@meta/s"}
SERVING = "postgresql+psycopg2://kasane_superset:p%40%2F@10.0.0.1:5433/kasane_serving"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    for name, value in (SECRETS | {"SERVING_URL": SERVING}).items():
        file = tmp_path / name
        file.write_text(value + "\n", encoding="utf-8")
        monkeypatch.setenv(f"KASANE_SUPERSET_{name}_FILE", str(file))
    monkeypatch.delenv("KASANE_SUPERSET_BEHIND_TLS", raising=False)
    return runpy.run_path(str(SUPERSET / "superset_config.py"))


def test_secrets_come_from_their_files(config: dict[str, Any]) -> None:
    assert config["SECRET_KEY"] == SECRETS["SECRET_KEY"]
    assert config["SQLALCHEMY_DATABASE_URI"] == SECRETS["DATABASE_URL"]


def test_a_missing_secret_says_what_to_do(config: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KASANE_SUPERSET_SECRET_KEY_FILE", "/nowhere")
    with pytest.raises(RuntimeError, match=r"KASANE_SUPERSET_SECRET_KEY_FILE must name a file.*make_secrets\.sh"):
        runpy.run_path(str(SUPERSET / "superset_config.py"))


def test_the_repositorys_connection_gets_the_login_and_no_other_does(config: dict[str, Any]) -> None:
    database = yaml.safe_load((SUPERSET / "assets/databases/kasane.yaml").read_text(encoding="utf-8"))
    mutate = config["DB_CONNECTION_MUTATOR"]
    found, params = mutate(make_url(database["sqlalchemy_uri"]), {"a": 1}, "who", None, None)
    assert (found.host, found.port, found.password, params) == ("10.0.0.1", 5433, "p@/", {"a": 1})
    other = make_url("postgresql://me:mine@elsewhere/db")
    assert mutate(other, {}, "who", None, None) == (other, {})


def test_the_browser_may_ask_this_server_alone(config: dict[str, Any]) -> None:
    policy = config["TALISMAN_CONFIG"]["content_security_policy"]
    assert "://" not in str(policy)
    assert "*" not in str(policy)
    assert policy["connect-src"] == ["'self'"]
    assert config["THEME_FONT_URL_ALLOWED_DOMAINS"] == []


def test_behind_tls_the_cookie_travels_by_tls(config: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert config["SESSION_COOKIE_SECURE"] is False
    monkeypatch.setenv("KASANE_SUPERSET_BEHIND_TLS", "1")
    secure = runpy.run_path(str(SUPERSET / "superset_config.py"))
    assert secure["SESSION_COOKIE_SECURE"]
    assert secure["TALISMAN_CONFIG"]["session_cookie_secure"]


def test_every_requirement_is_pinned_with_its_hashes() -> None:
    text = (SUPERSET / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    pinned = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(pinned) > 100
    assert [line for line in pinned if not re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:", line, re.IGNORECASE)] == []
    wanted = (SUPERSET / "requirements.in").read_text(encoding="utf-8").splitlines()
    names = {line.split("==")[0].lower() for line in pinned}
    assert {re.split("==", line)[0] for line in wanted if line and not line.startswith("#")} <= names


def test_the_stack_runs_what_the_trial_runs() -> None:
    services = STACK["services"]
    assert services["superset-init"]["command"] == ["./init.sh"]
    assert services["superset"]["command"] == ["./serve.sh"]
    assert "healthcheck" in services["superset"]
    assert "healthcheck" in services["postgres-superset"]
    assert "airflow" not in {*services["superset"]["networks"], *services["postgres-superset"]["networks"]}
    image = (SUPERSET / "Dockerfile").read_text(encoding="utf-8")
    for file in ("requirements.txt", "superset_config.py", "set_up.py", "init.sh", "serve.sh", "assets"):
        assert file in image
        assert (SUPERSET / file).exists()


def test_every_secret_of_the_stack_is_made_once(tmp_path: Path) -> None:
    script = tmp_path / "scripts" / "make_secrets.sh"
    script.parent.mkdir()
    script.write_bytes((PROJECT_ROOT / "scripts" / "make_secrets.sh").read_bytes())
    subprocess.run(["bash", script], check=True, capture_output=True)
    made = {file.name: file.read_bytes() for file in (tmp_path / "docker" / "secrets").iterdir()}
    assert set(STACK["secrets"]) <= set(made)
    assert made["superset_serving_password"] in made["superset_serving_url"]
    subprocess.run(["bash", script], check=True, capture_output=True)
    assert {file.name: file.read_bytes() for file in (tmp_path / "docker" / "secrets").iterdir()} == made
