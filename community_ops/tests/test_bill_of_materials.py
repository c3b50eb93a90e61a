"""The list of all parts: nothing missing, nothing twice, each with where it comes from and under which licence."""

import io
import json
from collections import Counter
from importlib.metadata import distributions, version

import pytest
from django.core.management import call_command

from community_ops.bill_of_materials import name_of, required


@pytest.fixture(scope="module")
def bill():
    told = io.StringIO()
    call_command("sbom", stdout=told)
    return json.loads(told.getvalue())


def test_every_installed_package_is_listed_once_with_its_licence(bill):
    listed = Counter(each["name"] for each in bill["components"])
    assert set(listed) == {name_of(each) for each in distributions() if each.metadata["Name"]}
    assert set(listed.values()) == {1}
    assert {each["name"] for each in bill["components"] if "licenses" not in each} & required() == set()


def test_every_pinned_package_that_is_installed_here_is_marked_as_needed(bill):
    needed = {each["name"] for each in bill["components"] if each["scope"] == "required"}
    assert {"django", "celery", "cryptography", "kombu"} <= needed
    assert "pytest" not in needed
    assert needed <= required()


def test_it_is_what_tools_read(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    django = next(each for each in bill["components"] if each["name"] == "django")
    assert django["purl"] == django["bom-ref"] == f"pkg:pypi/django@{version('django')}"
    refs = {each["bom-ref"] for each in bill["components"]} | {"community-ops"}
    assert {each["ref"] for each in bill["dependencies"]} == refs
    assert {needed for each in bill["dependencies"] for needed in each["dependsOn"]} <= refs
    asgiref = next(each["bom-ref"] for each in bill["components"] if each["name"] == "asgiref")
    assert asgiref in next(each["dependsOn"] for each in bill["dependencies"] if each["ref"] == django["bom-ref"])
