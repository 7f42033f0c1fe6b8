"""Superset's own interface, as one user."""

from __future__ import annotations

from typing import Any

import requests


class Api:
    """Logged in by name and password; every answer is checked where it is used."""

    def __init__(self, address: str, name: str, password: str) -> None:
        self.address = address
        self.session = requests.Session()
        body = {"username": name, "password": password, "provider": "db", "refresh": False}
        answer = self.session.post(f"{address}/api/v1/security/login", json=body, timeout=60)
        answer.raise_for_status()
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        token = self.session.get(f"{address}/api/v1/security/csrf_token/", timeout=60)
        token.raise_for_status()
        self.session.headers["X-CSRFToken"] = token.json()["result"]
        self.session.headers["Referer"] = address

    def get(self, path: str) -> requests.Response:
        return self.session.get(f"{self.address}{path}", timeout=60)

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self.session.post(f"{self.address}{path}", json=body, timeout=60)

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Every chart, dashboard or dataset that this user sees."""
        answer = self.get(f"/api/v1/{kind}/?q=(page_size:100)")
        answer.raise_for_status()
        return list(answer.json()["result"])

    def add_user(self, name: str, password: str, role: str) -> None:
        """A new login with one role; only an administrator may."""
        roles = {each["name"]: each["id"] for each in self.all("security/roles")}
        person = {"username": name, "first_name": "試", "last_name": role, "email": f"{name}@localhost", "active": True}
        answer = self.post("/api/v1/security/users/", {**person, "password": password, "roles": [roles[role]]})
        answer.raise_for_status()
