"""Forgets who ordered, some months after an order was closed; `run_due` does the same by itself."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orders.erasing import anonymise, forgotten_open, kept_since, old_orders, wipe_journal


class Command(BaseCommand):
    help = "Makes orders anonymous that were sent or cancelled long enough ago, and says what it did."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument(
            "--months",
            type=int,
            default=settings.ORDERS_KEEP_MONTHS,
            help="how long an order keeps its name after it was closed (ORDERS_KEEP_MONTHS: %(default)s)",
        )

    def handle(self, *args, dry_run, months, **options):
        if months < 1:
            raise CommandError("One month at least: whoever ordered may still ask.")
        now = timezone.now()
        orders = list(old_orders(now, months))
        for order in orders:
            if not dry_run:
                anonymise(order)
            self.stdout.write(f"{order.reference}  closed on {timezone.localdate(order.closed_at)}")
        clean = dry_run or wipe_journal()
        what = "would be made anonymous" if dry_run else "made anonymous"
        self.stdout.write(f"{len(orders)} orders, closed before {kept_since(now, months):%Y-%m-%d}, {what}.")
        self.tell_open(now, months)
        if not clean:
            self.stdout.write("The journal of the database was in use: run_due empties it in a minute.")

    def tell_open(self, now, months):
        """Name the orders that are as old and keep their names because nobody closed them."""
        still_open = [order.reference for order in forgotten_open(now, months).order_by("pk")]
        if still_open:
            self.stdout.write(f"{len(still_open)} as old are still open, send or cancel them: {', '.join(still_open)}")
