"""``python -m bpframe``."""

import sys

from bpframe.cli.start import main

if __name__ == "__main__":
    sys.exit(main())
