"""A project with circles of every kind that views across circles must tell apart: relatives, strangers, and some that nobody may be told of."""

from __future__ import annotations

import shutil
from pathlib import Path

from .project import CircleProject

HIDDEN = ("quiet-circle", "closed-circle", "draft-circle")
"""An unlisted circle, a local one, a draft."""
SECRET = "Et hemmeligt navn"
"""Stands in the title of each of them."""


def family_project(folder: Path) -> CircleProject:
    """Return a project of eight circles on 24 November 2026.

    `small-circle` runs; `at-home` began in it at Nordby Bibliotek, and `next-door` in that one; `from-afar` began elsewhere;
    `new-circle` takes sign-ups until 15 December; the three of `HIDDEN` began in `small-circle`, too.
    """
    project = CircleProject.from_dir("minimal", folder)
    origin = "spawned_from: {circle: small-circle, organisation: north}"
    _circle(project, "at-home", "En cirkel hjemme", origin, day="2026-12-01")
    _circle(project, "next-door", "En cirkel ved siden af", "spawned_from: {circle: at-home, organisation: east}", day="2027-01-12")
    _circle(project, "from-afar", "En cirkel langt fra", "spawned_from: {circle: 'https://elsewhere.example.org/circles/first/'}", day="2027-03-29")
    _circle(project, "new-circle", "En ny cirkel", "", day="2027-02-01", status="recruiting")
    project.edit("circles/new-circle/circle.yml", "signup: {until: 2026-08-15", "signup: {until: 2026-12-15")
    project.edit("circles/new-circle/circle.yml", "country: SE, sector: civil-society", "country: FO, sector: education")
    for identifier, more in zip(HIDDEN, ("visibility: unlisted", "visibility: local", ""), strict=True):
        _circle(project, identifier, SECRET, f"{origin}\n{more}", day="2026-12-24", status="running" if more else "draft")
    return project


def _circle(project: CircleProject, identifier: str, title: str, more: str, *, day: str, status: str = "running") -> None:
    shutil.copytree(project.folder / "circles/small-circle", project.folder / f"circles/{identifier}")
    facts = f"circles/{identifier}/circle.yml"
    project.edit(facts, "title: {da: En lille cirkel, sv: En liten cirkel}", f"title: {title}").edit(facts, "status: running", f"status: {status}")
    project.write(facts, (project.folder / facts).read_text("utf-8") + more + "\n")
    project.edit(facts, "end: 2026-12-15", "end: 2027-06-15").edit(facts, "languages: [da, sv]", "languages: [da]").edit(facts, "final: 2026-12-15", "final: 2027-06-15")
    project.edit(f"circles/{identifier}/sessions/01-begin.da.md", "date: 2026-09-10", f"date: {day}")
