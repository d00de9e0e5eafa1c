"""What readers type, from `tests/cases/search/*.yml`, and what the dialog of a built site finds."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import yaml

CASES = Path(__file__).parent.parent / "cases/search"

_FIND = """async ([queries, filters, wide]) => {
  const search = await import("/assets/search.js");
  const answers = [];
  for (const query of queries) {
    const { results } = await search.find(query, filters, wide);
    answers.push(await Promise.all(results.map(async ({ result, about }) => {
      const page = await result.data();
      return { address: page.url, excerpt: search.excerpt(page, query).textContent, all: page.raw_content, kind: about };
    })));
  }
  return answers;
}"""


def cases() -> Iterator[tuple[str, dict]]:
    """Return pairs of a reader's language and a case: `query`, `first` or `found`, `why`."""
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield path.stem, case


def find(page, queries: list[str], filters: dict | None = None, *, wide: bool = False) -> list[list[dict]]:
    """Return what the dialog of an opened page finds for each query, best first."""
    return page.evaluate(_FIND, [queries, filters or {}, wide])


def short(address: str, language: str) -> str:
    """Return an address as the cases name it: `guides/welcome`, `glossary#term`, `circles/small`, `index`."""
    name = address.strip("/").removeprefix(f"{language}/").replace("/#term-", "#")
    return "/".join(name.split("/")[:2]) if name.startswith("circles/") else "index" if name == language else name


def indexed(folder: Path) -> list[dict]:
    """Return what an index shows of its pages: `url`, `content`, `meta`, and `filters` as the dialog has them."""
    filters = json.loads((folder / "filters.json").read_bytes())
    return [json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd")) | {"filters": filters.get(path.stem, {})}
            for path in sorted((folder / "fragment").glob("*.pf_fragment"))]
