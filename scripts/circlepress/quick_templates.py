"""Jinja, told what our templates get: the same output, with fewer calls on the way.

Nearly all that a template of ours looks into is a plain map, and nearly all that it prints is a plain text. Jinja asks a function
for each of these; here its compiler writes the look into the map where it is needed, and escaping makes no object that
is thrown away at once. Whatever is anything else takes Jinja's own way. `tests/test_quick_templates.py` compares.
"""

from __future__ import annotations

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, _escape_inner, escape  # the second is what `escape` makes a `Markup` of

_MAP_METHODS = frozenset(dir(dict))
_MARKUP = Markup


def escaped(value: object) -> str:
    """Return a value as it stands in HTML, as `markupsafe.escape` does, but that a text stays a plain one."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    return value if kind is _MARKUP else escape(value)


def quicken(environment: jinja2.Environment) -> jinja2.Environment:
    """Let an environment compile its templates this way; return it."""
    environment.code_generator_class = _Generator
    return environment


class _Generator(CodeGenerator):
    """Jinja's compiler, but for three things that our templates do most."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # Jinja's name, as are those below
        self.writeline("from circlepress.quick_templates import escaped")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if finalize.src is None and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if node.attr in _MAP_METHODS:
            super().visit_Getattr(node, frame)
        else:
            self._look(node.node, node.attr, "environment.getattr", frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            self._look(node.node, node.arg.value, "environment.getitem", frame)
        else:
            super().visit_Getitem(node, frame)

    def _look(self, inside: nodes.Expr, key: str, otherwise: str, frame: Frame) -> None:
        """Write a look for `key` into a map; anything else is given to the function that Jinja asks."""
        self.write(f"(_map[{key!r}] if type(_map := ")
        self.visit(inside, frame)
        self.write(f") is dict and {key!r} in _map else {otherwise}(_map, {key!r}))")
