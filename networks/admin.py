"""The admin of networks."""

from django.contrib import admin

from networks.models import Network, NetworkFigure, NetworkMembership
from organisations.admin import BodyFigureInline, CollectiveAdmin, SeatInline


class NetworkSeatInline(SeatInline):
    model = NetworkMembership


class NetworkFigureInline(BodyFigureInline):
    model = NetworkFigure


@admin.register(Network)
class NetworkAdmin(CollectiveAdmin):
    inlines = (NetworkSeatInline, NetworkFigureInline)
