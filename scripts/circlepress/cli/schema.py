"""`circlepress schema`: what editors need to know of the metadata, as JSON Schema."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..metadata.json_schema import as_text, schemas
from .common import Context


@click.command("schema")
@click.option("--output", type=click.Path(file_okay=False), default=None, show_default="schema/ in the project",
              help="Where the files are put.")
@click.pass_obj
def schema_command(context: Context, output: str | None) -> None:
    """Write a JSON Schema for each kind of file, so that an editor can complete, explain and check it while you type."""
    folder = Path(os.path.abspath(output)) if output else context.project / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    found = schemas()
    for name, schema in found.items():
        (folder / name).write_bytes(as_text(schema).encode())
    click.echo(f"Wrote {len(found)} schemas: {folder}{os.sep}")
