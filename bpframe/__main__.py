"""``python -m bpframe``."""

import sys

from bpframe.start import main

if __name__ == "__main__":
    sys.exit(main())
