"""The commands of `scripts/bench`."""

import argparse

from . import check


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure circlepress on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("check", help="pages per second of `circlepress check`")
    one.add_argument("--circles", type=int, default=1000, help="how many circles of 8 pages in 6 languages")
    one.add_argument("--runs", type=int, default=3, help="runs of each kind; the median is printed")
    chosen = parser.parse_args()
    check.run(chosen.circles, chosen.runs)


main()
