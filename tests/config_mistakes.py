"""Mistakes in the texts of a configuration, and what their answers must hold.

Every text is an overlay over `BASE`; each answer begins with the overlay's name.
"""

BASE = """
study: base
seed: 1
machine: null
interpreters: {cpython: auto, pypy: null}
memory_floor_percent: 8
memory_floor_mib: 1024
quiet_percent: 92
other_percent: 5
patience_percent: 10
time_budget_min: 60
defaults:
  interpreters: [cpython, pypy]
  workload: scan
  read: all
  workers: [1, 2]
  start_methods: [fork]
  jobs: [10]
  min_repeats: 2
  max_repeats: 2
  precision: 0.05
  peak_memory: true
  time_limit_s: 120
  exclude: []
  figures: [time]
experiments:
  first: {question: 'Which?', strategies: [global, serial], sizes: [10, 20]}
  asked: {question: 'What pickles?', probe: pickling}
"""
DEEP = "[" * 2000
LONG = "x" * 101

NO_YAML = {
    "unclosed quote": ('seed: 1\nstudy: "mine\nmachine: x\n', "line 2: is no YAML: a quote"),
    "unclosed single quote": ("study: 'mine\n", "line 1: is no YAML: a quote is not closed"),
    "unclosed list": ("seed: 1\ndefaults: {jobs: [1, 2\n", "line 2: is no YAML: a bracket"),
    "unclosed section": ("interpreters: {cpython: auto\n", "line 1: is no YAML: a bracket"),
    "question mark in brackets": (
        "x: {a: Why?, b: 1}\n",
        "or a text with signs in it needs quotes",
    ),
    "missing comma": ("interpreters: {cpython: auto pypy: null}\n", "line 1: is no YAML"),
    "tab as indentation": ("defaults:\n\tjobs: [1]\n", "line 2: YAML is indented by spaces"),
    "tab behind spaces": ("defaults:\n  \tjobs: [1]\n", "line 2: YAML is indented by spaces"),
    "wrong indentation": ("defaults:\n   jobs: [1]\n  repeats: 1\n", "line 3: is no YAML"),
    "colon in a text": ("machine: mine: the big one\n", "line 1: is no YAML: a colon too many"),
    "missing space behind a colon": ("seed:1\nstudy: x\n", "line 2: is no YAML"),
    "percent sign at the beginning": ("machine: %x\n", "line 1: is no YAML"),
    "at sign at the beginning": ("machine: @home\n", "line 1: is no YAML"),
    "backtick": ("machine: `uname`\n", "line 1: is no YAML"),
    "asterisk in place of a text": ("machine: *\n", "line 1: is no YAML"),
    "unknown anchor": ("seed: *none\n", "line 1: is no YAML"),
    "unknown escape": ('machine: "C:\\Users"\n', "line 1: is no YAML"),
    "two documents": ("seed: 1\n---\nseed: 2\n", "line 2: a second document begins"),
    "a list at the top": ("- seed\n", "must hold keys"),
    "a word at the top": ("seed\n", "must hold keys, not seed"),
    "a number at the top": ("5\n", "must hold keys, not 5"),
    "truth at the top": ("yes\n", "must hold keys"),
    "very deep nesting": (f"seed: {DEEP}", "is nested too deeply"),
    "deep nesting": (f"seed: {'[' * 30}{']' * 30}\n", "line 1: nested too deeply"),
    "anchor in itself": ("defaults: &a\n  jobs: *a\n", "line 1: what an anchor names refers"),
    "list in itself": ("only: &a [*a]\n", "line 1: what an anchor names refers to itself"),
    "section merged into itself": ("defaults: &a\n  <<: *a\n", "line 1: what an anchor names"),
    "merge of a list": ("x: &a [1]\ndefaults:\n  <<: *a\n", "<< must be followed by a section"),
    "merge of a word": ("defaults:\n  <<: jobs\n", "line 2: << must be followed by a section"),
    "aliases that grow without end": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{one}: &{one} [{','.join([f'*{before}'] * 9)}]\n"
            for before, one in zip("abcdefg", "bcdefgh", strict=True)
        ),
        "more values than a configuration can have",
    ),
    "object of Python": ("machine: !!python/object:os.system x\n", "line 1: the tag !!python/obj"),
    "call of Python": (
        "machine: !!python/object/apply:os.system ['touch hit']\n",
        "line 1: the tag !!python/object/apply:os.system",
    ),
    "tuple of Python": ("defaults: {jobs: !!python/tuple [1]}\n", "the tag !!python/tuple"),
    "tag of its own": ("machine: !mine x\n", "line 1: the tag !mine is not accepted"),
    "set": ("only: !!set {first}\n", "line 1: the tag !!set is not accepted"),
    "list that is called a section": ("only: !!map [first]\n", "line 1: the tag !!map is not"),
    "binary": ("machine: !!binary aGk=\n", "line 1: the tag !!binary is not accepted"),
    "tag that does not fit": ("seed: !!int one\n", "line 1: 'one' cannot be read as int"),
    "NUL": ("machine: a\0b\n", "line 1: YAML forbids the character '\\x00'"),
    "NUL as an escape": ('seed: 1\nmachine: "a\\0b"\n', "line 2: a text holds the control char"),
    "escape sequence": ('machine: "\\e[2J"\n', "line 1: a text holds the control character"),
    "half a character": ('machine: "\\ud800"\n', "line 1: a text holds the control character"),
    "key twice": ("seed: 1\nstudy: x\nseed: 2\n", "line 3: the key 'seed' stands in line 1"),
    "key twice in a section": (
        "experiments:\n  first:\n    sizes: [1]\n    sizes: [2]\n",
        "line 4: the key 'sizes' stands in line 3 already",
    ),
    "experiment twice": (
        "experiments:\n  first: {sizes: [1]}\n  first: {sizes: [2]}\n",
        "line 3: the key 'first' stands in line 2 already",
    ),
    "key twice in one line": ("defaults: {jobs: [1], jobs: [2]}\n", "line 1: the key 'jobs'"),
    "key that is true": ("yes: 1\n", "line 1: the key 'yes' is no text; put it in quotes"),
    "key that is a number": ("interpreters:\n  3.13: python3.13\n", "line 2: the key '3.13' is"),
    "key that is null": ("defaults:\n  null: 1\n", "line 2: the key 'null' is no text"),
    "key that is a list": ("? [a, b]\n: 1\n", "line 1: a key must be a word"),
    "key that is a section": ("{{a: 1}: 2}\n", "line 1: a key must be a word"),
    "template of a text": ("machine: {{ name }}\n", "line 1: a key must be a word"),
}

NUMBERS = {
    "octal": ("seed: 010\n", "line 1: 010 begins with a zero, and YAML reads that as octal"),
    "thousands by a comma": ("defaults:\n  jobs: [1,000]\n", "line 2: 000 begins with a zero"),
    "millions by commas": ("defaults: {jobs: [1,000,000]}\n", "1,000 is 1_000"),
    "thousands by a point": ("seed: 10.000\n", "line 1: 10.000 is read as 10; write 10, or 10_000"),
    "time of day": ("defaults: {time_limit_s: 2:00}\n", "line 1: 2:00 is read in base 60"),
    "date": ("machine: 2016-08-15\n", "line 1: 2016-08-15 is read as a date; put it in quotes"),
    "half a run": (
        "defaults: {max_repeats: 2.5}\n",
        "defaults.max_repeats: 2.5 is no whole number",
    ),
    "small exponent": (
        "defaults: {max_repeats: 1e-3}\n",
        "defaults.max_repeats: 0.001 is no whole",
    ),
    "infinite": ("seed: .inf\n", "seed: .inf is no whole number"),
    "no number": ("seed: .nan\n", "seed: .nan is no whole number"),
    "too large for a machine": (f"seed: {10**30}\n", "is too large a number"),
    "thousands of digits": (f"seed: {'9' * 5000}\n", "line 1: '999"),
    "large in hexadecimal": (f"seed: 0x{'f' * 5000}\n", "is too large a number"),
    "huge exponent": ("seed: 1e300\n", "line 1: 1e300 is too large a number"),
    "number in quotes": ('seed: "1"\n', "seed: '1' is no whole number, but a text: write it with"),
    "number in quotes in a list": (
        "defaults: {jobs: ['10']}\n",
        "defaults.jobs.0: '10' is no whole number, but a text",
    ),
    "number with a unit": ("defaults: {jobs: [10k]}\n", "defaults.jobs.0: 10k is no whole number"),
    "octal of YAML 1.2": ("seed: 0o10\n", "seed: 0o10 is no whole number"),
    "calculation": ("seed: 10**6\n", "seed: 10**6 is no whole number"),
    "negative size": ("experiments: {first: {sizes: [-1]}}\n", "sizes.0: -1 is less than 0"),
    "negative floor": ("memory_floor_mib: -1\n", "memory_floor_mib: -1 is less than 0"),
    "percent over 100": ("memory_floor_percent: 101\n", "101 is more than 100"),
    "no workers": ("defaults: {workers: [0]}\n", "defaults.workers.0: 0 is less than 1"),
    "no repeats": ("defaults: {min_repeats: 0}\n", "defaults.min_repeats: 0 is less than 1"),
    "no time": ("defaults: {time_limit_s: 0}\n", "defaults.time_limit_s: 0 is less than 1"),
    "size that no memory holds": (
        "experiments: {first: {sizes: [1_000_000_000_001]}}\n",
        "experiments.first.sizes.0: 1000000000001 is more than 1000000000000",
    ),
    "too many workers": ("defaults: {workers: [1_000_000]}\n", "1000000 is more than 10000"),
    "too many jobs": ("defaults: {jobs: [1_000_000_000]}\n", "jobs.0: 1000000000 is more than"),
    "too many repeats": (
        "defaults: {max_repeats: 1_000_000_000}\n",
        "max_repeats: 1000000000 is more",
    ),
    "too much time": ("defaults: {time_limit_s: 1e15}\n", "time_limit_s: 1000000000000000 is"),
    "too large a floor": ("memory_floor_mib: 1e12\n", "memory_floor_mib: 1000000000000 is more"),
    "too many runs": (
        f"experiments: {{first: {{max_repeats: 10_000, sizes: {list(range(1000))}}}}}\n",
        "experiments.first: 40000000 runs are more than 200000",
    ),
    "the same size twice": ("experiments: {first: {sizes: [10, 10.0]}}\n", "holds a value twice"),
}

KINDS = {
    "truth for a number": ("seed: yes\n", "line 1: seed: true is no whole number"),
    "truth for a text": ("study: on\n", "study: true is no text: put it in quotes. Name"),
    "how truth was written": ("study: on\n", "(YAML reads on as true)"),
    "null for a number": ("seed: null\n", "seed: null is no whole number"),
    "null for a text": ("study:\n", "line 1: study: null is no text"),
    "number for a text": ("machine: 7\n", "machine: 7 is no text or null: put it in quotes"),
    "list for a text": ("machine: [a, b]\n", "machine: [a, b] is no text"),
    "section for a number": ("seed: {value: 1}\n", "seed: {value: 1} is no whole number"),
    "null for a section": ("defaults: null\n", "defaults: null is no section with keys"),
    "null for the interpreters": ("interpreters:\n", "interpreters: null is no section with keys"),
    "null for the experiments": ("experiments:\n", "experiments: null is no section with keys"),
    "list for a section": ("interpreters: [cpython]\n", "interpreters: [cpython] is no section"),
    "list of experiments": ("experiments: [first]\n", "experiments: [first] is no section"),
    "word for an experiment": ("experiments: {first: x}\n", "experiments.first: x is no section"),
    "number for a list": ("defaults: {jobs: 10}\n", "jobs: 10 is no list: write [10]"),
    "word for a list": ("defaults: {start_methods: fork}\n", "fork is no list: write [fork]"),
    "words for a list": ("only: first, asked\n", "only: first, asked is no list or null"),
    "section for a list": ("defaults: {jobs: {a: 1}}\n", "defaults.jobs: {a: 1} is no list"),
    "null for a list": ("defaults: {jobs: null}\n", "defaults.jobs: null is no list"),
    "null in a list": ("defaults: {jobs: [null]}\n", "defaults.jobs.0: null is no whole number"),
    "list in a list": ("defaults: {jobs: [[1]]}\n", "defaults.jobs.0: [1] is no whole number"),
    "truth in a list": ("defaults: {jobs: [true]}\n", "defaults.jobs.0: true is no whole"),
    "empty list": ("defaults: {jobs: []}\n", "defaults.jobs: it must not be empty"),
    "nothing to be run": ("only: []\n", "only: it must not be empty"),
    "null for a figure": ("defaults: {figures: [null]}\n", "defaults.figures.0: null is no text"),
    "section for exclude": ("defaults: {exclude: {size: 1}}\n", "exclude: {size: 1} is no list"),
    "word in exclude": ("defaults: {exclude: [global]}\n", "exclude.0: global is no section"),
    "nothing in exclude": ("defaults: {exclude: [{}]}\n", "exclude.0: it must not be empty"),
    "null in exclude": ("defaults: {exclude: [{size: null}]}\n", "defaults.exclude.0.size: "),
    "interpreter of two": ("interpreters: {x: [python3, -X, dev]}\n", "interpreters.x: [python3"),
    "interpreter that is a section": ("interpreters: {x: {path: y}}\n", "interpreters.x: {path"),
    "interpreter that is false": ("interpreters: {x: no}\n", "(YAML reads no as false)"),
    "unknown key": ("seeds: 1\n", "line 1: seeds: there is no such key; did you mean 'seed'?"),
    "unknown key in defaults": ("defaults: {repeat: 1}\n", "defaults.repeat: there is no such key"),
    "key in capitals": ("Seed: 1\n", "Seed: there is no such key; did you mean 'seed'?"),
    "key with a space": ("'seed ': 1\n", "seed : there is no such key"),
    "key with a line end": ('"a\\nb": 1\n', "a b: there is no such key"),
    "very long key": (f"{'k' * 500}: 1\n", "…: there is no such key"),
    "key of Snakemake": ("pathvars: {results: /tmp}\n", "pathvars: there is no such key"),
    "key that runs code": ("__use_yte__: true\n", "__use_yte__: there is no such key"),
    "setting at the top": ("jobs: [1]\n", "jobs: there is no such key"),
    "more at least than at most": (
        "defaults: {min_repeats: 4}\n",
        "defaults.min_repeats: 4 is more than max_repeats, 2",
    ),
    "experiment at the top": ("first: {sizes: [1]}\n", "first: there is no such key"),
    "experiment without a question": (
        "experiments:\n  new: {strategies: [global], sizes: [1]}\n",
        "line 2: experiments.new: the key 'question' is missing",
    ),
    "probe that measures": ("experiments: {first: {probe: pickling}}\n", "measures nothing"),
}

NAMES = {
    "study": {
        "a line end": ('"mine\\n"', "study: 'mine\\n' is not"),
        "the folder above": ("..", "study: .. is not accepted"),
        "this folder": (".", "study: . is not accepted"),
        "an absolute path": ("/tmp/x", "study: /tmp/x is not accepted"),
        "a path": ("a/b", "study: a/b is not accepted"),
        "what is published": ("published", "study: published is not accepted"),
        "a space": ("my study", "study: my study is not accepted"),
        "nothing": ('""', "study: '' is not accepted"),
        "an umlaut": ("größe", "study: größe is not accepted"),
        "a command": ("$(touch hit)", "study: $(touch hit) is not accepted"),
        "a semicolon": ("a;b", "study: a;b is not accepted"),
        "a brace": ("a{b}", "study: a{b} is not accepted"),
        "a digit": ("2nd", "study: 2nd is not accepted"),
        "a dash": ("-x", "study: -x is not accepted"),
        "101 characters": (LONG, "has more than 100 characters"),
    },
    "experiments": {
        "a line end": ('"new\\n"', "experiments.new : 'new\\n' is not"),
        "a slash": ("a/b", "experiments.a/b: a/b is not accepted"),
        "a command": ("a$(id)", "a$(id) is not accepted"),
        "nothing": ('""', "'' is not accepted"),
        "101 characters": (LONG, "has more than 100 characters"),
        "the report": ("report.md", "experiments.report.md: the study has files of its own"),
        "a table": ("jobs.csv", "experiments.jobs.csv: the study has files of its own"),
        "the plan": ("plan.txt", "experiments.plan.txt: the study has files of its own"),
        "the record": ("study.yaml", "experiments.study.yaml: the study has files of its own"),
        "the figures": ("figures", "experiments.figures: the study has files of its own"),
        "the logs": ("logs", "experiments.logs: the study has files of its own"),
    },
    "interpreters": {
        "a line end": ('"new\\n"', "interpreters.new : 'new\\n' is not"),
        "a path": ("/usr/bin/python3", "/usr/bin/python3 is not accepted"),
        "101 characters": (LONG, "has more than 100 characters"),
        "a table": ("runs", "interpreters.runs: the study has files of its own"),
    },
}

MEANINGS = {
    "unknown experiment": ("only: [frist]\n", "only: there is no 'frist'; did you mean 'first'?"),
    "only what is null": (
        "only: [first]\nexperiments: {first: null}\n",
        "only: none is left to run",
    ),
    "only what measures nothing": ("only: [asked]\n", "only: none is left to run"),
    "unknown strategy": (
        "experiments:\n  first:\n    strategies: [globl]\n",
        "line 3: experiments.first.strategies: there is no 'globl'; did you mean 'global'?",
    ),
    "path of a strategy": (
        "experiments: {first: {strategies: [../x]}}\n",
        "experiments.first.strategies: there is no '../x'",
    ),
    "unknown figure": (
        "defaults: {figures: [tiem]}\n",
        "line 1: defaults.figures: there is no 'tiem'; did you mean 'time'?",
    ),
    "figure of a probe": (
        "experiments: {first: {figures: [pickling]}}\n",
        "experiments.first.figures: there is no 'pickling'",
    ),
    "unknown interpreter": ("defaults: {interpreters: [jython]}\n", "there is no 'jython'"),
    "unknown probe": ("experiments: {asked: {probe: pickle}}\n", "there is no 'pickle'"),
    "unknown workload": ("defaults: {workload: scn}\n", "defaults.workload: there is no 'scn'"),
    "blank workload": ("defaults: {workload: ' '}\n", "defaults.workload: ' ' is not accepted"),
    "start method of another case": ("defaults: {start_methods: [Fork]}\n", "Fork is none of"),
    "exclude of another size": (
        "experiments: {first: {exclude: [{size: 30}]}}\n",
        "experiments.first.exclude.0.size: 30 is no size of this experiment",
    ),
    "exclude of nothing": (
        "experiments: {first: {exclude: [{strategy: serial, workers: 2}]}}\n",
        "excludes no cell; remove it",
    ),
    "exclude of everything": (
        "only: [first]\nexperiments: {first: {exclude: [{strategy: [global, serial]}]}}\n",
        "experiments: none is left to run; every cell is excluded",
    ),
    "blank question": ("experiments: {first: {question: ' '}}\n", "question: ' ' is not accepted"),
    "question that is a list": ("experiments: {first: {question: [a]}}\n", "[a] is no text"),
    "machine in two lines": ('machine: "a\\nb"\n', "machine: "),
    "blank machine": ("machine: ' '\n", "machine: ' ' is not accepted. Label"),
    "very long machine": (f"machine: {LONG}\n", "has more than 100 characters"),
    "blank command": ("interpreters: {cpython: '  '}\n", "interpreters.cpython: ' ' is not"),
    "empty command": ("interpreters: {cpython: ''}\n", "interpreters.cpython: '' is not accept"),
    "quotes of nothing": ("interpreters: {cpython: \"''\"}\n", "names no program"),
    "command with an open quote": (
        'interpreters: {cpython: "\'/opt/python"}\n',
        "cannot be split into words: no closing quotation",
    ),
    "command that ends in a backslash": (
        "interpreters: {cpython: 'python\\'}\n",
        "cannot be split into words: no escaped character",
    ),
    "command in two lines": ('interpreters: {cpython: "a\\nb"}\n', "interpreters.cpython: "),
    "unknown command": ("interpreters: {cpython: python99}\n", "'python99' is not on PATH; inst"),
    "unknown path": ("interpreters: {cpython: /no/python}\n", "'/no/python' does not exist"),
    "path with a space": ("interpreters: {cpython: /no such/python}\n", "a space needs quotes"),
    "unknown user's home": ("interpreters: {cpython: ~nobody0/x}\n", "nobody0/x'\" does not exist"),
    "folder for a command": ("interpreters: {cpython: /usr/bin}\n", "'/usr/bin' is a folder"),
    "file that cannot be run": ("interpreters: {cpython: /etc/passwd}\n", "is not executable"),
    "command that ends at once": ("interpreters: {cpython: 'true'}\n", "does not answer as a"),
    "command that fails": ("interpreters: {cpython: 'false'}\n", "does not start (exit code 1)"),
    "commands of a shell": (
        "interpreters: {cpython: 'python3; touch hit'}\n",
        "'python3;' touch hit\" is not on PATH",
    ),
    "variable of a shell": ("interpreters: {cpython: $HOME/python}\n", "does not exist"),
    "very long command": (f"interpreters: {{cpython: /{'x' * 3000}}}\n", "does not exist"),
}


def mistakes():
    """Yield name, text and the words of the answer of every mistake."""
    for table in (NO_YAML, NUMBERS, KINDS, MEANINGS):
        for name, (text, answer) in table.items():
            yield name, text, answer
    for name, (value, answer) in NAMES["study"].items():
        yield f"study: {name}", f"study: {value}\n", answer
    for name, (key, answer) in NAMES["experiments"].items():
        text = f"experiments:\n  ? {key}\n  : {{question: x, strategies: [serial], sizes: [1]}}\n"
        yield f"experiment: {name}", text, answer
    for name, (key, answer) in NAMES["interpreters"].items():
        yield f"interpreter: {name}", f"interpreters:\n  ? {key}\n  : auto\n", answer
