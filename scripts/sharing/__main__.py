"""Start one run: ``python scripts/sharing --strategy global …``."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Modules are imported as `sharing.…`, under one name in every process: a function pickled
    # here must be found again by a spawned worker, which gets this path but not this file.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from sharing.run import main

    sys.exit(main())
