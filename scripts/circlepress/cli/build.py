"""`circlepress build`: the handbook and every microsite into one folder."""

from __future__ import annotations

import time
from datetime import date

import click

from ..problem import UsageError
from .building import MOST_JOBS, build, request_for
from .common import Context
from .options import Day


class Share(click.ParamType):
    """One of several shares, such as 2/3."""

    name = "K/N"

    def convert(self, value, param, ctx):
        number, _, count = str(value).partition("/")
        if isinstance(value, tuple):
            return value
        if number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count) <= 1000:
            return int(number), int(count)
        self.fail(f"{value!r} is not a share such as 2/3, the second of three.", param, ctx)


@click.command("build")
@click.option("--output", type=click.Path(), default=None, show_default="site/ in the project", help="Where the site is put.")
@click.option("--jobs", type=click.IntRange(1, MOST_JOBS), default=None, show_default="one per core", help="How many editions are built at once.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Only this language; may be given again.")
@click.option("--circle", "circles", multiple=True, metavar="ID", help="Only this circle's microsite; may be given again.")
@click.option("--preview", is_flag=True, help="Include and mark drafts, local circles and organisers' reports; goes to preview/ instead of site/.")
@click.option("--search/--no-search", "with_search", default=True, help="Whether readers can search.", show_default=True)
@click.option("--plain", is_flag=True, help="Render every page with stock MkDocs, using nothing again; slow, and the same site.")
@click.option("--verify", is_flag=True, help="Look into every file, even where its size and times say that it has not changed.")
@click.option("--shard", "share", type=Share(), default=None, help="Build only one of several shares, for `circlepress publish --merge`; goes to shards/K-of-N/.")
@click.option("--cluster", metavar="ADDRESS", default="", help="Let the workers of a Dask scheduler build, such as tcp://127.0.0.1:8786.")
@click.option("--profile", is_flag=True, help="Say how long each stage took.")
@click.option("--date", "today", type=Day(), default=None, show_default="today, and pages do not say it",
              help="The day to build for; decides what is past, and is written on every page.")
@click.pass_obj
def build_command(context: Context, output: str | None, jobs: int | None, languages: tuple[str, ...], circles: tuple[str, ...], preview: bool,
                  with_search: bool, plain: bool, verify: bool, share: tuple[int, int] | None, cluster: str, profile: bool, today: date | None) -> None:
    """Build the handbook and every microsite into site/, as far as anything has changed."""
    started = time.monotonic()
    if share and (languages or circles):
        raise UsageError("A share is one of the whole site; leave --language and --circle out.")
    usual = "shards/{}-of-{}".format(*share) if share else "preview" if preview else "site"
    request = request_for(context.project, output=output, jobs=jobs, today=today, with_search=with_search, usual=usual, languages=languages,
                          circles=circles, preview=preview, plain=plain, verify=verify, cluster=cluster)
    build(context.project, request, started, share=share, profile=profile)
