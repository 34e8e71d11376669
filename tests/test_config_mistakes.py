"""Any mistake in the configuration is answered by one line; what is none is accepted."""

import sys

import pytest
from config_mistakes import BASE, mistakes

from study.layers import Layers, merge, read_file, read_layers, read_setting
from study.matrix import read_matrix
from study.mistake import ConfigError
from study.own_workload import trouble_of
from study.strict_yaml import LARGEST_FILE, read_yaml

GOOD_WORKLOAD = "def build(size): ...\ndef process(data, job): ...\n"
MISTAKES = {name: (text, answer) for name, text, answer in mistakes()}


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text(BASE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def read(in_a_folder):
    """Return the `Matrix` of `BASE` with overlays over it, given as texts or bytes."""

    def read(*overlays):
        paths = [in_a_folder / "config.yaml"]
        for number, content in enumerate(overlays):
            paths.append(in_a_folder / f"overlay{number or ''}.yaml")
            paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
        layers = Layers([read_file(path) for path in paths])
        with layers.locating():
            return read_matrix(layers.config)

    return read


def refused(read, *overlays):
    """Return the one line by which overlays are refused."""
    with pytest.raises(ConfigError) as raised:
        read(*overlays)
    line = str(raised.value)
    assert line.isprintable()
    assert len(line) < 900
    return line


def test_there_are_many_kinds_of_mistakes():
    assert len(MISTAKES) > 150
    assert len(MISTAKES) == len(list(mistakes()))


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_answered_by_one_line(name, read, in_a_folder):
    text, answer = MISTAKES[name]
    line = refused(read, text)
    assert answer in line
    assert line.startswith(("overlay.yaml: ", "overlay.yaml, line "))
    assert {path.name for path in in_a_folder.iterdir()} == {"config.yaml", "overlay.yaml"}


ENCODINGS = {
    "Latin-1": ("seed: 1\nmachine: große\n".encode("latin-1"), "line 2: is not UTF-8; save it"),
    "UTF-16": ("seed: 1\n".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    "UTF-16 without a mark": ("seed: 1\n".encode("utf-16-le"), "YAML forbids the character"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", "is not UTF-8"),
    "too large a file": (b"#" * (LARGEST_FILE + 1), "is larger than 1 MiB"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_file_that_is_no_text_is_answered_by_one_line(name, read):
    content, answer = ENCODINGS[name]
    assert answer in refused(read, content)


# Legal, and what it means: keys joined by "/", and the value.
ACCEPTED = {
    "nothing": ("", "seed", 1),
    "a comment": ("# nothing yet\n", "seed", 1),
    "an empty document": ("---\n", "seed", 1),
    "one document with its marks": ("---\nseed: 2\n...\n", "seed", 2),
    "a byte order mark": ("\ufeffseed: 2\n", "seed", 2),
    "line ends of Windows": ("seed: 2\r\nstudy: x\r\n", "study", "x"),
    "JSON": ('{"seed": 2, "defaults": {"jobs": [1, 2]}}', "defaults/jobs", [1, 2]),
    "a whole float": ("defaults: {max_repeats: 2.0}\n", "defaults/max_repeats", 2),
    "an exponent of YAML 1.1": ("defaults: {jobs: [1.0e+3]}\n", "defaults/jobs", [1000]),
    "an exponent of YAML 1.2": ("defaults: {jobs: [1e3]}\n", "defaults/jobs", [1000]),
    "an exponent with a fraction": ("defaults: {jobs: [1.5E3]}\n", "defaults/jobs", [1500]),
    "underscores": ("defaults: {jobs: [1_000]}\n", "defaults/jobs", [1000]),
    "a negative seed": ("seed: -5\n", "seed", -5),
    "zero": ("memory_floor_mib: 0\n", "memory_floor_mib", 0),
    "the largest size": (
        "experiments: {first: {sizes: [1e12]}}\n",
        "experiments/first/sizes",
        [10**12],
    ),
    "100 characters": (f"study: {'x' * 100}\n", "study", "x" * 100),
    "dots and dashes": ("study: a.b-c_d.2\n", "study", "a.b-c_d.2"),
    "a text in quotes": ('machine: "010"\n', "machine", "010"),
    "a date in quotes": ("machine: '2016-08-15'\n", "machine", "2016-08-15"),
    "a truth in quotes": ("machine: 'yes'\n", "machine", "yes"),
    "braces in a label": ("machine: '{x} {wildcards.y}'\n", "machine", "{x} {wildcards.y}"),
    "signs of a shell in a label": ("machine: $(id); `id` 'a'\n", "machine", "$(id); `id` 'a'"),
    "other alphabets": ("machine: größer 日本 🐍\n", "machine", "größer 日本 🐍"),
    "an anchor": ("x: &a [3]\n".replace("x", "only") + "", "only", [3]),
    "merged keys": (
        "experiments:\n  first: &a {sizes: [5], max_repeats: 3}\n  more: {<<: *a, sizes: [6]}\n",
        "experiments/more",
        {"sizes": [6], "max_repeats": 3},
    ),
    "null for an experiment": ("experiments: {asked: null}\n", "experiments/asked", None),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_legal_is_read_as_it_is_meant(name, in_a_folder):
    text, path, value = ACCEPTED[name]
    (in_a_folder / "overlay.yaml").write_text(text, encoding="utf-8", newline="")
    config = Layers([read_file("config.yaml"), read_file("overlay.yaml")]).config
    for key in path.split("/"):
        config = config[key]
    assert config == value
    assert type(config) is type(value)
    if isinstance(value, list):
        assert [type(one) for one in config] == [type(one) for one in value]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "defaults: {max_repeats: 2.0, jobs: [1e3]}\n",
        "machine: '{a} $(b)'\nexperiments: {first: {question: 'Is {this} {one.two} it?'}}\n",
        "experiments: {report: {question: x, strategies: [serial], sizes: [1]}}\n",
        "only: null\n",
        "interpreters: {cpython: '" + sys.executable + " -X dev'}\n",
        "defaults: {exclude: []}\n",
    ],
)
def test_what_is_legal_passes_all_checks(text, read):
    assert "first" in read(text).experiments


def test_question_becomes_one_line(read):
    matrix = read("experiments:\n  first:\n    question: |\n      Two\n      lines?\n")
    assert matrix.experiments["first"]["question"] == "Two lines?"


def test_answer_names_the_file_that_has_the_last_word(read):
    mistaken, fine = "seed: one\n", "study: x\n"
    assert refused(read, mistaken, fine).startswith("overlay.yaml, line 1: seed: ")
    assert refused(read, fine, f"{fine}{mistaken}").startswith("overlay1.yaml, line 2: seed: ")
    assert "first" in read(mistaken, "seed: 1\n").experiments


def test_answer_names_the_file_in_which_a_key_is_missing(read, in_a_folder):
    (in_a_folder / "config.yaml").write_text(BASE.partition("experiments:")[0])
    assert refused(read, "seed: 1\n") == "config.yaml: the key 'experiments' is missing"


def test_mistake_of_the_defaults_is_found_in_the_defaults(read, in_a_folder):
    (in_a_folder / "config.yaml").write_text(BASE.replace("figures: [time]", "figures: [tmie]"))
    assert refused(read, "seed: 1\n").startswith("config.yaml, line 25: defaults.figures: there")


@pytest.mark.parametrize(
    ("overlay", "left_out"),
    [
        ("interpreters: {other: null}\nexperiments: {asked: {interpreters: [other]}}\n", "asked"),
        (
            "experiments:\n  more: {question: x, strategies: [serial], sizes: [1], "
            "exclude: [{strategy: serial}]}\n",
            "more",
        ),
        (
            "experiments:\n  more: {question: x, strategies: [serial], sizes: [1], "
            "interpreters: [pypy]}\n",
            "more",
        ),
    ],
)
def test_experiment_of_which_nothing_is_left_is_left_out(overlay, left_out, read):
    matrix = read(overlay)
    assert matrix.left_out == [left_out]
    assert left_out not in matrix.all_experiments
    assert list(matrix.cells) == ["first"]


def test_nothing_is_left_out_silently_or_for_no_reason(read):
    assert read("").left_out == []
    assert read("experiments: {asked: null}\n").left_out == []


def test_file_that_cannot_be_read_is_named(in_a_folder):
    (in_a_folder / "folder.yaml").mkdir()
    for name, answer in {
        "none.yaml": "there is no file none.yaml",
        "folder.yaml": "folder.yaml is a folder; name a file",
        "/dev/zero": "/dev/zero is no regular file",
        "x" * 5000: "there is no file xxx",
    }.items():
        with pytest.raises(ConfigError) as raised:
            read_layers([in_a_folder / name])
        assert str(raised.value).startswith(answer)


@pytest.mark.parametrize(
    ("setting", "key", "value"),
    [
        ("seed=5", "seed", 5),
        ("seed=1e3", "seed", 1000),
        ("machine=", "machine", None),
        ("study=a=b", "study", "a=b"),
        ("defaults={'max_repeats': 3}", "defaults", {"max_repeats": 3}),
    ],
)
def test_setting_of_the_command_line_is_read_like_a_file(setting, key, value):
    assert read_setting(setting).values == {key: value}


@pytest.mark.parametrize("setting", ["seed=[", "seed=010", "seed=!!x y", "seed=one"])
def test_mistake_in_a_setting_of_the_command_line(setting):
    with pytest.raises(ConfigError, match=r"^--config: seed: "):
        layers = Layers([read_file("config.yaml"), read_setting(setting)])
        with layers.locating():
            read_matrix(layers.config)


WORKLOADS = {
    "missing": (None, "there is no file mine.py"),
    "syntax error": (b"def build(size:\n", "mine.py, line 1: "),
    "Latin-1": ("# größe\n".encode("latin-1"), "mine.py"),
    "NUL": (b"x = 1\0\n", "mine.py"),
    "unknown encoding": (b"# coding: klingon\n", "mine.py: unknown encoding"),
    "very deep": (b"(" * 5000, "mine.py"),
    "no functions": (b"", "mine.py has no function build(size) and no process(data, job)"),
}


@pytest.mark.parametrize("name", WORKLOADS)
def test_workload_that_cannot_be_used(name, read, in_a_folder):
    content, answer = WORKLOADS[name]
    if content is not None:
        (in_a_folder / "mine.py").write_bytes(content)
    line = refused(read, "defaults: {workload: mine.py}\n")
    assert f"overlay.yaml, line 1: defaults.workload: {answer}" in line


def test_workload_whose_path_is_odd(read, in_a_folder):
    (in_a_folder / "folder.py").mkdir()
    assert "folder.py is a folder" in refused(read, "defaults: {workload: folder.py}\n")
    assert "there is no file" in refused(read, f"defaults: {{workload: {'x' * 3000}.py}}\n")
    assert "there is no file" in trouble_of("~nobody0/mine.py")
    (in_a_folder / "{a}.py").write_text(GOOD_WORKLOAD)
    assert "the braces in its path" in refused(read, "defaults: {workload: '{a}.py'}\n")
    odd = in_a_folder / "a $(touch hit) 'b' * [c]"
    odd.mkdir()
    (odd / "mine.py").write_text(GOOD_WORKLOAD)
    matrix = read(f'defaults: {{workload: "{odd}/mine.py"}}\n')
    assert matrix.experiments["first"]["workload"] == str(odd / "mine.py")
    assert not (in_a_folder / "hit").exists()


def test_interpreter_in_a_folder_with_a_space(read, in_a_folder, monkeypatch):
    folder = in_a_folder / "my python"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    monkeypatch.setenv("HOME", str(folder))
    for command in (f"{folder}/python", f"'{folder}/python' -X dev", "~/python"):
        matrix = read(f'interpreters: {{cpython: "{command}"}}\n')
        assert str(folder) in matrix.interpreters["cpython"].command


def test_merge_keeps_the_order_and_both_sides():
    below = {"a": 1, "b": {"c": 1, "d": [1]}, "e": None}
    merged = merge(below, {"f": 2, "e": {"x": 1}, "b": {"d": [2], "c": None}})
    assert merged == {"a": 1, "b": {"c": None, "d": [2]}, "e": {"x": 1}, "f": 2}
    assert list(merged) == ["a", "b", "e", "f"]
    assert below["b"] == {"c": 1, "d": [1]}


def test_place_of_a_key():
    _, places = read_yaml("a: 1\nb:\n  - x\n  - {c: yes}\n")
    assert {path: place.line for path, place in places.items() if path} == {
        ("a",): 1,
        ("b",): 2,
        ("b", 0): 3,
        ("b", 1): 4,
        ("b", 1, "c"): 4,
    }
    assert places["b", 1, "c"].written == "yes"
