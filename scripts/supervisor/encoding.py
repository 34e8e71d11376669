"""The encoding in which every interpreter reads the names of files: UTF-8, as they are written."""

import locale


def utf8_variables() -> dict[str, str]:
    """Return the variables that a program needs to read names as UTF-8; none if it does anyway.

    An older locale is not enough for it: PyPy in the C locale cannot import a module from a folder
    whose name is not ASCII.
    """
    known = locale.nl_langinfo(locale.CODESET).upper().replace("-", "")
    return {} if known == "UTF8" else {"LC_ALL": "C.UTF-8"}
