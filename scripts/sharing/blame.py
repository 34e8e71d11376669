"""Whose mistake an exception is: the user's, if it went through their file."""

COLOUR = r"\x1b\[[0-9;]*[A-Za-z]"
LONGEST = 200  # characters of what an exception says
OURS = "sharing.measured."  # the module of the observed job, which no user knows


def place_of(problem, file, phase=None):
    """Return (file's name and line, function) where `problem` left `file`; None if it did not.

    `file` is the absolute path of a user's workload, None without one. Of several places the
    innermost counts. While `phase` is "build" nothing but the user's function is called: what has
    no place in the file then, its parameters are wrong, say, is theirs as well.
    """
    if file is None:
        return None
    name = file.rpartition("/")[2]  # no pathlib: this is called in the workers
    if isinstance(problem, SyntaxError) and problem.filename == file:
        return f"{name}, line {problem.lineno}", "import"
    found = (name, phase) if phase == "build" else None
    step = problem.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename == file:
            function = "import" if code.co_name == "<module>" else code.co_name
            found = f"{name}, line {step.tb_lineno}", function
        step = step.tb_next
    return found


def described(problem):
    """Return an exception in words: its type and the first line of what it says.

    Of one that only wraps another, as pools do, what it wraps.
    """
    if isinstance(problem, SyntaxError):
        return f"{type(problem).__name__}: {problem.msg}"
    said = str(problem)
    if type(problem).__name__ == "MaybeEncodingError":  # names our record of a job as well
        said = f"a result cannot be pickled: {problem.exc}"
    elif said.startswith(("Could not pickle", "ray::")):
        cause = problem.__cause__ or getattr(problem, "cause", None)
        if cause is not None and cause is not problem:
            return described(cause)
    import re

    lines = re.sub(COLOUR, "", said).strip().splitlines() or [""]
    # Of a traceback that came from a worker, what it ends in.
    line = lines[-1] if lines[0].startswith(("Traceback", "ray::")) else lines[0]
    return f"{type(problem).__name__}: {line[:LONGEST].replace(OURS, '')}".removesuffix(": ")


def blame(problem, module):
    """Return what a job raised, with its place if that is in the file of the workload's module."""
    place = place_of(problem, getattr(module, "__file__", None))
    return f"{place[0]}: {described(problem)}" if place else described(problem)
