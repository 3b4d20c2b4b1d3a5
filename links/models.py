"""Addresses that never die: those that an object had, those that lead elsewhere, those that nobody answers; links."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: A database index holds no longer text everywhere, and no address of ours is half as long.
LONGEST_PATH = 300
LONGEST_TARGET = 500


class KnownSlug(models.Model):
    """A slug that an object has, or had, in one language; noted at every save, see links/history.py."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=12)
    slug = models.CharField(max_length=100)
    #: When it was last seen to be the slug of this object.
    noted_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["content_type", "object_id", "language", "slug"], name="knownslug_once_an_object"
            ),
        )
        indexes = (models.Index(fields=["content_type", "slug"], name="knownslug_by_slug"),)

    def __str__(self):
        return f"{self.language}: {self.slug}"


class Target(models.Model):
    """Where an address leads: an object of the site, another address, or nowhere: gone for good."""

    target = models.CharField(
        _("leads to"),
        max_length=LONGEST_TARGET,
        blank=True,
        help_text=_(
            "An address of this site, such as /fr/publications/, copied from the browser. "
            "Blank: readers are told that the page is gone for good."
        ),
    )
    language = models.CharField(max_length=12, blank=True, editable=False)

    class Meta:
        abstract = True


class Redirect(Target):
    """An old address and where it leads now."""

    path = models.CharField(
        _("old address"),
        max_length=LONGEST_PATH,
        unique=True,
        help_text=_(
            "Without the name of the site: /publication/guide/ or /?p=123. A star at the end stands for all addresses "
            "that begin so: /tag/*"
        ),
    )
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("Only staff see it."))
    created_at = models.DateTimeField(_("made on"), auto_now_add=True)
    last_used_on = models.DateField(_("last followed on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ("path",)
        default_permissions = ("add", "change", "delete", "view")
        constraints = (
            models.CheckConstraint(condition=Q(path__startswith="/"), name="redirect_from_an_address_of_ours"),
        )

    def __str__(self):
        return self.path


class Departure(Target):
    """An object that was deleted while readers could have its address: what they are answered."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    key = models.UUIDField(db_index=True)
    title = models.CharField(_("title"), max_length=250)
    left_at = models.DateTimeField(_("deleted on"))

    class Meta:
        verbose_name = _("deleted page")
        verbose_name_plural = _("deleted pages")
        ordering = ("-left_at", "-pk")
        default_permissions = ("change", "view")
        constraints = (models.UniqueConstraint(fields=["content_type", "object_id"], name="departure_once_an_object"),)

    def __str__(self):
        return self.title


class MissingAddress(models.Model):
    """An address that was asked for and that nothing answers: how often, and nothing about who asked."""

    path = models.CharField(_("address"), max_length=LONGEST_PATH, unique=True)
    count = models.PositiveIntegerField(_("asked for"), default=1)
    first_on = models.DateField(_("first on"))
    last_on = models.DateField(_("last on"), db_index=True)
    is_ignored = models.BooleanField(_("left alone"), default=False)

    class Meta:
        verbose_name = _("address not found")
        verbose_name_plural = _("addresses not found")
        ordering = ("-count", "path")
        default_permissions = ("change", "view")

    def __str__(self):
        return self.path


class LinkKind(models.TextChoices):
    """Where a link leads."""

    REFERENCE = "reference", _("a page of this site")
    INTERNAL = "internal", _("an address of this site")
    EXTERNAL = "external", _("another site")


class Link(models.Model):
    """A link in a text, or in a field that holds one; written when the text is saved, see links/references.py."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=20, choices=LinkKind)
    href = models.CharField(max_length=2000)
    #: Of a reference: what it leads to, by type and key, and the address that readers got when it was last resolved.
    target_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+", null=True)
    target_key = models.UUIDField(null=True)
    address = models.CharField(max_length=2000, blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("link")
        verbose_name_plural = _("link report")
        indexes = (
            models.Index(fields=["content_type", "object_id"], name="link_by_source"),
            models.Index(fields=["target_key"], name="link_by_target"),
        )

    def __str__(self):
        return self.href


class ExternalAddress(models.Model):
    """An address elsewhere that our texts lead to, and how it answered when it was last tried."""

    class State(models.TextChoices):
        """How an address elsewhere answered."""

        NEW = "new", _("not tried yet")
        REACHED = "reached", _("reached")
        MOVED = "moved", _("moved for good")
        REFUSED = "refused", _("answers people only")
        FAILED = "failed", _("could not be reached")

    href = models.CharField(max_length=2000)
    #: SHA-256 (hex) of the address: an index holds no long text everywhere.
    digest = models.CharField(max_length=64, unique=True)
    host = models.CharField(max_length=255, db_index=True)
    state = models.CharField(max_length=20, choices=State, default=State.NEW)
    #: What was answered, as a code: an HTTP status, or a word of links/checking.py.
    answer = models.CharField(max_length=40, blank=True)
    moved_to = models.CharField(max_length=2000, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.href
