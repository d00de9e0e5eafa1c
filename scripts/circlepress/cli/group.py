"""The commands and their options, as click reads them."""

from __future__ import annotations

import importlib

import click

from .. import __version__
from .common import Context, project_folder

_COMMANDS = (
    "advise", "build", "check", "copy", "coverage", "exchange",
    "fmt", "fork", "new", "plan", "publish",
    "schema", "serve", "status", "translate", "update",
)
"""Each is a module beside this one, and is imported when it is called for."""


class _Group(click.Group):
    """Knows the commands."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return getattr(importlib.import_module(f".{name}", __package__), f"{name}_command") if name in _COMMANDS else None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--project", type=click.Path(file_okay=False), default=".", show_default="this folder",
              help="The folder with mkdocs.yml, docs/ and circles/.")
@click.version_option(__version__)
@click.pass_context
def group(context: click.Context, project: str) -> None:
    """Turn circle themes, guides and checklists into a multilingual handbook and a microsite per circle.

    Exit status: 0 fine, 1 something in the content needs mending, 2 the command was used in a way that cannot work,
    3 the machine lacks something.
    """
    context.obj = Context(project_folder(project))
