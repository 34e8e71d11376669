"""What is locked is what pyproject.toml asks for, by hashes, and names no index."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from setup.lock_requirements import LOCKED_GROUPS, REQUIREMENTS, head_of, read_project

GROUPS = read_project()["dependency-groups"]


def text_of(group):
    return (REQUIREMENTS / f"{group}.txt").read_text(encoding="utf-8")


def locked_in(group):
    """Return the versions that a lock has of each package: one, or several with markers."""
    found = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^ ;]+)", text_of(group), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("group", LOCKED_GROUPS)
def test_lock_is_up_to_date(group):
    head = text_of(group).splitlines()[1]
    assert head.removeprefix("#").strip() == head_of(read_project()), "type: make lock"


@pytest.mark.parametrize("group", LOCKED_GROUPS)
def test_every_requirement_is_locked_in_a_version_that_fits(group):
    locked = locked_in(group)
    for requirement in map(Requirement, GROUPS[group]):
        versions = locked[canonicalize_name(requirement.name)]
        assert all(map(requirement.specifier.contains, versions)), requirement


@pytest.mark.parametrize("group", LOCKED_GROUPS)
def test_every_package_has_hashes_and_no_index_is_named(group):
    text = text_of(group)
    packages = re.findall(r"^[a-z].*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(packages) == sum(map(len, locked_in(group).values()))
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


def test_locks_that_share_an_environment_agree():
    versions = {}
    for group in LOCKED_GROUPS:
        for name, found in locked_in(group).items():
            assert versions.setdefault(name, found) == found, (group, name)


def test_torch_alone_is_in_no_lock_and_no_other_file_lies_there():
    assert set(GROUPS) - set(LOCKED_GROUPS) == {"torch"}
    assert {path.stem for path in REQUIREMENTS.iterdir()} == set(LOCKED_GROUPS)
    assert not any("torch" in locked_in(group) for group in LOCKED_GROUPS)


def test_another_requirement_or_python_makes_locks_out_of_date():
    project = read_project()
    heads = {head_of(project)}
    project["dependency-groups"]["study"][0] = "snakemake"
    heads.add(head_of(project))
    project["project"]["requires-python"] = ">=3.12"
    heads.add(head_of(project))
    project["dependency-groups"]["torch"].append("torchvision")
    heads.add(head_of(project))
    assert len(heads) == 3
