"""The plugin's hooks, in the order in which MkDocs calls them."""

from __future__ import annotations

import json
import logging
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import Files

from .. import page_clock, typesetting
from ..edition import TakeAway
from ..markdown_extension import EXTENSIONS, extension_configs
from ..problem import CirclepressError, Problem

log = get_plugin_logger(__name__)

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
    accessibility = config_options.Optional(config_options.Type(dict))


class CirclepressPlugin(BasePlugin[_Options]):
    """One instance serves one MkDocs build, in the preview one for each language in turn."""

    supports_multiple_instances = False

    def __init__(self) -> None:
        self.plan_by_language: dict[str, dict] = {}
        self.takeaways: tuple[TakeAway, ...] = ()
        """The preview's files besides its pages."""
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
        config.mdx_configs = extension_configs()
        config.validation.links.anchors = logging.DEBUG  # `check` judges them, and MkDocs does not see those in templates
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
            self.takeaways = planned.takeaways
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
    def on_env(self, env, config, files):
        """Escape everything a template prints (MkDocs does not), and teach templates to link."""
        return typesetting.teach(env, self._link)

    def _link(self, context, address: str) -> str:
        """Return what to write in href for an address."""
        here, there = context.get("here"), self._actual(address) if address.startswith("/") else address
        return typesetting.href(here, there, self._base_path(context) if here is None else "")

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
            return typesetting.plain_fence(markdown)
        return markdown

    @event_priority(-100)
    def on_page_content(self, content: str, page, config, files):
        page_clock.stop()
        clean, removed = typesetting.clean(content)
        if removed:
            self.problems.append(typesetting.taken_out(self.source_of(self._path_of(page)), removed))
        self.at_work = None
        return typesetting.dress(clean, self.current["site"]["words"])

    def on_page_context(self, context, page, config, nav):
        planned = self.current["pages"][self._path_of(page)]
        here = planned["address"]
        if self.is_preview:
            here = "/" + page.url if page.url not in ("", ".", "./") else "/"
        context.update(typesetting.page_values(self.current["site"], self.current["edition"], planned, here, page.content,
                                               lambda address: self._whole(config, address)))
        return context

    def on_post_page(self, output: str, page, config):
        self.problems += typesetting.outside_resources(output, self.source_of(self._path_of(page)))
        return output

    def on_template_context(self, context, template_name, config):
        context.update(typesetting.edition_values(self.current["site"], self.current["edition"], list(self.current["pages"].values()),
                                                  lambda address: self._whole(config, address)))
        return context

    def on_post_build(self, config):
        """Put the preview's take-aways where its pages link to; the press writes its own."""
        for file in self.takeaways:
            target = Path(config.site_dir) / self._actual(file.edition.address + file.name).lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.make())

    def _whole(self, config, address: str) -> str:
        return config.site_url.rstrip("/") + self._actual(address) if config.site_url else ""

