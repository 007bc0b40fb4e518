"""Small plots as inline SVG, made on the server: no script, no style attribute, colours from the style sheet by class.

Each plot is decoration for eyes; the table behind it holds the same figures for everybody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 720, 150
_TOP, _BOTTOM, _LEFT = 14, 22, 34
_GAP = 0.18
_ROW, _NAMES = 26, 150
_NICE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its figure, and a class of the style sheet that colours it."""

    name: str
    value: float
    shown: str = ""
    """The figure in words; the number itself when empty."""
    look: str = ""
    mark: str = ""
    """What stands under the bar on the axis; most bars have nothing."""

    @property
    def words(self) -> str:
        """The figure as people read it."""
        return self.shown or f"{self.value:g}"


def columns(title: str, bars: Sequence[Bar], *, top: float | None = None) -> Markup:
    """Upright bars side by side, for what changes over time. ``top`` fixes the end of the scale."""
    scale = top or _nice(max((bar.value for bar in bars), default=0))
    inner = _HEIGHT - _TOP - _BOTTOM
    width = (_WIDTH - _LEFT) / max(1, len(bars))
    parts = list(_grid(scale, inner))
    for place, bar in enumerate(bars):
        height = inner * min(1.0, bar.value / scale)
        x, y = _LEFT + (place + _GAP / 2) * width, _TOP + inner - height
        parts.append(_rect(x, y, width * (1 - _GAP), height, bar))
        if bar.mark:
            parts.append(_text(_LEFT + (place + 0.5) * width, _HEIGHT - 6, bar.mark, "middle"))
    return _svg(title, _WIDTH, _HEIGHT, parts)


def rows(title: str, bars: Sequence[Bar]) -> Markup:
    """Lying bars with their names before them, for parts of a whole."""
    scale = max((bar.value for bar in bars), default=0) or 1
    room = _WIDTH - _NAMES - 70
    parts: list[Markup] = []
    for place, bar in enumerate(bars):
        y, width = place * _ROW, room * bar.value / scale
        parts.extend(
            (
                _text(_NAMES - 8, y + 17, bar.name, "end"),
                _rect(_NAMES, y + 4, width, _ROW - 8, bar),
                _text(_NAMES + width + 6, y + 17, bar.words, "start"),
            )
        )
    return _svg(title, _WIDTH, max(_ROW, len(bars) * _ROW), parts)


def _grid(scale: float, inner: float) -> Iterator[Markup]:
    for share in (0.0, 0.5, 1.0):
        y = _TOP + inner * (1 - share)
        yield Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(_LEFT, _WIDTH, y, y)
        yield _text(_LEFT - 6, y + 4, f"{scale * share:g}", "end")


def _nice(most: float) -> float:
    """The end of a scale that people can halve in their heads: 2, 4, 10, 20, 40, 100 and so on."""
    size = 2.0
    step = 0
    while size < most:
        step += 1
        size = 2.0 * _NICE[step % 3] * 10 ** (step // 3)
    return size


def _rect(x: float, y: float, width: float, height: float, bar: Bar) -> Markup:
    shape = Markup('<rect class="bar {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2">').format(
        bar.look, x, y, max(0.0, width), max(0.0, height)
    )
    return shape + Markup("<title>{}: {}</title></rect>").format(bar.name, bar.words)


def _text(x: float, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, words)


def _svg(title: str, width: float, height: float, parts: Sequence[Markup]) -> Markup:
    head = Markup('<svg class="plot" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">').format(width, height, title)
    return head + Markup().join(escape(part) for part in parts) + Markup("</svg>")
