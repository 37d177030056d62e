"""``python -m bpframe``."""

import sys

from bpframe.app import main

if __name__ == "__main__":
    sys.exit(main())
