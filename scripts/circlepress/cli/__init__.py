"""The command line: one module per command, and the one place where the environment's errors end."""

from __future__ import annotations

import importlib
import sys
from io import TextIOWrapper

import click

from .. import __version__
from ..memory import collect_seldom
from ..problem import CirclepressError
from .common import Context, project_folder

_COMMANDS = (
    "advise", "build", "check", "copy", "coverage", "exchange",
    "fmt", "fork", "new", "plan", "publish",
    "schema", "serve", "status", "translate", "update",
)
"""Each is a module beside this one, and is imported when it is called for."""


class _Group(click.Group):
    """Knows the commands, and turns a `CirclepressError` into one sentence and its exit status."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return getattr(importlib.import_module(f".{name}", __package__), f"{name}_command") if name in _COMMANDS else None

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
    collect_seldom()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # where a letter is lacking, another sign is shown
    context.obj = Context(project_folder(project))
