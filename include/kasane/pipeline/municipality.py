"""``municipality.yml`` of the configuration: who the municipality is."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kasane.errors import ContractError, Problem
from kasane.settings import PROJECT_ROOT, Settings


class Municipality(BaseModel):
    """Code (6 digits, 全国地方公共団体コード) and name as reports show it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    code: str = Field(pattern=r"^\d{6}$")
    name: str = Field(min_length=1)


def municipality_name(settings: Settings) -> str:
    """The municipality's name from the configuration, else of the invented ward."""
    overlay = settings.config_dir / "municipality.yml" if settings.config_dir else None
    path = overlay if overlay and overlay.exists() else PROJECT_ROOT / "expectations" / "municipality.yml"
    return _load(path).name


def _load(path: Path) -> Municipality:
    try:
        return Municipality.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ContractError(Problem(what=f"no YAML: {error}", file=str(path))) from None
    except ValidationError as error:
        raise ContractError(
            [
                Problem(what=f"{'.'.join(map(str, each['loc']))}: {each['msg']}", file=str(path))
                for each in error.errors()
            ]
        ) from None
