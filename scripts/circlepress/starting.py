"""Begins a circle: the files of a circle template and a few answers become the files of a new circle.

Comments and everything not asked about stay as the template has them. Pages come in the circle's language where the template
has it, which is then their original, with the facts of the template's; else in the next language of the chain.
The same template and answers give the same files, which is what `update` builds on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct, field

from .blocks import META, apart, page_parts, plain_text
from .catalogue import FACTS_BY_KIND, Kind, Version, version_of
from .language import Language, choose
from .sections import stamps
from .source import KeyPath, Positions, SourceFile
from .yaml_edit import in_languages, quoted, scalar, with_key, with_values
from .yaml_source import parse_yaml, spans

ID_LENGTH = 48
"""Characters, as `survey.py` has it."""
_SPELLED_OUT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "œ": "oe", "ð": "d", "đ": "d", "þ": "th", "ŋ": "n", "ŧ": "t", "ß": "ss"})
_KEPT_BY_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:-.*)?")
ZONE_BY_COUNTRY = {
    "DK": "Europe/Copenhagen", "SE": "Europe/Stockholm", "NO": "Europe/Oslo", "FI": "Europe/Helsinki", "IS": "Atlantic/Reykjavik",
    "FO": "Atlantic/Faroe", "GL": "America/Nuuk", "AX": "Europe/Mariehamn", "EE": "Europe/Tallinn", "LV": "Europe/Riga", "LT": "Europe/Vilnius",
}
"""The clocks of the countries a Nordic circle begins in; elsewhere the template's stays until someone writes another."""
TEXTS_IN_LANGUAGES = (
    ("title",), ("question",), ("purpose",), ("voluntary_note",), ("coordination",), ("access",), ("cancelled_because",), ("frame", "cost"),
    *(("expectations", part) for part in ("own_practice", "learning_agent", "sharing", "co_creation")), ("evaluation", "summary"),
    ("resources", "*", "text"), ("support", "*", "text"), *(("facilitators", "*", part) for part in ("process", "content", "experience", "mentor")),
    ("brand", "logo_text"), ("brand", "footer"), ("waivers", "*", "because"),
)
"""The texts of `circle.yml` that may stand in several languages; `*` is any entry of a list."""


class Answers(Struct, frozen=True):
    """What a circle is begun with. Everything but id, title, template and languages may be left to the template."""

    id: str
    title: str
    template: str
    """The id of the circle template."""
    languages: tuple[Language, ...]
    """Of the circle's site; the first is that of its texts."""
    question: str = ""
    theme: str = ""
    scope: str = ""
    country: str = ""
    timezone: str = ""
    start: str = ""
    """The day of the first session, YYYY-MM-DD."""
    weeks: int = 3
    """Between one session and the next."""
    at: str = "09:00"
    """When sessions begin, where they have dates; they end when their agenda does."""

    @property
    def language(self) -> Language:
        return self.languages[0]


class Begun(Struct, frozen=True):
    file_by_path: Mapping[str, bytes]
    """By path in the circle's folder."""
    in_other_languages: tuple[tuple[str, Language], ...] = ()
    """Pages that the template does not have in the circle's language: their file, and the language they came in."""
    texts_elsewhere: int = 0
    """How many texts of circle.yml stand in another language, since the template does not have them in the circle's."""


class _Page(Struct):
    """One page of a template in all its languages."""

    kind: Kind
    text_by_language: dict[Language, str] = field(default_factory=dict)


def id_from(title: str) -> str:
    """Return an id for a title: `Digital hjælp på arbejde` is `digital-hjaelp-paa-arbejde`; whole words, at most 48 characters."""
    spelled = unicodedata.normalize("NFC", title).lower().translate(_SPELLED_OUT)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(found) > ID_LENGTH:
        cut = found[: ID_LENGTH + 1].rsplit("-", 1)[0]
        found = (cut if len(cut) <= ID_LENGTH else found[:ID_LENGTH]).strip("-")
    if not found or _KEPT_BY_WINDOWS.fullmatch(found):
        found = f"circle-{found}".strip("-")
    return found


def begin(template: Mapping[str, bytes], answers: Answers, chains: Mapping[Language, Sequence[Language]]) -> Begun:
    """Return the files of a new circle. `template` holds those of a circle template by path in its folder, pictures included."""
    pages: dict[str, _Page] = {}
    files: dict[str, bytes] = {}
    for path, content in sorted(template.items()):
        match = re.fullmatch(r"(?P<stem>index|sessions/[^/.]+)\.(?P<language>[a-z]{2})\.md", path)
        text = plain_text(content)
        if match and text is not None:
            page = pages.setdefault(match["stem"], _Page(Kind.SESSION if match["stem"] != "index" else Kind.PROJECT))
            page.text_by_language[match["language"]] = text
        elif path == "circle.yml" and text is not None:
            files[path] = b""
        elif path.startswith("images/"):
            files[path] = content
    days = _days(answers, sum(stem != "index" for stem in pages))
    if "circle.yml" in files:
        files["circle.yml"] = _facts(plain_text(template["circle.yml"]) or "", answers, chains, days).encode("utf-8")
    elsewhere = []
    dated = iter(days)
    for stem, page in sorted(pages.items()):
        changes = {"title": quoted(answers.title)} if stem == "index" else _dated(page, day, answers.at) if (day := next(dated, "")) else {}
        original, texts = _in_languages(page, answers, chains, changes)
        if original != answers.language:
            elsewhere.append((f"{stem}.{original}.md", original))
        files |= {f"{stem}.{language}.md": text.encode("utf-8") for language, text in texts.items()}
    return Begun(files, tuple(elsewhere), _texts_elsewhere(files.get("circle.yml", b"").decode("utf-8"), answers.language))


def _days(answers: Answers, count: int) -> list[str]:
    if not answers.start:
        return []
    first = date.fromisoformat(answers.start)
    return [(first + timedelta(weeks=answers.weeks * number)).isoformat() for number in range(count)]


def _dated(page: _Page, day: str, at: str) -> dict[str, str]:
    """Return day, beginning and end of a session; it ends when its agenda does, on the same day."""
    facts = next((tree for text in page.text_by_language.values() if "translation" not in (tree := _metadata(text))), {})
    blocks = facts.get("agenda")
    minutes = [str(block.get("minutes", "")) for block in (blocks if isinstance(blocks, list) else []) if isinstance(block, dict)]
    hour, minute = (int(part) for part in at.split(":"))
    begins = hour * 60 + minute
    ends = min(begins + (sum(int(number) for number in minutes if number.isdecimal()) or 120), 24 * 60 - 1)
    return {"end": quoted(f"{ends // 60:02}:{ends % 60:02}"), "start": quoted(at), "date": day}  # each goes right behind the title


# --- circle.yml ------------------------------------------------------------------------------------------------------


def _facts(text: str, answers: Answers, chains: Mapping[Language, Sequence[Language]], days: Sequence[str]) -> str:
    metadata, _ = parse_yaml(text, "circle.yml", 0, [], strict=False)
    written_in = str(metadata.get("language") or answers.language)
    given = {"title": answers.title, "question": answers.question}
    values: dict[KeyPath, str] = {}
    for path, kind in ((path, span.kind) for path, span in spans(text).items()):
        if not any(_fits(path, shape) for shape in TEXTS_IN_LANGUAGES) or kind == "list":
            continue
        if len(path) == 1 and given.get(str(path[0])):
            continue
        said = _at(metadata, path)
        by_language = said if isinstance(said, dict) else {written_in: said}
        kept = {language: words for language, words in by_language.items() if language in answers.languages}
        if not kept:
            chosen = choose(by_language, answers.language, chains.get(answers.language, ()), written_in)
            kept = {chosen: by_language[chosen]} if chosen else {}
        if kept and (kept != by_language or written_in != answers.language and not isinstance(said, dict)):
            values[path] = quoted(kept[answers.language]) if list(kept) == [answers.language] else in_languages(kept)
    spoken = metadata.get("frame", {}).get("working_languages") if isinstance(metadata.get("frame"), dict) else None
    if spoken == [written_in] and written_in != answers.language:
        values["frame", "working_languages"] = f"[{answers.language}]"
    if answers.country:
        values |= _countries(metadata, answers.country)
    text = with_values(text, values)
    text = re.sub(r"(?m)^status:.*$", "status: draft", text, count=1)
    zone = answers.timezone or ZONE_BY_COUNTRY.get(answers.country, "")
    for path, value, after in (
        (("status",), "draft", "schema"), (("language",), answers.language, "schema"), (("languages",), f"[{', '.join(answers.languages)}]", "language"),
        (("scope",), answers.scope, "status"), (("theme",), answers.theme, "scope"), (("based_on",), answers.template, "theme"),
        (("title",), quoted(answers.title), "theme"), (("question",), quoted(answers.question) if answers.question else "", "title"),
        (("frame", "start"), days[0] if days else "", ""), (("frame", "end"), days[-1] if days else "", ""), (("frame", "timezone"), scalar(zone) if zone else "", ""),
    ):
        if value:
            text = with_key(text, path, value, after)
    return text


def _texts_elsewhere(text: str, language: Language) -> int:
    metadata, _ = parse_yaml(text, "circle.yml", 0, [], strict=False)
    said = (_at(metadata, path) for path, span in spans(text).items() if span.kind == "map" and any(_fits(path, shape) for shape in TEXTS_IN_LANGUAGES))
    return sum(language not in words for words in said)


def _fits(path: KeyPath, shape: tuple[str, ...]) -> bool:
    return len(path) == len(shape) and all(name in ("*", part) for part, name in zip(path, shape, strict=True))


def _at(tree, path: KeyPath):
    for part in path:
        tree = tree[part]
    return tree


def _countries(metadata: dict, country: str) -> dict[KeyPath, str]:
    """Return where the country stands: at every organisation of a local circle, and at the first of any other, which then differs from the second."""
    listed = metadata.get("organisations")
    places = [(number, entry["country"]) for number, entry in enumerate(listed if isinstance(listed, list) else []) if isinstance(entry, dict) and "country" in entry]
    if not places:
        return {}
    before = places[0][1]
    found: dict[KeyPath, str] = {}
    for number, there in places:
        if there == before or not number:
            found["organisations", number, "country"] = country
        elif there == country:
            found["organisations", number, "country"] = before
    return found


# --- pages -----------------------------------------------------------------------------------------------------------


def _in_languages(page: _Page, answers: Answers, chains: Mapping[Language, Sequence[Language]],
                  changes: Mapping[str, str]) -> tuple[Language, dict[Language, str]]:
    """Return the language that is the original of a page in the new circle, and its text by language.

    `changes` are values of the metadata: a title is changed in every language, anything else in the original alone.
    """
    texts = page.text_by_language
    source = next((language for language, text in texts.items() if "translation" not in _metadata(text)), min(texts))
    original = choose(texts, answers.language, chains.get(answers.language, ()), source) or source
    wanted = [original, *(language for language in answers.languages if language in texts and language != original)]
    first = texts[original] if original == source else _with_facts(page.kind, texts[source], texts[original])
    result = {original: _changed(first, changes)}
    old, new = (stamps(_version(page.kind, original, text)) for text in (texts[original], result[original]))
    for language in wanted[1:]:
        text = texts[language]
        if original != source:
            text = _as_translation(page.kind, text, original, new, was_original=language == source)
        text = _changed(text, {key: value for key, value in changes.items() if key == "title"})
        recorded = _metadata(text).get("translation", {}).get("sections", {})
        if original == source:
            moved = {("translation", "sections", key): quoted(new[key]) for key, stamp in recorded.items() if stamp == old.get(key) != new.get(key, stamp)}
            of = _metadata(text).get("translation", {}).get("of")
            if of not in (original, None) and of not in wanted:
                text = _as_translation(page.kind, text, original, new, was_original=False)
            elif moved and of == original:
                text = _with_front(text, with_values(page_parts(text)[0] or "", moved))
        result[language] = text
    return original, result


def _with_facts(kind: Kind, source: str, translation: str) -> str:
    """Return a translation as an original: its words, and the facts of the page it was made from."""
    words = {block.name: block for block in apart("x.md", translation)}
    translated = _localised(kind)
    blocks = [words.get(block.name, block) if block.name.removeprefix(META) in translated else block
              for block in apart("x.md", source) if block.name.startswith(META)]
    front = "".join(f"{block.text}\n" for block in blocks)
    titles = [entry.get("title", "") if isinstance(entry, dict) else "" for entry in _metadata(translation).get("agenda") or []]
    agenda = spans(front)
    values = {("agenda", number, "title"): quoted(title) for number, title in enumerate(titles) if title and ("agenda", number, "title") in agenda}
    for number in sorted(range(len(titles)), reverse=True):  # from the end, so that the places before it stay
        entry = agenda.get(("agenda", number))
        if titles[number] and entry and entry.is_flow and ("agenda", number, "title") not in agenda:
            front = front[: entry.end - 1] + f", title: {quoted(titles[number])}" + front[entry.end - 1:]
    return f"---\n{with_values(front, values)}---\n{page_parts(translation)[1]}"


def _localised(kind: Kind) -> frozenset[str]:
    return FACTS_BY_KIND[kind].localisable - {"agenda"} | {"title", "summary"}


def _as_translation(kind: Kind, text: str, of: Language, stamp_by_section: Mapping[str, str], *, was_original: bool) -> str:
    """Return a page as a translation of another language: its words alone, and what each section is said to be made from."""
    metadata = _metadata(text)
    front = "".join(f"{block.text}\n" for block in apart("x.md", text) if block.name.startswith(META) and block.name.removeprefix(META) in _localised(kind))
    if isinstance(metadata.get("agenda"), list) and any(isinstance(entry, dict) and entry.get("title") for entry in metadata["agenda"]):
        front += "agenda:\n" + "".join(f"  - {{title: {quoted(title)}}}\n" if (title := entry.get("title")) else "  - {}\n" for entry in metadata["agenda"])
    mark = metadata.get("translation", {})
    state = "draft" if was_original else str(mark.get("state") or "draft")
    own = stamps(_version(kind, of, text))
    sections = "".join(f"    {scalar(key)}: {quoted(stamp)}\n" for key, stamp in stamp_by_section.items() if key in own)
    return f"---\n{front}translation:\n  of: {of}\n  state: {state}\n  sections:\n{sections}---\n{page_parts(text)[1]}"


def _changed(text: str, values: Mapping[str, str]) -> str:
    front, _ = page_parts(text)
    if front is None:
        return text
    for key, value in values.items():
        front = with_key(front, (key,), value, "title")
    return _with_front(text, front)


def _with_front(text: str, front: str) -> str:
    return f"---\n{front}---\n{page_parts(text)[1]}"


def _metadata(text: str) -> dict:
    metadata, _ = parse_yaml(page_parts(text)[0] or "", "", 1, [], strict=False)
    mark = metadata.get("translation")
    if mark is not None and not (isinstance(mark, dict) and isinstance(mark.get("sections", {}), dict)):
        metadata["translation"] = {}
    return metadata


def _version(kind: Kind, language: Language, text: str) -> Version:
    front, body = page_parts(text)
    return version_of(kind, language, SourceFile("", text, _metadata(text), Positions({}, {}), body), None)


