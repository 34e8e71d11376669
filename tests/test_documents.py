"""What is said in two places: README, rules, Makefile, version floors, lint."""

import re
import shlex
import tomllib
from itertools import chain

import pytest
import snakemake
import yaml
from interpreters_here import KNOWN
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


def test_version_is_stated_alike():
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert yaml.safe_load(read("CITATION.cff"))["version"] == version
    newest = re.search(r"^## ([\d.]+)", read("CHANGELOG.md"), re.MULTILINE)[1]
    assert newest == version


def test_checks_before_a_commit_are_those_of_make():
    """But for `.venv/bin`, which is on the path of `make`, and `env`."""
    recipe = re.search(r"^style:.*\n((?:\t.*\n)+)", read("Makefile"), re.MULTILINE)[1]
    (repo,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    entries = [hook["entry"] for hook in repo["hooks"]]
    commands = [re.sub(r"^env |\.venv/bin/", "", entry) for entry in entries]
    assert commands == [line.strip() for line in recipe.splitlines()]


def test_workflow_tries_every_python_that_the_tests_know():
    jobs = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]
    assert jobs["python"]["strategy"]["matrix"]["python"] == [*KNOWN]


def test_commands_of_the_workflows_exist():
    targets = set(re.findall(r"^([a-z-]+):.*  ## ", read("Makefile"), re.MULTILINE))
    paths = (PROJECT / ".github" / "workflows").glob("*.yml")
    named = {
        target
        for path in paths
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
        for step in job["steps"]
        for target in re.findall(r"(?:^|\s)make ([a-z-]+)", step.get("run", ""))
    }
    assert named
    assert named <= targets


PLACES = ("CONTRIBUTING.md", "README.md")


@pytest.mark.parametrize("name", PLACES)
def test_files_that_a_page_names_exist(name):
    text = re.sub(r"^```.*?^```", "", read(name), flags=re.MULTILINE | re.DOTALL)
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    spans = re.findall(r"`((?:scripts|tests|workflow|benchmarks|examples)/[\w./]+)`", text)
    paths = {path for path in (*links, *spans) if path and "://" not in path and "NAME" not in path}
    assert paths
    assert {path for path in paths if not (PROJECT / path).exists()} == set()


def test_contributing_names_make_targets_and_rooms_that_exist():
    text = read("CONTRIBUTING.md")
    targets = set(re.findall(r"^([a-z-]+):.*  ## ", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets
    rooms = {path.parent.name for path in PROJECT.glob("scripts/*/*.py")}
    assert set(re.findall(r"^\|.*?`scripts/(\w+)`", text, re.MULTILINE)) <= rooms
    assert set(re.findall(r"`scripts/(\w+)`", text)) >= rooms


def test_every_figure_has_a_caption_in_snakemakes_report():
    """Without one, `snakemake --report` ends with an error."""
    captions = {path.stem for path in (PROJECT / "workflow" / "report").glob("*.rst")}
    assert captions == {*FIGURES}
