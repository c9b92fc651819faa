"""Run the servers: ``python -m pytest_fakemail serve``."""

import sys

from pytest_fakemail.cli import main

if __name__ == "__main__":
    sys.exit(main())
