"""Turns the packages of this environment into a bill of materials: CycloneDX 1.6, from what they say of themselves."""

from __future__ import annotations

import re
from datetime import datetime
from importlib.metadata import Distribution, distributions
from typing import Any
from uuid import UUID, uuid5

from community_ops.bootstrap import ROOT

OURS = UUID("6f6b5f0e-6a0e-4b0c-9a52-0d6f4a0f7d11")
NEEDS = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")
LICENCE = "License :: "


def bill_of_materials(now: datetime) -> dict[str, Any]:
    """Every installed package once, by name, with version, licence, address in the index and what it needs."""
    found = {name_of(each): each for each in distributions() if each.metadata["Name"]}
    listed = [found[name] for name in sorted(found)]
    refs = {name_of(each): _address(each) for each in listed}
    content = [_component(each) for each in listed]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(OURS, ' '.join(refs.values()))}",  # the same packages, the same number
        "version": 1,
        "metadata": {
            "timestamp": now.isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": "community-ops",
                "name": "community-ops",
                "version": _own_version(),
            },
        },
        "components": content,
        "dependencies": [
            {"ref": "community-ops", "dependsOn": sorted(refs[each] for each in required() & refs.keys())},
            *({"ref": refs[name_of(each)], "dependsOn": _needed(each, refs)} for each in listed),
        ],
    }


def name_of(package: Distribution) -> str:
    """The name as indexes write it."""
    return _normal(package.metadata["Name"])


def required() -> set[str]:
    """The packages that requirements.txt names, all of them pinned."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return {_normal(match[1]) for line in lines if (match := NEEDS.match(line))}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _address(package: Distribution) -> str:
    return f"pkg:pypi/{name_of(package)}@{package.version}"


def _component(package: Distribution) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "library",
        "bom-ref": _address(package),
        "name": name_of(package),
        "version": package.version,
        "purl": _address(package),
        "scope": "required" if name_of(package) in required() else "optional",
    }
    if summary := package.metadata.get("Summary"):
        told["description"] = summary
    if licence := _licence(package):
        told["licenses"] = [licence]
    return told


def _licence(package: Distribution) -> dict[str, Any] | None:
    """The expression that a package declares, else the name that it gives."""
    meta = package.metadata
    if expression := meta.get("License-Expression"):
        return {"expression": expression}
    classified = [each.rsplit(" :: ", 1)[-1] for each in meta.get_all("Classifier", []) if each.startswith(LICENCE)]
    name = "; ".join(classified) or (meta.get("License") or "").strip().split("\n", 1)[0]
    return {"license": {"name": name}} if name else None


def _needed(package: Distribution, refs: dict[str, str]) -> list[str]:
    """What it needs of what is installed; extras that nobody asked for are not."""
    names = {
        _normal(match[1])
        for line in package.requires or ()
        if "extra ==" not in line and (match := NEEDS.match(line.strip()))
    }
    return sorted(refs[each] for each in names & refs.keys())


def _own_version() -> str:
    match = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    return match[1] if match else "0"
