"""What goes onto paper about orders: the list for whoever goes to the shelf, the labels, the slip in each parcel."""

from collections import defaultdict
from dataclasses import dataclass, field

from content.folding import sort_key
from orders.models import Delivery, MovementKind

#: A sheet of labels: A4, 70 × 37 mm each.
ACROSS, DOWN = 3, 8
LABELS_ON_SHEET = ACROSS * DOWN
#: The sizes of a label's letters, largest first: (name, letters that fit into a line, lines that fit).
LABEL_SIZES = (("large", 26, 5), ("medium", 32, 6), ("small", 42, 8), ("tiny", 54, 12))


# --- The pick list -----------------------------------------------------------------------------------------------


@dataclass
class Pick:
    """One title to take from the shelf: how many copies, and for which orders."""

    line: object
    copies: int = 0
    orders: list = field(default_factory=list)  # [(order, copies)]

    @property
    def lacks(self):
        """How many copies there are too few of on the shelf."""
        return max(0, self.copies - self.line.offer.on_hand)


def pick_list(orders):
    """Return the Picks of what is still to be sent of some orders, in the order of their titles.

    `orders`: with `lines` and their `offer` fetched.
    """
    picks = {}
    for order in orders:
        for line in order.lines.all():
            if line.to_send:
                pick = picks.setdefault(line.offer_id, Pick(line))
                pick.copies += line.to_send
                pick.orders.append((order, line.to_send))
    return sorted(picks.values(), key=lambda pick: (sort_key(pick.line.title), pick.line.offer_id))


# --- Labels ------------------------------------------------------------------------------------------------------


@dataclass
class Label:
    """An address on a label; without lines it is a place left blank."""

    lines: list = field(default_factory=list)
    reference: str = ""

    @property
    def size(self):
        """The largest letters with which the address fits."""
        for name, letters, lines in LABEL_SIZES:
            if sum(-(-len(line) // letters) for line in self.lines) <= lines:
                return name
        return LABEL_SIZES[-1][0]


def label_sheets(orders, used=0):
    """Return sheets of labels, each a list of rows, for the orders that are posted.

    `used`: how many labels of the first sheet are gone already.
    """
    labels = [Label() for _number in range(used)]
    labels += [Label(order.contact.address_lines, order.reference) for order in orders if goes_by_post(order)]
    labels += [Label() for _number in range(-len(labels) % LABELS_ON_SHEET)]
    rows = [labels[start : start + ACROSS] for start in range(0, len(labels), ACROSS)]
    return [rows[start : start + DOWN] for start in range(0, len(rows), DOWN)]


def goes_by_post(order):
    return order.delivery == Delivery.POST and order.contact is not None


# --- Packing slips -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SlipLine:
    """A title on a packing slip: how many copies are in this parcel, came before, and are still to come."""

    line: object
    now: int
    before: int
    later: int


@dataclass(frozen=True)
class Slip:
    """What lies in one parcel."""

    order: object
    lines: list
    #: When it left; None for a parcel that is being packed.
    sent_at: object = None

    @property
    def has_more_to_come(self):
        return any(line.later for line in self.lines)

    @property
    def shows_before(self):
        return any(line.before for line in self.lines)


def slip_to_pack(order, copies=None):
    """Return the slip of the parcel that is being packed, with all that is still to be sent.

    `copies`: {primary key of a line: copies}, where only a part is packed.
    """
    lines = []
    for line in order.lines.all():
        now = line.to_send if copies is None else min(copies.get(line.pk, 0), line.to_send)
        lines.append(SlipLine(line, now, line.sent, line.to_send - now))
    return Slip(order, in_parcel_first(lines))


def slip_of_parcel(change):
    """Return the slip of a parcel that left, by the StatusChange that came with it."""
    order = change.order
    here, before = defaultdict(int), defaultdict(int)
    # The movements of a parcel are written just before its change, in the same transaction.
    previous = order.changes.filter(at__lt=change.at).last()
    for movement in order.movements.filter(kind=MovementKind.SENT, at__lte=change.at):
        belongs = previous is None or movement.at > previous.at
        (here if belongs else before)[movement.offer_id] -= movement.on_hand
    lines = []
    for line in order.lines.all():
        now, came = here[line.offer_id], before[line.offer_id]
        lines.append(SlipLine(line, now, came, line.copies - line.dropped - now - came))
    return Slip(order, in_parcel_first(lines), change.at)


def in_parcel_first(lines):
    """Return the lines of a slip with what is not in the parcel at the end."""
    return sorted(lines, key=lambda line: not line.now)
