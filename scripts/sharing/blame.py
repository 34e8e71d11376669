"""Whose mistake an exception is: the user's, if it went through their file."""


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
    """Return an exception in words: its type and what it says."""
    if isinstance(problem, SyntaxError):
        return f"{type(problem).__name__}: {problem.msg}"
    return f"{type(problem).__name__}: {problem}"
