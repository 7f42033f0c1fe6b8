"""``municipality.yml`` of the configuration: who the municipality is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kasane.errors import ContractError, Problem
from kasane.settings import PROJECT_ROOT, Settings


class Municipality(BaseModel):
    """Code (6 digits, 全国地方公共団体コード), name as reports show it, and whether DuckDB files are encrypted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    code: str = Field(pattern=r"^\d{6}$")
    name: str = Field(min_length=1)
    at_rest: Literal["plain", "encrypted"] = "plain"


def municipality_name(settings: Settings) -> str:
    """The municipality's name from the configuration, else of the invented ward."""
    return _load(_file(settings)).name


def is_encrypted_at_rest(settings: Settings) -> bool:
    """Whether the build file and the releases' restricted files are to be encrypted (``at_rest: encrypted``)."""
    return _load(_file(settings)).at_rest == "encrypted"


def _file(settings: Settings) -> Path:
    overlay = settings.config_dir / "municipality.yml" if settings.config_dir else None
    return overlay if overlay and overlay.exists() else PROJECT_ROOT / "expectations" / "municipality.yml"


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
