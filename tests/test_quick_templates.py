"""The quick way through Jinja prints what Jinja prints, and a part that is kept is what it would be on each page."""

from __future__ import annotations

from collections import OrderedDict

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from circlepress import typesetting
from circlepress.cache import Cache
from circlepress.link import relative
from circlepress.press import _Part
from circlepress.quick_templates import quicken
from circlepress.theme import own_theme

VALUES = {
    "text": "<b> & \"quotes\" 'æ'", "safe": Markup("<b>&amp;</b>"), "number": 7, "nothing": None, "no": False, "list": ["<", Markup("<i>")],
    "map": {"text": "<", "items": "a key that is also a method", "map": {"text": Markup("<u>"), "number": 3}}, "odd": OrderedDict(text="&"),
    "words": {"a.b": "{n} <x>", "title": "T"},
}
TEMPLATES = [
    "{{ text }}|{{ safe }}|{{ number }}|{{ nothing }}|{{ no }}|{{ list }}", "{{ map.text }}|{{ map['text'] }}|{{ map.map.text }}|{{ map['map']['number'] }}",
    "{{ odd.text }}|{{ odd['text'] }}|{{ text.upper() }}|{{ safe.upper() }}", "{{ words['a.b'].format(n=text) }}|{{ words.title }}|{{ map.get('text') }}",
    "{% for one in list %}{{ one }}{{ loop.index }}{% endfor %}|{{ map.items }}|{{ map['items'] }}", "{{ map.missing }}", "{{ map['missing'] }}", "{{ odd.missing }}",
    "{{ nothing.text }}", "{{ text.missing }}", "{% macro m(x) %}{{ x.text }}{{ x['text'] }}{% endmacro %}{{ m(map) }}{{ m(map.map) }}",
    "{% set s %}{{ text }}{% endset %}{{ s }}|{{ text ~ safe }}|{{ (map.text ~ '<') | upper }}|{{ list | map('string') | join(', ') }}",
    "{% autoescape false %}{{ text }}{{ map.text }}{% endautoescape %}{{ 'a<b' }}", "{{ {'x': map}.x.map.text if map.map.number > 2 else map.text }}",
]


def said(environment: jinja2.Environment, template: str) -> str:
    environment.autoescape, environment.undefined = True, jinja2.StrictUndefined
    try:
        return environment.from_string(template).render(VALUES)
    except (jinja2.UndefinedError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_same_is_printed(template: str) -> None:
    expected = said(jinja2.Environment(), template)
    assert said(quicken(jinja2.Environment()), template) == expected
    assert expected


FOLDERS = st.lists(st.sampled_from(["a", "b", "cc"]), max_size=4).map(lambda parts: "/" + "".join(f"{part}/" for part in parts))


@given(st.lists(FOLDERS, min_size=1, max_size=12), st.sets(FOLDERS, min_size=1, max_size=5), st.booleans())
def test_pages_that_lie_alike_have_the_same_links(pages: list[str], addresses: set[str], has_file: bool) -> None:
    leads_to = addresses | ({"/a/style.css", "https://example.org/a/b/"} if has_file else set())
    part = _Part()
    part.leads_to(leads_to)
    seen: dict = {}
    for here in pages:
        links = [(relative(here, there), here == there, here.startswith(there)) for there in sorted(leads_to) if there.startswith("/")]
        assert seen.setdefault(part.place_of(here), links) == links


def test_a_part_that_leads_elsewhere_is_made_anew() -> None:
    part = _Part()
    assert part.leads_to({"/a/"})
    part.text_by_place[part.place_of("/b/c/")] = "kept"
    assert not part.leads_to({"/a/"})
    assert part.leads_to({"/b/c/"})
    assert not part.text_by_place


def test_compiled_templates_are_for_all_processes(tmp_path, monkeypatch):
    """What one process compiles, others with the same program and theme load; a template with a mistake in it is left to them, and stops nothing."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "broken.html").write_text("{% if %}")
    (own / "404.html").write_text("{% extends 'main.html' %}")
    themes = [own, own_theme()]
    typesetting.compile_templates(themes, Cache(tmp_path / "cache"), "engine")
    other = typesetting.teach(typesetting.environment_for(themes, Cache(tmp_path / "cache"), "engine"), lambda context, address: address)
    with pytest.raises(jinja2.TemplateSyntaxError):
        other.get_template("broken.html")
    monkeypatch.setattr(jinja2.Environment, "compile", lambda self, *more, **also: pytest.fail("a template was compiled once more"))
    names = [name for name in other.list_templates(extensions=("html", "xml")) if name != "broken.html"]
    assert "404.html" in names and "partials/macros.html" in names and "sitemap.xml" in names
    for name in names:
        other.get_template(name)
    with pytest.raises(pytest.fail.Exception):
        typesetting.environment_for(themes, Cache(tmp_path / "cache"), "another engine").get_template("404.html")
