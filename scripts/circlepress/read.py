"""The first stage: a project folder becomes source files with text, metadata and the place of every value.

Nothing on disk is believed: symbolic links are refused, sizes and encodings checked, pictures looked at, and YAML is
read with every scalar as a string, without anchors, aliases or tags (security and YAML rules of the content model).
What cannot be read is a problem; everything else goes on.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from .language import COMMON_SLIPS, DEFAULT_CHAIN, OWN_NAME
from .markdown_source import line_and_column
from .picture import measure
from .problem import CirclepressError, Place, Problem, UsageError
from .source import Accessibility, Entry, ImageFile, KeyPath, Positions, Settings, SourceFile, Sources
from .survey import IMAGE_TYPES, survey
from .text_direction import without_turns
from .yaml_source import CONTROL_CHARACTER, parse_yaml

# Limits, in bytes. They leave ample room for honest pages; those of YAML stand in yaml_source.py.
PAGE_BYTES = 200_000
METADATA_BYTES = 60_000
DATA_FILE_BYTES = 400_000
IMAGE_BYTES = 5_000_000
IMAGE_PIXELS = 40_000_000
"""Width times height; shown, a picture takes four bytes for each."""


def read(project: Path) -> tuple[Sources, list[Problem]]:
    """Read a project folder.

    Takes the folder that holds `mkdocs.yml`, `docs/` and `circles/`. Returns its pages, data files and pictures, sorted
    by path, and the problems met; a file that could not be read has no metadata and a problem. Raises `UsageError`
    when the folder is no project, `CirclepressError` when the settings cannot be used (without them nothing else can
    be judged).
    """
    settings, settings_file = read_settings(project)
    entries, problems = survey(project)
    files, images, unreadable = read_entries(project, entries)
    return Sources(settings, settings_file, files, images), [*problems, *unreadable]


_READ: OrderedDict[tuple[str, str], tuple[SourceFile | None, tuple[Problem, ...]]] = OrderedDict()
"""What this process has read last, by path and hash: a page that has not changed is not read again."""
_READ_LIMIT = 600


def read_entries(project: Path, entries: Iterable[Entry],
                 hash_by_path: Mapping[str, str] | None = None) -> tuple[tuple[SourceFile, ...], tuple[ImageFile, ...], list[Problem]]:
    """Read files that `survey` found: pages and data files, accepted pictures, and problems.

    `hash_by_path` says of what each file holds what `sieve` found, where that is known.
    """
    problems: list[Problem] = []
    files: list[SourceFile] = []
    images: list[ImageFile] = []
    for entry in entries:
        if (image_type := entry.path.rpartition(".")[2]) in IMAGE_TYPES:
            if _is_picture(project, entry.path, entry.size, image_type, problems):
                images.append(ImageFile(entry.path, entry.size))
        else:
            key = entry.path, (hash_by_path or {}).get(entry.path, "")
            file, mistakes = _READ.get(key, (None, ())) if key[1] else (None, ())
            if file is None:
                found: list[Problem] = []
                file, mistakes = _read_file(project, entry.path, entry.size, found), tuple(found)
                if key[1] and file is not None:
                    _READ[key] = file, mistakes
                    if len(_READ) > _READ_LIMIT:
                        _READ.popitem(last=False)
            problems += mistakes
            files.append(file or SourceFile(entry.path, "", {}, Positions({}, {})))
    return tuple(files), tuple(images), problems


def read_settings(project: Path) -> tuple[Settings, SourceFile]:
    """Read `mkdocs.yml`: the maintainers' file, so other plugins' tags are let be.

    Raises `UsageError` when the folder has none, `CirclepressError` with the place when it cannot be used.
    """
    path = project / "mkdocs.yml"
    if not path.is_file():
        raise UsageError(f"There is no mkdocs.yml in {project}. Run circlepress in a project folder, or name it with --project.")
    problems: list[Problem] = []
    text = path.read_text("utf-8-sig")
    metadata, positions = parse_yaml(text, "mkdocs.yml", 0, problems, strict=False)
    if problems:
        raise CirclepressError(f"{problems[0].place}: {problems[0].message}")
    file = SourceFile("mkdocs.yml", text, metadata, positions)
    return _settings(file), file


def _settings(file: SourceFile) -> Settings:
    plugin_settings: dict[str, tuple[dict, KeyPath]] = {}
    plugins = file.metadata.get("plugins")
    for index, entry in enumerate(plugins if isinstance(plugins, list) else []):
        if isinstance(entry, dict):
            for name, value in entry.items():
                plugin_settings[name] = (value if isinstance(value, dict) else {}, ("plugins", index, name))
        elif isinstance(entry, str):
            plugin_settings[entry] = ({}, ("plugins", index))
    own, own_path = plugin_settings.get("circlepress", ({}, ()))
    i18n, i18n_path = plugin_settings.get("i18n", ({}, ()))

    def refuse(path: KeyPath, sentence: str, hint: str) -> CirclepressError:
        return CirclepressError(f"{file.place(path)}: error[settings]: {sentence}\n    {hint}")

    listed = i18n.get("languages")
    codes: list[str] = []
    site_name = str(file.metadata.get("site_name") or "circlepress")
    names: dict[str, str] = {}
    default = ""
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        code = entry.get("locale") if isinstance(entry, dict) else entry
        where = (*i18n_path, "languages", index)
        if code not in OWN_NAME:
            raise refuse(where, f"{code!r} is not a language circlepress knows.",
                         COMMON_SLIPS.get(str(code), f"Known are: {', '.join(sorted(OWN_NAME))}."))
        codes.append(code)
        names[code] = str(entry.get("site_name") or site_name) if isinstance(entry, dict) else site_name
        if isinstance(entry, dict) and entry.get("default") == "true":
            default = code
    if not codes:
        raise refuse(i18n_path, "no languages are listed.",
                     "Under plugins, i18n, languages: one line each, such as {locale: da, name: dansk, default: true}.")
    chains = {code: tuple(step for step in DEFAULT_CHAIN[code] if step in codes) for code in codes}
    fallback = own.get("fallback") or {}
    for code, chain in (fallback.items() if isinstance(fallback, dict) else ()):
        for step in (code, *(chain if isinstance(chain, list) else ())):
            if step not in codes:
                raise refuse((*own_path, "fallback", code), f"{step!r} is not a language of this project.",
                             COMMON_SLIPS.get(step, f"The project's languages are: {', '.join(codes)}."))
        if isinstance(chain, list):
            chains[code] = tuple(chain)
    known = {"accessibility", "fallback", "publisher", "publisher_address", "contact", "licence", "repository"}
    for key in own:
        if key not in known:
            raise refuse((*own_path, key), f"circlepress has no setting {key!r}.", f"It has: {', '.join(sorted(known))}.")
    theme = file.metadata.get("theme")
    address = str(file.metadata.get("site_url") or "")
    return Settings(
        name_by_language=names,
        address=address + "/" if address and not address.endswith("/") else address,
        languages=tuple(sorted(codes, key=lambda code: code != default)),
        chain_by_language=chains,
        publisher=str(own.get("publisher") or file.metadata.get("site_author") or ""),
        publisher_address=str(own.get("publisher_address") or ""),
        contact=str(own.get("contact") or ""),
        licence=str(own.get("licence") or "CC-BY-4.0"),
        repository=str(own.get("repository") or ""),
        custom_dir=str(theme.get("custom_dir") or "") if isinstance(theme, dict) else "",
        accessibility=_accessibility(own.get("accessibility"), (*own_path, "accessibility"), codes, default or codes[0], refuse),
    )


_STATEMENT = ("assessed", "body", "contact", "faults", "method", "phone", "statement", "updated")
_ADDRESS = re.compile(r"https://[^\s\"'<>]+")


def _accessibility(given: object, path: KeyPath, languages: Sequence[str], default: str, refuse: Callable[..., CirclepressError]) -> Accessibility | None:
    """Return what the settings say of accessibility; raise what `refuse` makes of a mistake."""
    if not given:
        return None
    if not isinstance(given, dict) or set(given) - set(_STATEMENT):
        wrong = sorted(set(given) - set(_STATEMENT))[0] if isinstance(given, dict) else ""
        raise refuse((*path, wrong) if wrong else path, f"accessibility has no setting {wrong!r}." if wrong else "accessibility is not a list of settings.",
                     f"It has: {', '.join(_STATEMENT)}.")

    def day(key: str) -> date:
        try:
            return date.fromisoformat(str(given.get(key)))
        except ValueError:
            raise refuse((*path, key), f"accessibility needs the day on which the site was {key}.", f"Write it as in {key}: 2026-11-26.") from None

    def localised(value: object, where: KeyPath) -> Mapping[str, str]:
        if isinstance(value, dict):
            for language in value:
                if language not in languages:
                    raise refuse((*where, language), f"{language!r} is not a language of this project.", f"The project's languages are: {', '.join(languages)}.")
            return {language: str(text) for language, text in value.items()}
        return {default: str(value)} if value else {}

    for key in ("body", "contact"):
        if not isinstance(given.get(key), str) or not given[key].strip():
            raise refuse((*path, key) if key in given else path, f"accessibility does not say its {key}.",
                         "body is who answers for the site, contact a mail address to which readers write when something does not work.")
    statement = str(given.get("statement") or "")
    if statement and not _ADDRESS.fullmatch(statement):
        raise refuse((*path, "statement"), f"{statement!r} is not the address of a statement.", "It begins with https://.")
    faults = given.get("faults") or []
    return Accessibility(
        given["body"], given["contact"], str(given.get("phone") or ""), day("assessed"), day("updated"), localised(given.get("method"), (*path, "method")),
        tuple(localised(fault, (*path, "faults", number)) for number, fault in enumerate(faults if isinstance(faults, list) else [faults])), statement)


def _too_large(path: str, size: int, limit: int) -> Problem:
    return Problem(Place(path), "file-too-large", f"the file holds {size:,} bytes; the limit is {limit:,}.",
                   "Split the text, or save the picture smaller.")


def _read_file(project: Path, path: str, size: int, problems: list[Problem]) -> SourceFile | None:
    limit = PAGE_BYTES if path.endswith(".md") else DATA_FILE_BYTES
    if size > limit:
        problems.append(_too_large(path, size, limit))
        return None
    text = _read_text(project, path, problems)
    if text is None:
        return None
    file = _read_page(path, text, problems) if path.endswith(".md") else _read_data(path, text, problems)
    if file is not None and not file.metadata:
        problems.append(Problem(Place(path, 1), "metadata-missing", "there is no key with a value in the metadata.",
                                "Begin with a line such as title: A few words that name it."))
    return file


def _unreadable(path: str, error: OSError) -> Problem:
    return Problem(Place(path), "file-unreadable", f"the file cannot be read: {error.strerror}.",
                   "Give yourself permission to read it, or remove it.")


def _read_text(project: Path, path: str, problems: list[Problem]) -> str | None:
    try:
        raw = (project / path).read_bytes()
    except OSError as error:
        problems.append(_unreadable(path, error))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.append(Problem(Place(path, line), "file-encoding", "the file is not UTF-8 text.",
                                "Open it in your editor and save it with the encoding UTF-8."))
        return None
    return without_turns(text.replace("\r\n", "\n").replace("\r", "\n"), path, problems)


def _is_picture(project: Path, path: str, size: int, kind: str, problems: list[Problem]) -> bool:
    if size > IMAGE_BYTES:
        problems.append(_too_large(path, size, IMAGE_BYTES))
        return False
    try:
        with (project / path).open("rb") as file:
            measures = measure(file, kind)
    except OSError as error:
        problems.append(_unreadable(path, error))
        return False
    if measures is None:
        problems.append(Problem(Place(path), "file-type", f"this is not a {kind} picture.",
                                "Save the picture again in the format its name says, or rename it."))
        return False
    width, height = measures
    if width * height > IMAGE_PIXELS:
        problems.append(Problem(Place(path), "file-too-large",
                                f"the picture has {width:,} × {height:,} pixels; the limit is {IMAGE_PIXELS:,} in all.",
                                "Save it smaller; 2,000 pixels along the longer side are enough for a page."))
        return False
    return True


def _read_page(path: str, text: str, problems: list[Problem]) -> SourceFile | None:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        problems.append(Problem(Place(path, 1), "metadata-missing", "the page does not begin with metadata.",
                                "The first line is three hyphens, then title: and summary:, then three hyphens again."))
        return None
    for end, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            break
    else:
        problems.append(Problem(Place(path, 1), "metadata-unclosed", "the metadata has no end.",
                                "Put a line of three hyphens after the last key."))
        return None
    front = "\n".join(lines[1:end]) + "\n"
    if len(front.encode()) > METADATA_BYTES:
        problems.append(_too_large(path, len(front.encode()), METADATA_BYTES))
        return None
    found = len(problems)
    metadata, positions = parse_yaml(front, path, 1, problems)
    if any(problem.leaves_out for problem in problems[found:]):
        return None
    body = "\n".join(lines[end + 1:])
    if control := CONTROL_CHARACTER.search(body):
        line, column = line_and_column(body, control.start())
        problems.append(Problem(Place(path, line + end + 1, column), "file-encoding",
                                f"a control character stands here (number {ord(control[0])}).", "Delete the line and type it again."))
        return None
    return SourceFile(path, text, metadata, positions, body, end + 2)


def _read_data(path: str, text: str, problems: list[Problem]) -> SourceFile | None:
    found = len(problems)
    metadata, positions = parse_yaml(text, path, 0, problems)
    unusable = any(problem.leaves_out for problem in problems[found:])
    return None if unusable else SourceFile(path, text, metadata, positions)
