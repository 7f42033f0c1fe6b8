"""The manifests in the lake that were made by a feed's contract as it is now."""

from __future__ import annotations

from kasane.contracts.delivery import Manifest
from kasane.contracts.manifest import parse_manifest
from kasane.contracts.model import Contract
from kasane.errors import KasaneError, Problem
from kasane.settings import DataPaths


def load_manifests(paths: DataPaths, contract: Contract) -> list[Manifest]:
    """Every delivery of the contract's table as read, in the order of delivery ids.

    A folder that an earlier layout or reader gave is passed over: its file is read anew from landing. Raises
    KasaneError for a manifest that can't be read; none is half-written, since folders appear whole.
    """
    found: dict[tuple[str, str], tuple[int, Manifest]] = {}
    for path in sorted((paths.lake / contract.table).glob("*/manifest.json")):
        try:
            manifest = parse_manifest(path.read_bytes())
        except (ValueError, TypeError, KeyError) as error:
            shown = str(path.relative_to(paths.root))
            remedy = f"remove the folder {path.parent.name}; the file is read anew"
            raise KasaneError(Problem("the manifest can't be read", remedy, shown)) from error
        if manifest.read_hash == contract.read_hash and manifest.delivery_id == path.parent.name:
            _keep_newest(found, manifest, path.stat().st_mtime_ns)
    return sorted((manifest for _, manifest in found.values()), key=lambda manifest: manifest.delivery_id)


def _keep_newest(found: dict[tuple[str, str], tuple[int, Manifest]], manifest: Manifest, written: int) -> None:
    """A file is read twice by one layout only when the reader itself has changed since."""
    delivered = (manifest.file_name, manifest.sha256)
    if delivered not in found or found[delivered][0] < written:
        found[delivered] = (written, manifest)
