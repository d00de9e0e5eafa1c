"""The plugin's hooks, in the order in which MkDocs calls them."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import Files

from .. import page_clock
from ..markdown_extension import EXTENSIONS, extension_configs
from ..problem import CirclepressError, Place, Problem
from ..sanitise import sanitise
from ..views.common import relative

log = get_plugin_logger(__name__)

_CHECKBOX = re.compile(r'(<li[^>]*class="task-list-item"[^>]*>(?:\s*<p>)?)\s*(<input [^>]*?)/?>(.*?)(?=</p>|</li>|<ul|<ol)', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_FETCHED = re.compile(
    r"""<(?:(?:script|img|iframe|source|video|audio|embed|input|track)\b[^>]*?\s(?:src|srcset|poster)|object\b[^>]*?\sdata"""
    r"""|link\b(?![^>]*\srel="?(?:canonical|alternate|license)\b)[^>]*?\shref)\s*=\s*["']?((?:https?:)?//[^\s"'>]+)""", re.IGNORECASE)
"""What a browser would load by itself from another host; links for readers to follow are not meant."""
PREVIEW_FOLDER = ".circlepress/preview"


class _Options(Config):
    # what the press gives
    plan = config_options.Optional(config_options.Type(str))
    set_aside = config_options.Type(list, default=[])
    theme_folders = config_options.Type(list, default=[])
    # what maintainers write in the root mkdocs.yml; `read.py` reads and checks it
    fallback = config_options.Optional(config_options.Type(dict))
    publisher = config_options.Optional(config_options.Type(str))
    publisher_address = config_options.Optional(config_options.Type(str))
    contact = config_options.Optional(config_options.Type(str))
    licence = config_options.Optional(config_options.Type(str))
    repository = config_options.Optional(config_options.Type(str))


class CirclepressPlugin(BasePlugin[_Options]):
    """One instance serves one MkDocs build, in the preview one for each language in turn."""

    supports_multiple_instances = False

    def __init__(self) -> None:
        self.plan_by_language: dict[str, dict] = {}
        self.default_language = ""
        self.current: dict = {}
        self.problems: list[Problem] = []
        self.at_work: str | None = None
        """The staged path of the page whose text is being converted, for `renderer.py`; `None` outside that."""
        self.theme_folders: list[str] = []

    @property
    def is_preview(self) -> bool:
        return not self.config.plan

    def source_of(self, path: str) -> str:
        """Return the project file that a staged page came from."""
        return self.current.get("pages", {}).get(path, {}).get("source") or path

    def not_written(self, output: Path) -> list[str]:
        """Return the addresses of planned pages that are not in the finished folder."""
        home = self.current["edition"]["address"]
        return [page["address"] for page in self.current["pages"].values()
                if not (output / page["address"].removeprefix(home) / "index.html").is_file()]

    # --- configuration -------------------------------------------------------------------------------------------

    @event_priority(100)  # before static-i18n
    def on_config(self, config):
        if self.is_preview:
            self._plan_preview(config)
        elif not self.current:
            self.current = json.loads(Path(self.config.plan).read_text("utf-8"))
            self.theme_folders = list(self.config.theme_folders)
        config.markdown_extensions = list(EXTENSIONS)
        config.mdx_configs = extension_configs(self.current["site"]["words"]["footnote.back"])
        return config

    def on_pre_build(self, config):
        """Put our templates first; static-i18n has added its own sitemap by now."""
        for folder in reversed(self.theme_folders):
            if folder in config.theme.dirs:
                config.theme.dirs.remove(folder)
            config.theme.dirs.insert(0, folder)

    def _plan_preview(self, config) -> None:
        from .. import pipeline, staging
        from ..theme import theme_folders

        project = Path(config.config_file_path).resolve().parent
        i18n = config.plugins.get("i18n")
        if i18n is None:
            raise PluginError("circlepress needs the plugin i18n (mkdocs-static-i18n) in mkdocs.yml; see README.md.")
        if not self.plan_by_language:
            try:
                planned = pipeline.plan_preview(project, date.today())
            except CirclepressError as error:
                raise PluginError(str(error)) from None
            for problem in planned.problems:  # only the handbook's own errors make --strict fail
                in_handbook = problem.is_error and not problem.place.path.startswith("circles/")
                (log.error if in_handbook else log.info)("%s: [%s] %s %s", problem.place, problem.code, problem.message, problem.hint)
            folder = project / PREVIEW_FOLDER
            for plan in planned.plans:
                staging.stage(plan, project, folder / "plans" / plan.edition.language, pages_below=f"../../docs/{plan.edition.language}")
                self.plan_by_language[plan.edition.language] = json.loads(staging.plan_as_json(plan))
            config.docs_dir = str(folder / "docs")
            config.watch = [*config.watch, *(str(project / name) for name in ("docs", "circles") if (project / name).is_dir())]
            self.theme_folders = [str(folder) for folder in theme_folders(project, planned.custom_dir)]
            self.default_language = i18n.default_language
        self.current = self.plan_by_language[i18n.current_language or i18n.default_language]

    # --- files and templates -------------------------------------------------------------------------------------

    def on_files(self, files: Files, config):
        """Leave out Material's own files; our templates need none of them. The press shares assets by itself."""
        own = tuple(self.theme_folders)
        kept = []
        for file in files:
            from_docs = file.src_dir == config.docs_dir
            from_own_assets = self.is_preview and file.src_uri.startswith("assets/") and str(file.abs_src_path).startswith(own)
            if from_docs or from_own_assets:
                kept.append(file)
        return Files(kept)

    @event_priority(-200)
    def on_env(self, env: jinja2.Environment, config, files):
        """Escape everything a template prints (MkDocs does not), and teach templates to link."""
        env.autoescape = True
        env.undefined = jinja2.StrictUndefined
        env.filters["link"] = self._link
        env.tests["outside"] = lambda address: not str(address).startswith("/")
        return env

    @jinja2.pass_context
    def _link(self, context, address: str) -> str:
        """Return what to write in href for an address: relative to the page, or whole on a page without a place."""
        if not address.startswith("/"):
            return address
        here = context.get("here")
        there = self._actual(address)
        if here is None or not there.startswith("/"):
            return there if not there.startswith("/") else self._base_path(context) + there
        return relative(here, there)

    def _base_path(self, context) -> str:
        return urlsplit(context["config"].site_url or "").path.rstrip("/")

    def _actual(self, address: str) -> str:
        """In the preview static-i18n puts one language at the root, and there are no microsites."""
        if not self.is_preview:
            return address
        own = f"/{self.default_language}/"
        if address.startswith(own):
            return "/" + address.removeprefix(own)
        return address

    # --- pages ---------------------------------------------------------------------------------------------------

    def _path_of(self, page) -> str:
        path = page.file.src_uri
        return path.partition("/")[2] if self.is_preview else path

    @event_priority(100)
    def on_page_markdown(self, markdown: str, page, config, files):
        path = self.at_work = self._path_of(page)
        if not self.is_preview:
            page_clock.start()
        planned = self.current["pages"][path]
        page.meta = {"title": planned["title"], "template": planned["template"]}
        if path in self.config.set_aside:
            fence = "~" * (max(map(len, re.findall("~+", markdown)), default=3) + 1)
            return f"{fence}\n{markdown}\n{fence}\n"
        return markdown

    @event_priority(-100)
    def on_page_content(self, content: str, page, config, files):
        page_clock.stop()
        clean, removed = sanitise(content)
        path = self._path_of(page)
        if removed:
            self.problems.append(Problem(
                Place(self.source_of(path)), "removed-by-sanitiser", f"taken out of the page because it could do harm: {', '.join(removed)}.",
                "Write it in plain Markdown."))
        self.at_work = None
        return _wrap_tables(_CHECKBOX.sub(_name_checkbox, clean), self.current["site"]["words"]["page.table"])

    def on_page_context(self, context, page, config, nav):
        path = self._path_of(page)
        planned = self.current["pages"][path]
        here = "/" + page.url if page.url not in ("", ".", "./") else "/"
        if not self.is_preview:
            here = planned["address"]
        context.update(site=self.current["site"], planned=planned, view=planned["view"], here=here,
                       words=self.current["site"]["words"], body=jinja2.filters.Markup(page.content), edition=self.current["edition"],
                       canonical=self._whole(config, planned["canonical"]),
                       alternates={language: self._whole(config, address) for language, address in planned["alternates"].items()},
                       search=self.current["site"]["search"])
        return context

    def on_post_page(self, output: str, page, config):
        """Name whatever a page would fetch from another host: a theme of a project's own can do that, content cannot."""
        outside = sorted({match[1] for match in _FETCHED.finditer(output)})
        if outside:
            self.problems.append(Problem(
                Place(self.source_of(self._path_of(page))), "outside-resource", f"the finished page fetches {', '.join(outside)}.",
                "Put a copy in overrides/assets/ and use that; readers' addresses are nobody else's business."))
        return output

    def on_template_context(self, context, template_name, config):
        pages = self.current["pages"].values()
        context.update(site=self.current["site"], words=self.current["site"]["words"], here=None, planned=None, view={}, canonical="",
                       alternates={}, edition=self.current["edition"], search=False, body="",
                       sitemap=[{"address": self._whole(config, p["canonical"]),
                                 "alternates": {language: self._whole(config, a) for language, a in p["alternates"].items()}}
                                for p in pages if p["canonical"] == p["address"]],
                       sitemaps=[self._whole(config, f"{address}sitemap.xml") for address in self.current["site"]["sitemaps"]])
        return context

    def _whole(self, config, address: str) -> str:
        return config.site_url.rstrip("/") + self._actual(address) if config.site_url else ""


def _name_checkbox(match: re.Match) -> str:
    """Give a task list's box the name that a screen reader says: the text beside it (WCAG 4.1.2)."""
    name = html.escape(html.unescape(_TAG.sub("", match[3])).strip(), quote=True)
    return f'{match[1]}{match[2].rstrip()} aria-label="{name}">{match[3]}'


def _wrap_tables(content: str, name: str) -> str:
    """Let a wide table scroll by itself on a narrow screen, with the keyboard too (WCAG 1.4.10, 2.1.1)."""
    opening = f'<div class="cp-scroll" role="region" tabindex="0" aria-label="{html.escape(name, quote=True)}"><table>'
    return content.replace("<table>", opening).replace("</table>", "</table></div>")
