"""Texts with holes: what a persona says and gives to functions, before it is known what fills them."""

from trio_live.emulator._templates._formats import FORMATS, NUMBERS
from trio_live.emulator._templates._template import (
    fill_known,
    fill_whole,
    holes,
    only_hole,
    unfilled_holes,
    unknown_formats,
)

__all__ = [
    "FORMATS",
    "NUMBERS",
    "fill_known",
    "fill_whole",
    "holes",
    "only_hole",
    "unfilled_holes",
    "unknown_formats",
]
