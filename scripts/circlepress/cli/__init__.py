"""The command line: one module per command, and the one place where the environment's errors end."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from .. import __version__
from ..problem import CirclepressError
from .advise import advise_command
from .build import build_command
from .check import check_command
from .common import Context, project_folder
from .coverage import coverage_command
from .schema import schema_command
from .serve import serve_command


class _Group(click.Group):
    """Turns a `CirclepressError` into one sentence and its exit status."""

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except CirclepressError as error:
            click.echo(str(error), err=True)
            sys.exit(error.exit_status)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--project", type=click.Path(file_okay=False), default=".", show_default="this folder",
              help="The folder with mkdocs.yml, docs/ and circles/.")
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context, project: str) -> None:
    """Turn circle themes, guides and checklists into a multilingual handbook and a microsite per circle.

    Exit status: 0 fine, 1 something in the content needs mending, 2 the command was used in a way that cannot work,
    3 the machine lacks something.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # where a letter is lacking, another sign is shown
    context.obj = Context(project_folder(project))


for command in (advise_command, build_command, check_command, schema_command, serve_command, coverage_command):
    main.add_command(command)
