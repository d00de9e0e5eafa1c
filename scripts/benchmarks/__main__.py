"""The commands of `scripts/bench`."""

import argparse
from pathlib import Path

from . import check, comparison, growth, queries, serve, weight, where
from .peers import PEER_BY_NAME
from .texts import CIRCLES_BY_SIZE


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure circlepress on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    writes = argparse.ArgumentParser(add_help=False)
    writes.add_argument("--write", action="store_true", help="put the tables into docs/project/benchmarks.en.md, too")

    one = commands.add_parser("check", help="pages per second of `circlepress check`")
    one.add_argument("--circles", type=_number, default=1000, help="how many circles of 8 pages in 6 languages")
    one.add_argument("--runs", type=_number, default=3, help="runs of each kind; the median is printed")

    one = commands.add_parser("peers", parents=[writes], help="the same content built by circlepress and by others")
    one.add_argument("--size", choices=CIRCLES_BY_SIZE, default="S", help="S, M and L have 10, 50 and 300 circles")
    one.add_argument("--runs", type=_number, default=3, help="rounds; the median is printed")
    one.add_argument("--only", type=_names, default=[], metavar="NAME,…", help=f"some of: {', '.join(PEER_BY_NAME)}")
    one.add_argument("--patience", type=float, default=300, metavar="SECONDS",
                     help="who takes longer in the first round is measured once only")

    one = commands.add_parser("growth", parents=[writes], help="what a page costs in small and in large projects")
    one.add_argument("--circles", type=_numbers, default=[10, 100, 1000], metavar="N,…", help="sizes to build")
    one.add_argument("--runs", type=_number, default=1, help="rounds; the median is printed")
    one.add_argument("--no-search", action="store_true", help="build without the search index")

    one = commands.add_parser("serve", parents=[writes], help="from an edit to the page in an open browser")
    one.add_argument("--size", choices=CIRCLES_BY_SIZE, default="S", help="S, M and L have 10, 50 and 300 circles")
    one.add_argument("--runs", type=_number, default=5, help="edits of each kind; the median is printed")

    one = commands.add_parser("weight", parents=[writes], help="what a reader's browser loads first, of a built site")
    one.add_argument("site", type=Path, help="the folder of the built site")
    one.add_argument("--page", action="append", default=[], help="a page's path below it; a sample of all if left out")
    one.add_argument("--fetched", action="append", default=[], metavar="PATTERN", help="files that scripts fetch at once")

    one = commands.add_parser("where", parents=[writes], help="where the time of a build goes")
    one.add_argument("--size", choices=CIRCLES_BY_SIZE, default="S", help="S, M and L have 10, 50 and 300 circles")

    commands.add_parser("search", parents=[writes], help="what readers find with our search and with Material's own")

    chosen = parser.parse_args()
    match chosen.command:
        case "check":
            check.run(chosen.circles, chosen.runs)
        case "peers":
            comparison.run(chosen.size, chosen.runs, chosen.only, chosen.patience, chosen.write)
        case "growth":
            growth.run(chosen.circles, chosen.runs, not chosen.no_search, chosen.write)
        case "serve":
            serve.run(chosen.size, chosen.runs, chosen.write)
        case "weight":
            weight.run(chosen.site, chosen.page, chosen.fetched, chosen.write)
        case "where":
            where.run(chosen.size, chosen.write)
        case "search":
            queries.run(chosen.write)


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a number from 1 on is wanted")
    return number


def _numbers(text: str) -> list[int]:
    return [_number(part) for part in text.split(",")]


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


if __name__ == "__main__":
    main()
