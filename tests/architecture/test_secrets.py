"""Nothing secret stands in the repository, a DAG or a profile: keys come from files that no commit holds."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# A key of 32 bytes in hexadecimal, and a value where a secret's name stands before it.
KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
NAMED = re.compile(
    r"(?i)(password|secret|token|fernet_key|encryption_key)\w*[\"']?\s*[:=]\s*[\"'][^\"'{}$<\s]{6,}[\"']"
)
HASHES = {"uv.lock", "docker/superset/requirements.txt"}
PLACES = ("dags", "include", "dbt_project", "docker", "docker-compose.yml", "expectations", "scripts", "Makefile")


def committed(*places: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "--", *places], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("no git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def texts(*places: str) -> dict[str, str]:
    found = {}
    for path in committed(*places):
        content = path.read_bytes()
        if b"\0" not in content:
            found[str(path.relative_to(ROOT))] = content.decode("utf-8", errors="replace")
    return found


def test_the_search_finds_what_it_looks_for() -> None:
    assert KEY.search(f"key = {'0a' * 32}")
    assert NAMED.search('password: "hunter22"')
    assert not NAMED.search("password = ''")


def test_no_key_is_committed() -> None:
    assert [name for name, text in texts(*PLACES).items() if name not in HASHES and KEY.search(text)] == []
    assert [path for path in committed(".") if path.suffix in (".key", ".pem")] == []


def test_no_password_or_token_is_written_in_code_dags_or_settings() -> None:
    assert [name for name, text in texts(*PLACES).items() if NAMED.search(text)] == []


def test_dags_read_no_secret_themselves() -> None:
    """Connections come from Airflow's own backends, keys inside the functions that need them: never through an XCom."""
    for name, text in texts("dags").items():
        assert not re.search(r"(?i)environ|getenv|_key\b|password|Variable\.get|BaseHook", text), name


def test_dbts_profile_names_no_key() -> None:
    text = (ROOT / "dbt_project" / "profiles.yml").read_text(encoding="utf-8")
    assert "encryption_key" not in text
    assert "KEY" not in text


def test_the_services_take_their_secrets_from_files() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    for service in compose["services"].values():
        for name, value in (service.get("environment") or {}).items():
            if re.search(r"PASSWORD|SECRET|FERNET|SQL_ALCHEMY_CONN", name):
                assert name.endswith(("_FILE", "_CMD")), name
            # An address with a user's part may hold a password.
            assert not re.search(r"://[^/\s]*@", str(value)), name
