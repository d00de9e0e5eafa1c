"""The MkDocs plugin: gives MkDocs the staged pages, sanitises what Markdown made, and hands templates the plan.

The press (`renderer.py`) uses it with one edition's plan. In the root `mkdocs.yml` it plans the whole handbook by
itself and leaves the languages to mkdocs-static-i18n: the preview that editors and hosts call by habit.
"""

from .mkdocs_plugin import CirclepressPlugin

__all__ = ["CirclepressPlugin"]
