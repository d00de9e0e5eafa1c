"""`catalogue.json`: everything public as data, in the form its schema says, and nothing else."""

from __future__ import annotations

import copy
import json
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from support.family import family_project
from support.project import CircleProject

from circlepress.theme import DATA_SCHEMA_FOLDER

SCHEMA = json.loads((DATA_SCHEMA_FOLDER / "catalogue.schema.json").read_text("utf-8"))


def closed(schema: dict) -> dict:
    """Return the schema without leave for values it does not explain, so that none goes unexplained."""
    schema = copy.deepcopy(schema)

    def close(part: object) -> None:
        if isinstance(part, dict):
            if "properties" in part and "additionalProperties" not in part:
                part["additionalProperties"] = False
            for value in part.values():
                close(value)
        elif isinstance(part, list):
            for value in part:
                close(value)

    close(schema)
    return schema


def catalogue(site: Path) -> dict:
    """Read a site's catalogue and hold it to the schema."""
    plain = json.loads((site / "catalogue.json").read_text("utf-8"))
    jsonschema.Draft7Validator(closed(SCHEMA)).validate(plain)
    return plain


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> CircleProject:
    return family_project(tmp_path_factory.mktemp("family") / "project").build(with_search=False)


def test_the_schema_is_one_and_says_everything():
    """The schema is draft 7, explains every value, and stands on the published site."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    unexplained = [name for part in (SCHEMA, *SCHEMA["definitions"].values()) for name, value in part.get("properties", {}).items()
                   if "description" not in value and "$ref" not in value]
    assert unexplained == []


def test_materials_are_told_in_all_their_languages(built):
    """A material has its titles, how each language stands, whom it is for, and addresses that are there."""
    plain = catalogue(built.site)
    first = next(one for one in plain["materials"] if one["reference"] == "guides/first")
    assert (first["kind"], first["original"], list(first["languages"])) == ("guides", "da", ["da", "sv"])
    assert first["languages"]["da"]["state"] == "original" and first["languages"]["sv"]["state"] in ("current", "outdated", "unstamped")
    assert next(one for one in plain["materials"] if one["reference"] == "guides/second")["reviewed"] == "2026-11-01"
    assert {one["reference"] for one in plain["materials"]} == {"guides/first", "guides/second", "themes/small", "methods/round"}


def test_circles_are_told_with_their_family(built):
    """A circle has its facts, its organisations with their promises, its parent and its children; only public ones are there."""
    circles = {one["id"]: one for one in catalogue(built.site)["circles"]}
    assert list(circles) == ["at-home", "from-afar", "new-circle", "next-door", "small-circle"]
    assert circles["small-circle"]["children"] == ["at-home"] and "began_from" not in circles["small-circle"]
    assert circles["at-home"]["began_from"] == {"circle": "small-circle", "organisation": "north"}
    assert circles["from-afar"]["began_from"] == {"address": "https://elsewhere.example.org/circles/first/"}
    assert circles["new-circle"]["signup_until"] == "2026-12-15"
    assert circles["small-circle"]["organisations"][0] == {
        "id": "north", "name": "Nordby Bibliotek", "country": "DK", "sector": "culture", "commitments": ["time", "experiment", "team", "manager"]}


def test_sessions_have_one_moment_for_all(built):
    """A session's beginning in UTC is what the clock of its zone says, in summer and winter; its identifier is that of the calendars."""
    for circle in catalogue(built.site)["circles"]:
        for session in circle["sessions"]:
            there = datetime.fromisoformat(session["starts"]).astimezone(ZoneInfo(session["zone"]))
            assert f"{there:%Y-%m-%d %H:%M}" == f"{session['date']} 09:00" and session["starts"] < session["ends"]
            assert f"UID:{session['uid']}" in (built.site / f"circles/{circle['id']}/da/calendar.ics").read_text("utf-8").replace("\n ", "").replace("\r", "")
    moments = {one["id"]: one["sessions"][0]["starts"] for one in catalogue(built.site)["circles"]}
    assert moments["next-door"] == "2027-01-12T08:00:00Z" and moments["from-afar"] == "2027-03-29T07:00:00Z"


def test_every_address_is_there(built):
    """All addresses of the site that the catalogue names lead to pages or files."""
    own = [address for address in strings(catalogue(built.site)) if address.startswith("https://prove.example.org/")]
    assert len(own) > 18
    for address in own:
        path = built.site / address.removeprefix("https://prove.example.org/")
        assert path.is_file() or (path / "index.html").is_file(), address


def test_no_person_is_in_it(built):
    """Names of persons, their mail addresses and forms to sign up stay on the circle's own page."""
    text = json.dumps(catalogue(built.site), ensure_ascii=False)
    assert not re.search(r"Ane|Lund|mailto|@(?!prove)", text)


def test_only_what_is_online_has_an_address(tmp_path):
    """A build of one language gives addresses in that language only, and a site without an address gives paths."""
    project = CircleProject.from_dir("minimal", tmp_path / "project").edit("mkdocs.yml", "site_url: https://prove.example.org/", "site_url: ''")
    plain = catalogue(project.build(with_search=False, languages=("sv",)).site)
    assert [text for text in strings(plain) if text.startswith("/")] and not [text for text in strings(plain) if text.startswith("/da/") or "/da/" in text]
    assert plain["circles"][0]["addresses"] == {"sv": "/circles/small-circle/sv/"} and plain["address"] == "/"


def test_the_gateway_names_it(built):
    """The site's root says where its data are."""
    assert '<link rel="alternate" type="application/json" href="catalogue.json">' in built.page("/")


def test_the_real_catalogue_has_the_form(real_site: Path):
    """So has this repository's own, and its drafts are not in it."""
    plain = catalogue(real_site)
    assert len(plain["materials"]) > 15 and plain["circles"]
    assert (real_site / "schema/catalogue.schema.json").is_file()
