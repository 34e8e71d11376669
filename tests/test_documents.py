"""What is said in two places: README, rules, Makefile, version floors, lint."""

import re
import shlex
import tomllib
from itertools import chain

import pytest
import snakemake
import yaml
from measuring import PROJECT
from study_folder import CODE, StudyFolder

from setup.write_examples import list_of_programs
from sharing import strategies, workloads
from study.matrix import FIGURES


def read(name):
    return (PROJECT / name).read_text(encoding="utf-8")


# What a user reads: the README, and the pages that it links to.
READ_FIRST = [
    "README.md",
    *(f"docs/{path.name}" for path in sorted((PROJECT / "docs").glob("*.md"))),
]


@pytest.fixture(scope="module")
def readme():
    if not (PROJECT / "README.md").is_file():
        pytest.skip("there is no README.md")
    return "\n".join(map(read, READ_FIRST))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """A copy of the project without any result."""
    folder = StudyFolder.create(tmp_path_factory.mktemp("untouched") / "project")
    folder.config = {"interpreters": {"pypy": None}}
    return folder


@pytest.fixture(scope="module")
def target_rules(untouched):
    terminal = untouched.snakemake("--list-target-rules", "--quiet", "all").check().terminal
    return set(re.findall(r"^[a-z_]+$", terminal, re.MULTILINE))


def named_targets(text):
    """Return the words after `snakemake` and its options, in code spans and code blocks."""
    spans = re.findall(r"`(snakemake [^`\n]*)`", text) + re.findall(
        r"^(?:\$ )?(snakemake .*)$", text, re.MULTILINE
    )
    found = set()
    for span in spans:
        words = iter(shlex.split(span, comments=True)[1:])
        for word in words:
            if word in ("--cores", "-c", "--configfile", "--report", "--profile", "--sdm"):
                next(words, None)
            elif re.fullmatch("[a-z_]+", word):
                found.add(word)
    return found


def test_options_are_no_targets():
    text = (
        "Type `snakemake --cores 1 figures` or\n\n    x\nsnakemake --configfile a.yaml runs # yes\n"
    )
    assert named_targets(text) == {"figures", "runs"}


def test_readme_names_every_target_and_no_other(readme, target_rules):
    assert named_targets(readme) <= target_rules
    # Rules of two words are steps of others; those of one are for the user.
    assert {rule for rule in target_rules if "_" not in rule} <= named_targets(readme) | {"report"}


def test_readme_gives_the_commands_of_ci(readme):
    commands = re.findall(r"^(?:exec )?(make .*)$", read(".ci/run"), re.MULTILINE)
    assert commands == ["make peers", "make test"]
    for command in commands:
        assert re.search(rf"^\W*{command}\b|`{command}`", readme, re.MULTILINE)


def test_readme_names_make_targets_that_exist(readme):
    targets = set(re.findall(r"^([a-z]+):.*  ## ", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", readme, re.MULTILINE))
    assert named
    assert named <= targets


@pytest.mark.parametrize("name", READ_FIRST)
def test_links_lead_to_files_and_headings(name):
    links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", read(name), flags=re.DOTALL))
    for link in links:
        if link.startswith(("http:", "https:")):
            continue
        path, _, heading = link.partition("#")
        there = (PROJECT / name).parent / path if path else PROJECT / name
        assert there.exists(), link
        if heading and there.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {anchor_of(one) for one in headings}, link


def anchor_of(heading):
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_readme_is_short():
    assert len(read("README.md").splitlines()) <= 210


def test_snakefile_is_a_table_of_contents():
    assert len(read("Snakefile").splitlines()) < 60


def test_config_of_the_profile_and_copied_files_exist():
    assert yaml.safe_load(read("profiles/default/config.yaml"))["nolock"] is True
    assert all((PROJECT / name).exists() for name in CODE)


def test_version_of_snakemake_is_the_one_that_is_tested():
    stated = re.search(r'min_version\("([\d.]+)"\)', read("Snakefile"))[1]
    asked = tomllib.loads(read("pyproject.toml"))["dependency-groups"]["study"]
    assert f"snakemake=={stated}.*" in asked
    locked = read("requirements/study.txt")
    assert re.search(rf"^snakemake=={stated}\.\d+ ", locked, re.MULTILINE)
    assert snakemake.__version__.startswith(f"{stated}.")
    elsewhere = ("README.md", ".snakemake-workflow-catalog.yml", "environment.yml", "Dockerfile")
    named = [re.findall(r"[Ss]nakemake[ >=≥]*(\d[\d.]*)", read(name)) for name in elsewhere]
    assert set(chain(*named)) <= {stated}


def test_version_of_python_is_stated_alike():
    python = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"]
    setup = read("scripts/setup/make_venv.sh")
    refused = re.search(r"sys\.version_info < \((\d+), (\d+)\)", setup).groups()
    assert python == f">={'.'.join(refused)}"


# What the lint says of one environment for all rules, which is meant.
ACCEPTED_LINTS = {"Specify a conda environment or container for each rule."}


def test_lint_finds_nothing_but_the_missing_environments(untouched):
    terminal = untouched.snakemake("--lint").terminal
    found = {line.rstrip(":") for line in re.findall(r"^    \* (.*)$", terminal, re.MULTILINE)}
    assert found <= ACCEPTED_LINTS, terminal
    assert found, "the lint said nothing at all: has its output another form?"


def test_page_of_the_programs_is_written_from_the_strategies():
    assert read("examples/README.md") == list_of_programs(), (
        "type: python -I scripts write_examples"
    )


def test_page_of_the_programs_names_every_strategy_and_workload_and_links_to_files():
    page = read("examples/README.md")
    links = dict(re.findall(r"^\| \[`(\w+)`\]\((.*)\) \|", page, re.MULTILINE))
    assert set(links) == {*strategies.names(), *workloads.names()}
    assert all((PROJECT / "examples" / link).is_file() for link in links.values())


def test_every_figure_has_a_caption_in_snakemakes_report():
    """Without one, `snakemake --report` ends with an error."""
    captions = {path.stem for path in (PROJECT / "workflow" / "report").glob("*.rst")}
    assert captions == {*FIGURES}
