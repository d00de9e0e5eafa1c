"""Ways into the handbook: pages for audiences and phases, lists by kind, and the model's pictures."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
from support.browser import accessibility_violations, screens

from circlepress.metadata.kinds import Audience, Phase
from circlepress.problem import CirclepressError

LANGUAGES = ("da", "sv", "nb", "fi", "is", "en")
ROOT = Path(__file__).parent.parent


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def links(site: Path, address: str) -> list[str]:
    """Return where the links in <main> of a page lead, as addresses of the site."""
    html = (site / address.strip("/") / "index.html").read_text("utf-8")
    parser = _Links()
    parser.feed(html[html.index("<main"):html.index("</main>")])
    return [urljoin(address, link.split("#")[0]) for link in parser.found if "://" not in link and not link.startswith(("#", "mailto:"))]


@pytest.mark.parametrize("audience", Audience)
def test_any_audience_is_three_clicks_from_everything_for_it(real_site, audience):
    """From the front page, its own page is one click away, and each guide and checklist for it two."""
    own = f"/da/for/{audience}/"
    assert own in links(real_site, "/da/")
    there = set(links(real_site, own))
    for page in sorted((ROOT / "docs").glob("guides/*.md")) + sorted((ROOT / "docs").glob("checklists/*.md")):
        said = re.search(r"^audience: \[(.*)\]$", page.read_text("utf-8"), re.MULTILINE)
        if said and str(audience) in said[1].split(", "):
            assert f"/da/{page.parent.name}/{page.name.split('.')[0]}/" in there


@pytest.mark.parametrize("phase", Phase)
def test_any_phase_is_reached_from_the_front_page(real_site, phase):
    """The picture of the phases leads to each; a phase's page has everything that is of use in it, and leads to its neighbours."""
    own = f"/da/phases/{phase}/"
    assert own in links(real_site, "/da/") and own in links(real_site, "/da/phases/")
    there = set(links(real_site, own))
    for page in sorted((ROOT / "docs").glob("*/*.md")):
        said = re.search(r"^phase: \[(.*)\]$", page.read_text("utf-8"), re.MULTILINE)
        if said and str(phase) in said[1].split(", ") and page.parent.name in ("guides", "checklists", "templates", "methods"):
            assert f"/da/{page.parent.name}/{page.name.split('.')[0]}/" in there
    phases = list(Phase)
    number = phases.index(phase)
    beside = {f"/da/phases/{phases[at]}/" for at in (number - 1, number + 1) if 0 <= at < len(phases)}
    assert {address for address in there if address.startswith("/da/phases/") and address != "/da/phases/"} == beside


def test_methods_and_templates_have_a_page_for_each_kind(real_site):
    """Every method and template is on the page of its kind, and on no other's."""
    for folder in ("methods", "templates"):
        kinds: dict[str, set[str]] = {}
        for page in (real_site / "da" / folder / "kind").iterdir():
            kinds[page.name] = {address for address in links(real_site, f"/da/{folder}/kind/{page.name}/") if address.count("/") == 4}
        for page in (ROOT / "docs" / folder).glob("*.da.md"):
            said = re.search(r"^kind: (\w+)$", page.read_text("utf-8"), re.MULTILINE)
            address = f"/da/{folder}/{page.name.split('.')[0]}/"
            assert [kind for kind, found in kinds.items() if address in found] == [said[1]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/guides/model-on-one-page/", "/phases/", "/guides/roles/"])
def test_pictures_are_whole_and_told(real_site, language, address):
    """A picture has a name, says what it shows, and everything written in it stands beside it as well."""
    html = (real_site / language / address.strip("/") / "index.html").read_text("utf-8")
    figures = re.findall(r'<figure class="cp-picture">\s*(<svg.*?</svg>)\s*<figcaption>(.*?)</figcaption>', html, re.DOTALL)
    assert figures
    for drawn, told in figures:
        picture = ElementTree.fromstring(drawn)
        assert picture.find("title").text and picture.find("desc").text
        for item in re.findall(r"<li>(.*?)</li>", told, re.DOTALL):
            name = re.sub(r"<[^>]+>", "", item.split("<p>")[0]).strip()
            assert name and name in " ".join("".join(text.itertext()) for text in picture.iter("text"))
        for text in picture.iter("text"):
            assert "".join(text.itertext()).strip()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), screens(320))
@pytest.mark.parametrize("address", ["/fi/guides/model-on-one-page/", "/da/phases/", "/da/phases/run/", "/is/guides/roles/", "/sv/for/organisation/", "/da/methods/", "/da/templates/kind/mail/"])
def test_they_are_accessible(reader, address, width, scheme):
    """axe finds nothing, nothing is wider than the screen, and no text of a picture runs out of it or into another one."""
    page = reader(address, width=width, scheme=scheme).page
    assert accessibility_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("""() => [...document.querySelectorAll('.cp-picture svg')].flatMap(svg => {
        const edge = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')], boxes = texts.map(text => text.getBoundingClientRect())
        const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2
        return texts.filter((text, index) => boxes[index].left < edge.left - 1 || boxes[index].right > edge.right + 1
            || boxes.some((other, number) => number !== index && meet(boxes[index], other))).map(text => text.textContent)
    })""") == []


@pytest.mark.parametrize(("line", "says"), [
    ("{contact: a@example.org, assessed: 2026-01-01, updated: 2026-01-01}", "does not say its body"),
    ("{body: Us, assessed: 2026-01-01, updated: 2026-01-01}", "does not say its contact"),
    ("{body: Us, contact: a@example.org, assessed: last week, updated: 2026-01-01}", "the day on which the site was assessed"),
    ("{body: Us, contact: a@example.org, assessed: 2026-01-01, updated: 2026-01-01, fault: none}", "has no setting 'fault'"),
    ("{body: Us, contact: a@example.org, assessed: 2026-01-01, updated: 2026-01-01, statement: 'javascript:alert(1)'}", "is not the address of a statement"),
    ("{body: Us, contact: a@example.org, assessed: 2026-01-01, updated: 2026-01-01, method: {no: x}}", "'no' is not a language of this project"),
])
def test_a_statement_that_cannot_be_made_is_told(project, line, says):
    """Every mistake in what the settings say of accessibility stops with the place, what is wrong and what to write."""
    project.edit("mkdocs.yml", "contact: redaktion@example.org", f"contact: redaktion@example.org\n      accessibility: {line}")
    with pytest.raises(CirclepressError, match=re.escape(says)) as told:
        project.problems()
    assert re.match(r"mkdocs\.yml:\d+:\d+: error\[settings\]: ", str(told.value))


def test_a_statement_says_what_the_settings_say(project):
    """The statement names who answers, what does not work yet in the reader's language, and where to write; every page's foot leads to it."""
    project.edit("mkdocs.yml", "contact: redaktion@example.org", "contact: redaktion@example.org\n      accessibility: {body: Prøvehuset, contact: hjælp@example.org, "
                 "phone: '12345678', assessed: 2026-03-01, updated: 2026-11-01, faults: [{da: Kortet kan ikke læses op, sv: Kartan kan inte läsas upp}]}").build()
    said = project.main("/sv/accessibility/")
    for text in ("Prøvehuset", "Kartan kan inte läsas upp", "hjælp@example.org · 12345678", "1 november 2026"):
        assert text in said
    assert "../../accessibility/" in project.page("/sv/guides/first/")
    assert "/sv/accessibility/" in project.page("/circles/small-circle/sv/") or "sv/accessibility/" in project.page("/circles/small-circle/sv/")


def test_without_a_statement_nothing_leads_to_one(project):
    """A site whose settings say nothing of accessibility has no empty page about it."""
    project.build()
    assert not project.is_built("/da/accessibility/") and "accessibility/" not in project.page("/da/")
    assert project.is_built("/da/privacy/") and project.is_built("/da/sources/") and project.is_built("/da/reviewed/")


def test_privacy_names_those_who_keep_data(real_site):
    """Each circle one can sign up for, or that runs, is there with who answers for the data and when they are deleted."""
    html = (real_site / "en/privacy/index.html").read_text("utf-8")
    for circle in ("digital-help-2026", "workshop-to-circular-2027"):
        facts = (ROOT / "circles" / circle / "circle.yml").read_text("utf-8")
        assert f"circles/{circle}/" in html and re.search(r"delete_by: \d", facts)


def test_every_source_is_listed_once(real_site):
    """The page of sources has every address that a page names, once, with the pages that name it."""
    html = (real_site / "da/sources/index.html").read_text("utf-8")
    named = {address for page in (ROOT / "docs").glob("*/*.md") for address in re.findall(r'url: "(https://[^"]+)"', page.read_text("utf-8").split("\n---\n")[0])}
    assert len(named) > 5
    for address in named:
        assert html.count(f'href="{address}"') == 1, address


@pytest.mark.browser
@pytest.mark.parametrize(("language", "clicks", "at"), [
    ("da", ["Du sender en deltager", "Aftalen med hjemorganisationen"], "guides/home-organisation-agreement"),
    ("da", ["Du faciliterer en cirkel", "Planlæg et møde"], "guides/plan-a-session"),
    ("da", ["Du er med i en cirkel", "Sammen med kollegerne"], "guides/work-with-colleagues"),
    ("da", ["Du starter en cirkel", "Når mange skal koordineres"], "guides/coordinate-many"),
    ("da", ["Gennemføre", "Prøv og fortæl"], "methods/try-and-tell"),
    ("da", ["Gruppen er utålmodig eller frustreret"], "guides/open-process"),
    ("is", ["Við viljum sjá hvað kom út úr þessu"], "guides/evaluate"),
    ("fi", ["Etsin osallistujia"], "guides/recruit-participants"),
])
def test_by_role_by_phase_and_by_need(visit, language, clicks, at):
    """A reader who clicks what is said in plain words gets from the front page to the right page in at most three clicks."""
    page = visit(f"/{language}/").page
    assert len(clicks) <= 3
    for text in clicks:
        page.locator("main").get_by_role("link", name=re.compile(f"^{re.escape(text)}")).first.click()
    page.wait_for_url(f"**/{language}/{at}/")


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_is_one_sheet_of_paper(visit, language):
    """The model on one page keeps its promise on A4, pictures included, in every language."""
    page = visit(f"/{language}/guides/model-on-one-page/").page
    page.emulate_media(media="print")
    assert page.locator(".cp-picture svg").count() == 2 and page.locator(".cp-picture svg").last.is_visible()
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4", prefer_css_page_size=True))) == 1
