"""The admin of groups."""

from django.contrib import admin

from groups.models import Group, GroupFigure, GroupMembership
from organisations.admin import BodyFigureInline, CollectiveAdmin, SeatInline


class GroupSeatInline(SeatInline):
    model = GroupMembership


class GroupFigureInline(BodyFigureInline):
    model = GroupFigure


@admin.register(Group)
class GroupAdmin(CollectiveAdmin):
    inlines = (GroupSeatInline, GroupFigureInline)
