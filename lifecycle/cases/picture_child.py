"""`python -m lifecycle.cases.picture_child`: draws an untrusted picture anew as PNG, under hard limits, without Django.

The order of groups.sheets.limited: {"folder": a private folder with `sent.KIND`, "kind"}. Leaves `drawn.png`. Only what
can be seen comes through: no metadata, no second frame, nothing behind the end of the picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typst

from groups.sheets.limited import serve
from groups.sheets.limits import Limits
from groups.sheets.refusal import FileRefused

WIDTH = 720  # pixels of the new picture
PAGE = """
#set page(width: %(width)spt, height: auto, margin: 0pt, fill: white)
#context {
  let size = measure(image("sent.%(kind)s"))
  assert(size.height < 3 * size.width and size.width < 3 * size.height, message: "shape")
}
#image("sent.%(kind)s", width: 100%%)
"""


def draw(order: dict[str, Any], limits: Limits) -> None:
    folder = Path(order["folder"])
    page = folder / "page.typ"
    page.write_text(PAGE % {"width": WIDTH, "kind": order["kind"]}, encoding="utf-8")
    try:
        drawn = typst.compile(page, root=folder, format="png", ppi=72, ignore_system_fonts=True)
    except typst.TypstError:
        raise FileRefused("unreadable") from None
    if not isinstance(drawn, bytes):  # several pages
        raise FileRefused("unreadable")
    (folder / "drawn.png").write_bytes(drawn)


if __name__ == "__main__":
    serve(draw)
