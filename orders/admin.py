"""The admin of orders: the desk itself in admin_orders.py, what lies on the shelf in admin_stock.py."""

from orders.admin_orders import OrderAdmin
from orders.admin_stock import OfferAdmin, PostageRateAdmin

__all__ = ["OfferAdmin", "OrderAdmin", "PostageRateAdmin"]
