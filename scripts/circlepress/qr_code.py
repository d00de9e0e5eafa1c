"""An address as a QR code, drawn here as SVG: nothing is fetched, and nobody else learns which circle is advertised.

Error correction of level M (15 % may be lost), a quiet zone of four modules on all sides as ISO/IEC 18004 asks, black on white
whatever the page's colours, so that every telephone reads it, from a screen in the dark too.
"""

from __future__ import annotations

import io
from functools import lru_cache


@lru_cache(maxsize=256)
def qr_svg(address: str) -> str:
    """Return the SVG of a code that leads to `address`; it has a size only by its `viewBox` and is hidden from screen readers.

    Whoever shows it writes the address out beside it.
    """
    import segno

    code = segno.make_qr(address, error="m")
    path = io.BytesIO()
    code.save(path, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=0, svgclass=None, lineclass=None, nl=False)
    drawn = path.getvalue().decode("ascii")
    modules = code.symbol_size(border=0)[0]
    lines = drawn[drawn.index("<path"):drawn.index("</svg>")]
    side = modules + 8
    return (f'<svg class="cp-qr" viewBox="-4 -4 {side} {side}" shape-rendering="crispEdges" aria-hidden="true" focusable="false">'
            f'<path fill="#fff" d="M-4 -4h{side}v{side}h-{side}z"/>{lines}</svg>')
