"""The shape of each kind of object in the API; the same in a list, alone, and in the open-data download."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from addresses.checking import CheckState
from addresses.hours import Weekday
from addresses.models import Access, Audience, Cost, HoursKind, Known, Papers, Situation
from api.fields import (
    ChoiceField,
    FileSerializer,
    LanguagesField,
    PartialDateField,
    PictureSerializer,
    TextField,
    WordsField,
    absolute,
)
from api.texts import ContentSerializer, ReferenceSerializer, TextSerializer, texts
from content.languages import CODES
from glossary.models import WordKind
from organisations.models import Kind as OrganisationKind
from organisations.models import Role, Scope
from publications.editions import Format
from publications.models import Kind, Level, Outcome, Validity


def picture(row, name):
    """Return the original of a picture of a row, None where it has none."""
    file = getattr(row, name)
    if not file:
        return None
    width, height = (getattr(row, f"{name}_{side}") for side in ("width", "height"))
    return {"href": absolute(file.url), "width": width, "height": height}


class ThemeSerializer(ContentSerializer):
    """A subject that we work on."""

    texts = texts(TextSerializer)


# --- Organisations, networks, groups -----------------------------------------------------------------------------


class BodyTextSerializer(TextSerializer):
    """The text of an organisation, network or group in one language."""

    acronym = TextField()
    short_name = TextField()
    website = TextField(help_text="In this language.")


class BodySerializer(ContentSerializer):
    """What organisations, networks and groups have in common."""

    founded = PartialDateField()
    ended = PartialDateField()
    logo = serializers.SerializerMethodField()
    logo_alt = WordsField()
    texts = texts(BodyTextSerializer)

    @extend_schema_field(PictureSerializer(allow_null=True))
    def get_logo(self, body):
        return picture(body, "logo")


class SeatSerializer(serializers.Serializer):
    """In which role an organisation sits in a network or group, and when. Seats that are over are kept."""

    role = ChoiceField(Role, allow_null=False)
    since = PartialDateField()
    since_or_before = serializers.BooleanField(help_text="The date is the first we know of; the seat may be older.")
    until = PartialDateField()
    ended = serializers.BooleanField(help_text="It ended, and nobody knows when.")
    is_current = serializers.BooleanField()
    to_be_confirmed = serializers.BooleanField()
    mandated_by = ReferenceSerializer(allow_null=True, help_text="The organisation that gave the mandate.")
    note = WordsField()


class MemberSerializer(SeatSerializer):
    """A seat in this network or group."""

    organisation = ReferenceSerializer()


class SeatElsewhereSerializer(SeatSerializer):
    """A seat of this organisation."""

    body = ReferenceSerializer(help_text="The network or group.")


class FigureSerializer(serializers.Serializer):
    """A number with its year and its source."""

    label = WordsField()
    value = serializers.FloatField()
    value_to = serializers.FloatField(allow_null=True, help_text="Only for a range.")
    at_least = serializers.BooleanField()
    approximately = serializers.BooleanField()
    year = serializers.IntegerField(allow_null=True, help_text="null: not known.")
    source = TextField()


class OrganisationSerializer(BodySerializer):
    """An organisation: our own, one that sits in a network or group, or an authority."""

    kind = ChoiceField(OrganisationKind, allow_null=False)
    is_site = serializers.BooleanField(help_text="Whether it is the organisation whose site this is.")
    seats = serializers.SerializerMethodField()

    @extend_schema_field(SeatElsewhereSerializer(many=True))
    def get_seats(self, organisation):
        seats = [*organisation.networks_seats.all(), *organisation.groups_seats.all()]
        shown = [seat for seat in seats if hasattr(seat, "body")]
        return SeatElsewhereSerializer(sorted(shown, key=lambda seat: seat.sort_position), many=True).data


class CollectiveSerializer(BodySerializer):
    """What networks and groups have in common."""

    scope = ChoiceField(Scope, allow_null=False)
    themes = ReferenceSerializer(source="shown_themes", many=True)
    seats = MemberSerializer(source="shown_seats", many=True)
    figures = FigureSerializer(source="shown_figures", many=True)


class NetworkSerializer(CollectiveSerializer):
    """A network of organisations that we sit in."""


class GroupSerializer(CollectiveSerializer):
    """A group of organisations that we coordinate."""


# --- Publications ------------------------------------------------------------------------------------------------


class EditionSerializer(serializers.Serializer):
    """A publication in one language, or in several within one file."""

    languages = LanguagesField()
    title = serializers.CharField()
    label = TextField(help_text="For example: 4th edition.")
    format = ChoiceField(Format, allow_null=False)
    paper_size = TextField()
    pages = serializers.IntegerField(source="page_count", allow_null=True)
    isbn = TextField()
    pdf = serializers.SerializerMethodField()
    cover = serializers.SerializerMethodField()

    @extend_schema_field(FileSerializer(allow_null=True))
    def get_pdf(self, edition):
        return {"href": absolute(edition.pdf.url), "bytes": edition.pdf_bytes} if edition.pdf else None

    @extend_schema_field(PictureSerializer(allow_null=True))
    def get_cover(self, edition):
        return picture(edition, "cover")


class PublicationTextSerializer(TextSerializer):
    """The text of a publication in one language."""

    subtitle = TextField()
    series = TextField()
    action_label = TextField(help_text="Campaigns: what readers can do.")
    action_url = TextField()


class PublicationSerializer(ContentSerializer):
    """A brochure, a guide, a recommendation, a campaign…"""

    kind = ChoiceField(Kind, allow_null=False)
    published_on = PartialDateField()
    validity = ChoiceField(Validity, allow_null=False, help_text="Whether a reader may rely on it.")
    superseded_by = serializers.SerializerMethodField()
    law_as_of = PartialDateField()
    level = ChoiceField(Level, help_text="Recommendations: the level of power.")
    outcome = ChoiceField(Outcome, help_text="Recommendations: what became of it.")
    outcome_on = PartialDateField()
    campaign_from = PartialDateField()
    campaign_until = PartialDateField()
    responsible_editor = TextField()
    legal_deposit = TextField()
    themes = ReferenceSerializer(source="shown_themes", many=True)
    networks = ReferenceSerializer(source="shown_networks", many=True)
    groups = ReferenceSerializer(source="shown_groups", many=True)
    organisations = ReferenceSerializer(source="shown_organisations", many=True)
    editions = serializers.SerializerMethodField()
    texts = texts(PublicationTextSerializer)

    @extend_schema_field(ReferenceSerializer(allow_null=True))
    def get_superseded_by(self, publication):
        if publication.validity != Validity.SUPERSEDED:
            return None
        return ReferenceSerializer(publication.superseded_by).data

    @extend_schema_field(EditionSerializer(many=True))
    def get_editions(self, publication):
        editions = sorted(publication.editions.all(), key=lambda edition: edition.language_key)
        return EditionSerializer(editions, many=True).data


# --- Useful addresses --------------------------------------------------------------------------------------------


class NeedSerializer(serializers.Serializer):
    """What an address is for."""

    code = serializers.CharField(source="key")
    words = WordsField(source="name")


class CommuneSerializer(serializers.Serializer):
    """A Belgian municipality."""

    nis = serializers.CharField(help_text="The code of the National Institute of Statistics (Statbel).")
    names = serializers.SerializerMethodField()

    @extend_schema_field(WordsField())
    def get_names(self, commune):
        return {code: commune.name_in(code) for code in CODES}


class PointSerializer(serializers.Serializer):
    """A point on the map (WGS 84)."""

    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)


class PhoneSerializer(serializers.Serializer):
    """A telephone number."""

    number = serializers.CharField(help_text="As it is written.")
    dialled = serializers.SerializerMethodField(help_text="As it is dialled from anywhere (E.164).")
    label = WordsField()
    languages = LanguagesField()

    def get_dialled(self, phone) -> str:
        return phone.href.removeprefix("tel:")


@extend_schema_field(
    {
        "type": "object",
        "properties": {day: {"type": "string", "examples": ["9:00-12:00, 13:30-17:00"]} for day in Weekday.values},
        "description": "Hours of each day, in Brussels time; what closes no later than it opens closes the next day.",
    }
)
class WeekField(serializers.Field):
    """The week of a desk; days without hours are absent."""

    def to_representation(self, value):
        return {day: value[day] for day in Weekday.values if value.get(day)}


class DeskSerializer(serializers.Serializer):
    """Who is received at an address, how, and when."""

    label = WordsField()
    audience = ChoiceField(Audience, allow_null=False)
    access = ChoiceField(Access, allow_null=False)
    hours_kind = ChoiceField(HoursKind, allow_null=False)
    week = WeekField()
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)
    note = WordsField()


class SpecialDaySerializer(serializers.Serializer):
    """Days on which an address, or one of its desks, is closed or has other hours."""

    starts = serializers.DateField()
    ends = serializers.DateField()
    times = TextField(help_text="The hours of each of these days; “”: closed.")
    reason = WordsField()
    desk = serializers.SerializerMethodField(help_text="The place of the desk among `desks`; null: all of them.")

    @extend_schema_field({"type": ["integer", "null"], "minimum": 0})
    def get_desk(self, special):
        return self.context["desks"].get(special.desk_id)


class CheckSerializer(serializers.Serializer):
    """Whether somebody has looked if the address is right; a save is no check."""

    state = ChoiceField(CheckState, source="check_state", allow_null=False)
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="The last check that found it right.")
    is_closed = serializers.BooleanField(help_text="The last check found that it no longer exists.")


class AddressTextSerializer(TextSerializer):
    """The text of an address in one language."""

    street = TextField()
    getting_there = TextField()
    for_whom = TextField()
    bring = TextField()
    price_note = TextField()


class AddressSerializer(ContentSerializer):
    """A place where people in exile get help."""

    invented = serializers.BooleanField(source="is_sample", help_text="An example: nothing of it is real.")
    check = CheckSerializer(source="*")
    needs = NeedSerializer(source="categories.all", many=True)
    organisation = ReferenceSerializer(allow_null=True)
    papers = ChoiceField(Papers, allow_null=False)
    situations = serializers.ListField(
        child=ChoiceField(Situation, allow_null=False), help_text="For whom; none: for everybody."
    )
    cost = ChoiceField(Cost, allow_null=False)
    languages = LanguagesField()
    interpreter = ChoiceField(Known, allow_null=False)
    step_free = ChoiceField(Known, allow_null=False)
    postcode = TextField()
    commune = serializers.SerializerMethodField()
    point = serializers.SerializerMethodField()
    phones = PhoneSerializer(source="phones.all", many=True)
    email = TextField()
    website = TextField()
    desks = DeskSerializer(source="shown_desks", many=True)
    special_days = serializers.SerializerMethodField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    moved_to = ReferenceSerializer(source="successor", allow_null=True)
    texts = texts(AddressTextSerializer)

    @extend_schema_field(CommuneSerializer(allow_null=True))
    def get_commune(self, address):
        return CommuneSerializer(address.commune).data if address.commune else None

    @extend_schema_field(PointSerializer(allow_null=True))
    def get_point(self, address):
        return PointSerializer(address).data if address.has_point else None

    @extend_schema_field(SpecialDaySerializer(many=True))
    def get_special_days(self, address):
        desks = {desk.pk: place for place, desk in enumerate(address.shown_desks)}
        # Those of a desk that is no more are of no use to anybody.
        days = [day for day in address.special_days_ahead if day.desk_id is None or day.desk_id in desks]
        return SpecialDaySerializer(days, many=True, context={"desks": desks}).data


# --- Glossary ----------------------------------------------------------------------------------------------------


class WordSerializer(serializers.Serializer):
    """A word beside a term."""

    language = serializers.ChoiceField(choices=CODES)
    kind = ChoiceField(WordKind, allow_null=False)
    text = serializers.CharField()
    why = TextField(help_text="Why it is better avoided.")


class TermTextSerializer(TextSerializer):
    """A term in one language: `title` is the term, `summary` its definition."""

    abbreviation = TextField()
    law_as_of = PartialDateField()
    source = TextField(help_text="The law or treaty that the definition rests on.")


class TermSerializer(ContentSerializer):
    """A term of the glossary."""

    themes = ReferenceSerializer(source="shown_themes", many=True)
    see_also = ReferenceSerializer(source="shown_see_also", many=True)
    no_equivalent = serializers.BooleanField(help_text="The other language has no word for it.")
    to_confirm = WordsField(help_text="What must still be confirmed.")
    words = serializers.SerializerMethodField()
    texts = texts(TermTextSerializer)

    @extend_schema_field(WordSerializer(many=True))
    def get_words(self, term):
        languages = {row.language_code for row in term.public_translations}
        words = [word for code in CODES if code in languages for word in term.words_in(code)]
        shown = [word for word in words if word.kind in (WordKind.SYNONYM, WordKind.DISCOURAGED)]
        return WordSerializer(shown, many=True).data


# --- Free pages --------------------------------------------------------------------------------------------------


class PageSerializer(ContentSerializer):
    """A page that belongs to no section."""

    parent = serializers.SerializerMethodField(help_text="The page that it stands below.")
    texts = texts(TextSerializer)

    @extend_schema_field(ReferenceSerializer(allow_null=True))
    def get_parent(self, page):
        parent = page.parent if page.parent_id else None
        return ReferenceSerializer(parent).data if parent and parent.public_translations else None


# --- Where everything is -----------------------------------------------------------------------------------------


class IndexSerializer(serializers.Serializer):
    """Where everything is."""

    version = serializers.CharField()
    languages = LanguagesField(help_text="The languages of `texts`.")
    resources = serializers.DictField(child=serializers.URLField(), help_text="The list of each kind.")
    download = serializers.URLField(help_text="All of it in one file: a ZIP of JSON lines.")
    description = serializers.DictField(child=serializers.URLField(), help_text="OpenAPI 3.1.")
