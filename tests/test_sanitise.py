"""The last wall by itself: which HTML passes, which does not, and what is said of it."""

from __future__ import annotations

import pytest

from circlepress.markdown_extension import convert, slugify
from circlepress.sanitise import sanitise

PASSES = {
    "paragraph": "<p>a <strong>b</strong> <em>c</em> <code>d</code> <del>e</del> <ins>f</ins> <kbd>g</kbd> <q>h</q></p>",
    "signs": "<p>a &lt; b &amp; c &gt; d</p>",
    "headings": '<h2 id="first">a</h2><h3 id="a-2">b</h3><h4>c</h4><h5>d</h5><h6 id="x_1">e</h6>',
    "link": '<a href="../first/#begin" title="t">x</a>',
    "links elsewhere": '<a href="https://example.org/a?b=c&amp;d">x</a><a href="http://example.org">y</a>',
    "mail and telephone": '<a href="mailto:a@example.org">x</a><a href="tel:+4512345678">y</a>',
    "picture": '<img src="../../images/two-rings.png" alt="x" title="y" width="40" height="30">',
    "picture without words": '<img src="images/a.webp" alt="">',
    "table": '<table><caption>t</caption><thead><tr><th class="align-left" scope="col">a</th></tr></thead>'
             '<tbody><tr><td class="align-center" colspan="2">b</td></tr></tbody></table>',
    "task": '<ul class="task-list"><li class="task-list-item"><input type="checkbox" disabled="" checked=""> a</li></ul>',
    "footnote": '<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup><div class="footnote"><hr><ol><li id="fn:1">'
                '<p>a <a class="footnote-backref" href="#fnref:1" title="b">c</a></p></li></ol></div>',
    "footnote with a Nordic name": '<sup id="fnref2:kilde-å"><a class="footnote-ref" href="#fn:kilde-å">1</a></sup>',
    "admonition": '<div class="admonition note"><p class="admonition-title">a</p><p>b</p></div>',
    "folding box": '<details class="question"><summary>a</summary><p>b</p></details>',
    "open box": '<details class="tip" open="open"><summary>a</summary></details>',
    "abbreviation": '<p><abbr title="a &quot;b&quot; &lt;c&gt;">d</abbr></p>',
    "definitions": "<dl><dt>a</dt><dd>b</dd></dl>",
    "list that goes on": '<ol start="3"><li>a</li></ol>',
    "code": '<pre><code class="language-python">a &lt; b\n</code></pre><pre><code class="language-C++">x</code></pre>',
    "language of a part": '<p lang="sv">a <em lang="nb">b</em> <span lang="kl">c</span></p>',
    "lines": "<blockquote><p>a<br>b</p></blockquote><hr>",
}
"""HTML that our Markdown makes; it passes unchanged, and nothing is said."""

REMOVED = {
    "script": ("<p>a<script>alert(1)</script></p>", "<p>a</p>", ["<script>"]),
    "script in capitals": ("<SCRIPT SRC=//x></SCRIPT>", "", ["<script>"]),
    "style": ("<style>p { color: red }</style>a", "a", ["<style>"]),
    "drawing": ("<svg onload=alert(1)><circle></circle></svg>a", "a", ["<circle>", "<svg>"]),
    "formula": ("<math><mi>a</mi></math>b", "b", ["<math>", "<mi>"]),
    "frame": ('<iframe src="https://x"></iframe>a', "a", ["<iframe>"]),
    "form": ("<form action=x><button>a</button></form>", "a", ["<button>", "<form>"]),
    "title of the page": ("<h1>a</h1>", "a", ["<h1>"]),
    "handler": ('<p onclick="alert(1)">a</p>', "<p>a</p>", ["onclick on <p>"]),
    "handler on a picture": ('<img src="images/a.png" alt="" onerror="alert(1)">', '<img src="images/a.png" alt="">', ["onerror on <img>"]),
    "style attribute": ('<p style="color:red">a</p>', "<p>a</p>", ["style on <p>"]),
    "data": ('<p data-pagefind-body="">a</p>', "<p>a</p>", ["data-pagefind-body on <p>"]),
    "target": ('<a href="x" target="_blank" ping="https://x">a</a>', '<a href="x">a</a>', ["ping on <a>", "target on <a>"]),
    "title where none belongs": ('<p title="a">b</p>', "<p>b</p>", ["title on <p>"]),
    "class of the frame": ('<p class="cp-header note">a</p>', '<p class="note">a</p>', ["class on <p>"]),
    "only unknown classes": ('<p class="x">a</p>', "<p>a</p>", ["class on <p>"]),
    "class that ends a language": ('<code class="language-x&quot;y">a</code>', "<code>a</code>", ["class on <code>"]),
    "language that is none": ('<p lang="x y">a</p>', "<p>a</p>", ["lang on <p>"]),
    "id of the frame": ('<h2 id="cp-content">a</h2>', "<h2>a</h2>", ["id on <h2>"]),
    "id that scripts look up": ('<h2 id="__proto__">a</h2><h3 id="A">b</h3>', "<h2>a</h2><h3>b</h3>", ["id on <h2>", "id on <h3>"]),
    "id of something else": ('<p id="a">b</p><li id="a">c</li>', "<p>b</p><li>c</li>", ["id on <li>", "id on <p>"]),
    "field": ('<input type="text" name="a" value="b">', '<input type="checkbox">', ["name on <input>", "type on <input>", "value on <input>"]),
    "picture from elsewhere": ('<img src="https://x/a.png" alt="a">', '<img alt="a">', ["src on <img>"]),
    "picture without a scheme": ('<img src="//x/images/a.png" alt="a">', '<img alt="a">', ["src on <img>"]),
    "picture from another folder": ('<img src="../secret.png" alt="a">', '<img alt="a">', ["src on <img>"]),
    "picture that is data": ('<img src="data:image/svg+xml,x" alt="a">', '<img alt="a">', ["src on <img>"]),
    "several pictures": ('<img src="images/a.png" srcset="https://x" alt="a">', '<img src="images/a.png" alt="a">', ["srcset on <img>"]),
    "comment": ("<p>a<!-- b --></p>", "<p>a</p>", ["<!"]),
    "declaration": ("<![ a", "", ["<!"]),
    "CDATA": ("a<![CDATA[ b ]]>c", "ac", ["<!"]),
}
"""HTML, what is left of it, and what is said to be taken out."""

ADDRESSES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
    "\x01javascript:alert(1)", "javascript&colon;alert(1)", "&#106;avascript:alert(1)", "vbscript:x", "data:text/html,x",
    "file:///etc/passwd", "blob:x", "//example.org", "///example.org", "\\\\example.org", "/\\example.org", "https:example.org",
    "https:/example.org", "https:///example.org", "x y", "a\\b",
]
"""Addresses no link may have."""


@pytest.mark.parametrize("html", PASSES.values(), ids=PASSES.keys())
def test_what_our_markdown_makes_passes(html):
    """Elements and attributes of the dialect pass unchanged, and nothing is reported."""
    assert sanitise(html) == (html, [])


@pytest.mark.parametrize(("html", "left", "named"), REMOVED.values(), ids=REMOVED.keys())
def test_everything_else_is_taken_out_and_named(html, left, named):
    """What is not on the list goes, its text stays unless it is a script, and the report names each thing once."""
    assert sanitise(html) == (left, named)


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_that_are_not_for_readers_are_taken_out(address):
    """A link keeps its text and loses an address that could run something or hide where it leads; the report says so."""
    assert sanitise(f'<p><a href="{address}">x</a></p>') == ("<p><a>x</a></p>", ["href on <a>"])


@pytest.mark.parametrize("html", [*PASSES.values(), *(html for html, _, _ in REMOVED.values())])
def test_the_answer_is_final(html):
    """Sanitising what was sanitised changes nothing: there is no text that becomes harmful when it is read again."""
    clean, _ = sanitise(html)
    assert sanitise(clean) == (clean, [])


@pytest.mark.parametrize("heading", ["Begynd her", "1. Først", "2026", "CP-arbejde", "cp content", "...", "Æ ø å", "日本語", "__proto__",
                                     "Et ord til " * 20, "<b> & \"c\""])
def test_ids_made_from_headings_pass(heading):
    """A heading without an id of its own gets one that the sanitiser lets pass."""
    assert sanitise(f'<h2 id="{slugify(heading, "-")}">x</h2>')[1] == []


def test_the_dialect_and_the_wall_agree():
    """Every construct of our Markdown, in its plainest form, loses nothing on the way to the page."""
    text = ("## A {#a}\n\n## B\n\n## B\n\n| a | b |\n|:--|--:|\n| c | d |\n\n- [x] a\n- [ ] b\n\n1. [ ] c\n\nd[^1] e[^n]\n\n!!! note \"f\"\n    g\n\n"
            "??? tip \"h\"\n    i\n\n???+ danger \"j\"\n    k\n\nl\n:   m\n\n3. n\n\n```yaml\no: p\n```\n\n    q\n\n`<r>` <s> &copy; **t** *u*\n\n"
            "![v](../images/v.png){ width=20 } [w](x.md \"y\") <https://z.example> <mailto:a@b.example>\n\n> aa\n\n* * *\n\n"
            "bb  \ncc *dd*{ lang=sv }\n\n[TOC]\n\n[^1]: ee\n[^n]: ff\n\n*[bb]: gg\n")
    assert sanitise(convert(text))[1] == []


def test_the_same_html_gives_the_same_bytes():
    """The order of attributes does not change from one call to the next, so that builds can be compared."""
    html = "".join(PASSES.values())
    assert {sanitise(html)[0] for _ in range(50)} == {html}
