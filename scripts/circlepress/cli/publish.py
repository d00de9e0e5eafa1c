"""`circlepress publish --merge`: shares of a build become one site."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from .. import pipeline
from ..problem import UsageError
from .building import tell
from .common import Context, caches


@click.command("publish")
@click.option("--merge", is_flag=True, help="Put the shares together that `circlepress build --shard K/N` made.")
@click.argument("shares", nargs=-1, type=click.Path())
@click.option("--output", type=click.Path(), default=None, show_default="site/ in the project", help="Where the site is put.")
@click.option("--profile", is_flag=True, help="Say how long each stage took.")
@click.pass_obj
def publish_command(context: Context, merge: bool, shares: tuple[str, ...], output: str | None, profile: bool) -> None:
    """Publish a site that was built in shares, each perhaps on another machine.

    SHARES are the folders of all shares. They must come from this very content, built with the same options and --date.
    """
    started = time.monotonic()
    if not merge:
        raise UsageError("Say what to publish: circlepress publish --merge shards/*")
    where = Path(os.path.abspath(output)) if output else context.project / "site"
    published = pipeline.publish_shares(context.project, where, [Path(os.path.abspath(share)) for share in shares], jobs=os.cpu_count() or 1, caches=caches(),
                                        on_waiting=lambda: click.echo("Another build is at work on this site; this one begins when that is done."))
    tell(published, context.project, started, with_search=False, profile=profile)
