"""The measured program: builds the data, shares it with workers, reports how long each phase took.

Standard library only, Python 3.9 and later, CPython and PyPy alike. Whatever is imported here is
inherited by every worker and changes what is measured, so nothing is imported that a strategy
would not need. By hand, with any interpreter::

    pypy3 scripts/sharing --strategy global --size 1000000 --workers 2 --jobs 10
"""
