"""Where our own seats stand on a line of years: numbers for the `timeline` component, as text ready to print."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from content.partial_dates import PartialDate

FIRST_YEAR = 1989  # CIRÉ's oldest seat; an older one moves the start of the line
LEFT, NOW = 2.4, 93.36  # percent of the width: room for a post before, for an arrow after
TOP, ROW = 2.3, 3.5  # em
UNKNOWN_YEARS = 4  # how long the stub is where neither the seat's start nor the foundation is known


@dataclass
class Row:
    """One seat: a bar from its start to its end."""

    name: str
    lang: str
    href: str
    when: str
    role: str
    role_text: str
    to_be_confirmed: bool
    start: float
    y: str = ""
    segments: list = field(default_factory=list)
    post_x: str = ""
    open_ended: bool = True
    end_x: str = ""
    label_x: str = ""

    @property
    def aria_label(self):
        """Everything that the bar shows, in one sentence."""
        words = _("%(name)s: %(role)s, %(when)s") % {"name": self.name, "role": self.role_text, "when": self.when}
        return f"{words} ({_('to be confirmed')})" if self.to_be_confirmed else words


@dataclass
class Timeline:
    """The whole drawing; `height` in em, x in percent."""

    rows: list
    ticks: list
    height: str
    now_x: str
    now_text: str
    first_year: int
    last_year: int


class Scale:
    """Years to percent of the width."""

    def __init__(self, first, now):
        self.first, self.now = first, now

    def x(self, year):
        share = (year - self.first) / max(self.now - self.first, 1)
        return f"{LEFT + min(max(share, 0), 1) * (NOW - LEFT):.2f}"


def make_timeline(bodies, today=None):
    """Return the Timeline of our seats in `bodies` (networks and groups with `our_seats`), None where there are none.

    Oldest first. Where the start of a seat is not known, its bar is broken and begins where the body was founded.
    """
    pairs = [(body, seat) for body in bodies for seat in body.our_seats]
    if not pairs:
        return None
    today = today or PartialDate.today()
    starts = [_start(body, seat) for body, seat in pairs]
    scale = Scale(min([FIRST_YEAR, *(int(start) for start in starts if start)]), today.as_year)
    ordered = sorted(
        zip(pairs, starts, strict=True),
        key=lambda entry: (entry[1] is None, entry[1] or 0, entry[0][0].shown.title_key),
    )
    rows = [_row(body, seat, start, scale, number) for number, ((body, seat), start) in enumerate(ordered)]
    decades = range(scale.first + (-scale.first) % 10, int(today.as_year) - 2, 10)
    return Timeline(
        rows=rows,
        ticks=[
            {"x": scale.x(year), "text": str(year), "anchor": "start" if year - scale.first < 3 else "middle"}
            for year in decades
        ],
        height=f"{TOP + ROW * len(rows) + 0.3:.1f}",
        now_x=scale.x(today.as_year),
        now_text=str(today.year),
        first_year=scale.first,
        last_year=today.year,
    )


def _start(body, seat):
    """The year where the bar begins: that of the seat, else of the body; None where neither is known."""
    if seat.since and not seat.since_or_before:
        return seat.since.as_year
    founded = body.founded.as_year
    return min((year for year in (founded, seat.since.as_year) if year), default=None)


def _row(body, seat, start, scale, number):
    row = Row(
        name=body.shown.heading,
        lang=body.shown.heading_lang,
        href=body.get_absolute_url(),
        when=seat.when,
        role=seat.role,
        role_text=seat.role_text,
        to_be_confirmed=seat.to_be_confirmed,
        start=start or scale.now - UNKNOWN_YEARS,
        y=f"{TOP + ROW * number:.1f}",
        open_ended=seat.is_current,
        label_x=f"{NOW:.2f}",
    )
    begin = scale.x(row.start)
    # An end within 2018 is drawn at the end of 2018.
    row.end_x = scale.x(scale.now if seat.is_current or not seat.until else min(_end(seat.until), scale.now))
    known = bool(seat.since) and not seat.since_or_before
    if known:
        row.post_x = begin
        row.segments = [{"x1": begin, "x2": row.end_x, "unknown": seat.ended}]
    elif seat.since:
        certain = scale.x(seat.since.as_year)
        row.segments = [
            {"x1": begin, "x2": certain, "unknown": True},
            {"x1": certain, "x2": row.end_x, "unknown": seat.ended},
        ]
    else:
        row.segments = [{"x1": begin, "x2": row.end_x, "unknown": True}]
    return row


def _end(until):
    """The year at which a partial date is over: 2018 gives 2019.0."""
    return until.as_year + {4: 1, 7: 1 / 12, 10: 1 / 372}[len(until)]
