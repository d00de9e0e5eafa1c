"""Kinds of options that several commands have."""

from __future__ import annotations

from datetime import date

import click

from .common import day_of


class Day(click.ParamType):
    """A date given on the command line."""

    name = "YYYY-MM-DD"

    def convert(self, value, param, ctx):
        if isinstance(value, date):
            return value
        return day_of(value) or self.fail(f"{value!r} is not a date such as 2026-11-24.", param, ctx)


day_option = click.option("--date", "today", type=Day(), default=None, show_default="today",
                          help="The day to build for; decides what is past and what is to come.")
