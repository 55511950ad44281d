"""Charts as SVG, drawn by the server: no script, and a reader hears its title; the numbers stand in a table beside."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from journal.services.reports.document import Chart
from journal.web import show
from journal.web.documents.words import text_of

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760, 220, 40, 26, 46
INKS = ("#3d38a8", "#c47a00", "#12683f")
"""For prints; on a page the theme's own colours go before them."""
LONGEST_LABEL = 14
PRINTED_FONT = "Libertinus Serif"
"""The font that Typst brings along; a page sets its own."""


def svg(chart: Chart) -> Markup:
    """One picture."""
    parts = [*_grid(chart), *(_bars(chart) if chart.kind == "bars" else _lines(chart)), *_labels(chart), *_legend(chart)]
    title = escape(text_of(chart.title))
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{title}">'
        f"<title>{title}</title>{''.join(parts)}</svg>"
    )


def _y(chart: Chart, value: float) -> float:
    return round(HEIGHT - BOTTOM - (value - chart.lowest) / (chart.highest - chart.lowest) * (HEIGHT - TOP - BOTTOM), 1)


def _x(chart: Chart, index: int) -> float:
    return round(LEFT + (index + 0.5) * (WIDTH - LEFT - 8) / max(1, len(chart.labels)), 1)


def _grid(chart: Chart) -> Iterator[str]:
    for part in range(5):
        value = chart.lowest + (chart.highest - chart.lowest) * part / 4
        y = _y(chart, value)
        yield f'<path class="ax" d="M{LEFT} {y}H{WIDTH - 8}" stroke="#b4bfd5" fill="none"/>'
        yield _text(LEFT - 6, y + 4, show.decimal(value, 0 if chart.highest >= 8 or chart.lowest else 1), "end")


def _bars(chart: Chart) -> Iterator[str]:
    room = (WIDTH - LEFT - 8) / max(1, len(chart.labels))
    width = round(min(34, room * 0.7) / len(chart.series), 1)
    for number, series in enumerate(chart.series):
        for index, value in enumerate(series.values):
            if value is None:
                continue
            x, y = (
                round(_x(chart, index) - width * len(chart.series) / 2 + width * number, 1),
                _y(chart, min(value, chart.highest)),
            )
            height = round(HEIGHT - BOTTOM - y, 1)
            ink = INKS[number % 3]
            yield f'<rect class="b{number % 3}" x="{x}" y="{y}" width="{width}" height="{height}" rx="2" fill="{ink}"/>'
            if room > 26:
                yield _text(round(x + width / 2, 1), y - 5, _short(value), "middle", "v")


def _lines(chart: Chart) -> Iterator[str]:
    for number, series in enumerate(chart.series):
        points = [(_x(chart, n), _y(chart, value), value) for n, value in enumerate(series.values) if value is not None]
        ink = INKS[number % 3]
        path = "L".join(f"{x} {y}" for x, y, _ in points)
        if len(points) > 1:
            yield f'<path class="l{number % 3}" d="M{path}" fill="none" stroke="{ink}" stroke-width="2.5"/>'
        for x, y, value in points:
            yield f'<circle class="b{number % 3}" cx="{x}" cy="{y}" r="5" fill="{ink}"/>'
            yield _text(x, y - 10, _short(value), "middle", "v")


def _labels(chart: Chart) -> Iterator[str]:
    """Every label, or every second where they would touch."""
    step = max(1, -(-len(chart.labels) * 46 // (WIDTH - LEFT)))
    for index, label in enumerate(chart.labels):
        if index % step == 0:
            full = text_of(label)
            text = full if len(full) <= LONGEST_LABEL else f"{full[: LONGEST_LABEL - 1]}…"
            turned = len(chart.labels) > 8 and any(len(text_of(one)) > 5 for one in chart.labels)
            x, y = _x(chart, index), HEIGHT - BOTTOM + 14
            spin = f' transform="rotate(-28 {x} {y})"' if turned else ""
            yield _text(x, y, text, "end" if turned else "middle", "", spin)


def _legend(chart: Chart) -> Iterator[str]:
    if len(chart.series) < 2:
        return
    x = LEFT
    for number, series in enumerate(chart.series):
        name = text_of(series.label)
        yield f'<rect class="b{number % 3}" x="{x}" y="2" width="12" height="12" rx="2" fill="{INKS[number % 3]}"/>'
        yield _text(x + 18, 12, name, "start")
        x += 40 + 8 * len(name)


def _text(x: float, y: float, text: str, anchor: str, css: str = "", more: str = "") -> str:
    kind = f' class="{css}"' if css else ""
    look = f'font-size="12" font-family="{PRINTED_FONT}" fill="#1b2140"'
    return f'<text{kind} x="{x}" y="{round(y, 1)}" text-anchor="{anchor}" {look}{more}>{escape(text)}</text>'


def _short(value: float) -> str:
    return show.decimal(value, 0 if value >= 10 or value == int(value) else 1)


def spark(values: Sequence[float | None], label: str) -> Markup:
    """A small line without axes: how a figure went."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    low, high = min(known), max(known)
    step = 100 / (len(known) - 1)
    points = [(round(n * step, 1), round(22 - 20 * (value - low) / ((high - low) or 1), 1)) for n, value in enumerate(known)]
    path = "L".join(f"{x} {y}" for x, y in points)
    return Markup(
        f'<svg viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">'
        f'<path class="spark-a" d="M{path}L100 24L0 24Z"/><path class="spark" d="M{path}"/></svg>'
    )


def dots(values: Sequence[tuple[str, int | None]], threshold: int, label: str) -> Markup:
    """Shares by name against a threshold, in per cent; those below stand out by shape too."""
    shown = [(name, value) for name, value in values if value is not None]
    if not shown:
        return Markup("")
    floor = max(0, min([value for _, value in shown] + [threshold]) // 10 * 10 - 10)
    height, left = 150, 34

    def y(value: float) -> float:
        return round(118 - (value - floor) / (100 - floor) * 102, 1)

    parts = [
        f'<path class="ax" d="M{left} {y(value)}H752"/>' + _dot_text(26, y(value) + 4, str(value), "end")
        for value in range(floor, 101, 10 if floor >= 50 else 20)
    ]
    parts.append(f'<path class="th" d="M{left} {y(threshold)}H752"/>')
    step = (752 - left) / len(shown)
    for n, (name, value) in enumerate(shown):
        x = round(left + (n + 0.5) * step, 1)
        low = value < threshold
        mark = (
            f'<rect class="lo" x="{x - 5}" y="{y(value) - 5}" width="10" height="10"/>'
            if low
            else f'<circle class="b" cx="{x}" cy="{y(value)}" r="5.5"/>'
        )
        parts.append(f'<path class="st" d="M{x} 118V{y(value)}"/>{mark}')
        parts.append(_dot_text(x + 9, y(value) + 4, str(value), "start", "v") + _dot_text(x, 138, name, "middle"))
    return Markup(
        f'<svg class="barsv" viewBox="0 0 760 {height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _dot_text(x: float, y: float, text: str, anchor: str, css: str = "") -> str:
    kind = f' class="{css}"' if css else ""
    return f'<text{kind} x="{round(x, 1)}" y="{round(y, 1)}" text-anchor="{anchor}">{escape(text)}</text>'
