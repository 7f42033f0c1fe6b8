"""Bring Superset to what the repository says: dashboards imported, two roles, and the first administrator.

Run after ``superset db upgrade`` and ``superset init``, as often as one likes: ``python set_up.py ASSETS``.
What the repository holds is overwritten, what people made themselves stays. Figures are neither read nor stored.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from superset.app import create_app

ADMIN = "admin"
VIEWER = "kasane_viewer"
ANALYST = "kasane_analyst"
# Gamma, Superset's role for readers, may also make charts and take data out; here that is the analysts' part.
ANALYSTS_ONLY = {
    ("can_csv", "Superset"),
    ("can_export", "Chart"),
    ("can_export", "Dashboard"),
    ("can_export", "Dataset"),
    ("can_write", "Chart"),
    ("can_write", "Dashboard"),
    ("can_write", "ExplorePermalinkRestApi"),
}


def main(assets: Path) -> None:
    """Set everything up, or nothing; raises RuntimeError where a file is missing."""
    from superset.extensions import db, security_manager

    admin = ensure_admin(security_manager)
    import_assets(assets, admin)
    datasets = granted_datasets(security_manager)
    gamma = security_manager.find_role("Gamma").permissions
    read = [each for each in gamma if pair(each) not in ANALYSTS_ONLY]
    give(security_manager, VIEWER, [*read, *datasets])
    give(security_manager, ANALYST, [*gamma, *datasets])
    db.session.commit()
    print(f"imported {assets.name}: {len(datasets)} datasets; roles {VIEWER}, {ANALYST}; administrator {ADMIN}")


def ensure_admin(security_manager: Any) -> Any:
    """The administrator; made with the password of the secret the first time, and never changed after."""
    found = security_manager.find_user(username=ADMIN)
    if found:
        return found
    file = Path(os.environ.get("KASANE_SUPERSET_ADMIN_PASSWORD_FILE", ""))
    if not file.is_file():
        raise RuntimeError("KASANE_SUPERSET_ADMIN_PASSWORD_FILE must name a file: scripts/make_secrets.sh makes it")
    role = security_manager.find_role("Admin")
    made = security_manager.add_user(
        ADMIN, "Kasane", "管理者", "admin@localhost", role, password=file.read_text(encoding="utf-8").strip()
    )
    if not made:
        raise RuntimeError("the administrator could not be made; see Superset's log")
    return made


def import_assets(folder: Path, admin: Any) -> None:
    """Databases, datasets, charts and dashboards of the folder, in Superset's own form; all or nothing."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.utils.core import override_user

    contents = {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in folder.rglob("*.yaml")}
    with override_user(admin):
        ImportAssetsCommand(contents).run()


def granted_datasets(security_manager: Any) -> list[Any]:
    """The permission of each dataset of the repository: no role reads a schema or a database as a whole."""
    from superset.connectors.sqla.models import SqlaTable
    from superset.extensions import db

    tables = db.session.query(SqlaTable).filter(SqlaTable.is_managed_externally).all()
    return [security_manager.add_permission_view_menu("datasource_access", table.perm) for table in tables]


def give(security_manager: Any, name: str, permissions: Iterable[Any]) -> None:
    """A role with exactly these permissions."""
    role = security_manager.add_role(name)
    role.permissions = list({each.id: each for each in permissions}.values())


def pair(permission: Any) -> tuple[str, str]:
    return permission.permission.name, permission.view_menu.name


if __name__ == "__main__":
    with create_app().app_context():
        main(Path(sys.argv[1]))
