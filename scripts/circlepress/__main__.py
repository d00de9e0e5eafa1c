"""`python -m circlepress` is the same as `circlepress`."""

from .cli import main

if __name__ == "__main__":
    main()
