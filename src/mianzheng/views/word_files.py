"""What all our Word documents have in common: Chinese text in Chinese fonts, Latin letters and digits in their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document

BODY_FONT, TITLE_FONT, LATIN_FONT = "仿宋", "黑体", "Times New Roman"


def in_chinese(document: Document, size: float) -> None:
    """Set fonts and language of the text; `size` in points.

    The language makes programs without these fonts take simplified shapes: else commas stand in the middle of the line.
    """
    from docx.oxml.ns import qn  # loaded for documents only

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for name, font in (("Normal", BODY_FONT), ("Heading 1", TITLE_FONT), ("Heading 2", TITLE_FONT)):
        _set(document, name, font, {"Normal": size, "Heading 1": 15, "Heading 2": 12}[name])


def _set(document: Document, name: str, font: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style = document.styles[name]
    style.font.name, style.font.size = LATIN_FONT, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme's font would win
    fonts.set(qn("w:eastAsia"), font)
