"""``python -m rnnmath``: the command line."""

from rnnmath.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
