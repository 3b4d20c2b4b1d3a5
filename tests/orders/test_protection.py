"""What other rooms do to editions that can be ordered: said in words, never a 500, and nothing about orders shown."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from content.history import restore
from orders.models import Offer
from publications.models import Edition, Publication
from tests.admin.desk import Form, Sheet, change_url, keep_version, signed_in, url
from tests.makers import make_edition, make_offer, make_order, make_publication, make_staff

pytestmark = pytest.mark.django_db

REQUESTER = {"name": "Zoé Exemple", "email": "zoe@example.org"}


@pytest.fixture
def ordered():
    """A publication with an edition that somebody has ordered, a version from before, and who may delete it."""
    publication = make_publication()
    before = keep_version(publication)
    make_edition(publication, title="Guide 2026")
    publication = Publication.objects.get(pk=publication.pk)
    offer = make_offer(publication.editions.get())
    order = make_order({offer: 3}, requester=REQUESTER)
    return publication, before, offer, order


@pytest.fixture
def publisher():
    return signed_in(make_staff("Publishers"))


def tells_nothing(page, order):
    assert order.reference not in page.html
    assert "zoe@" not in page.html
    assert REQUESTER["name"] not in page.html


def test_a_publication_that_can_be_ordered_is_not_deleted_and_that_is_said(ordered, publisher):
    publication, _before, offer, order = ordered
    address = url(Publication, "delete", publication.pk)
    for response in (publisher.get(address), publisher.post(address, {"post": "yes"})):
        page = Sheet(response)
        assert response.status_code in {200, 403}
        assert str(Offer._meta.verbose_name) in page.text
        tells_nothing(page, order)
    assert Offer.objects.filter(pk=offer.pk).exists()


def test_nor_with_others_from_the_list(ordered, publisher):
    publication, _before, offer, order = ordered
    data = {"action": "delete_selected", "_selected_action": [publication.pk], "post": "yes"}
    page = Sheet(publisher.post(url(Publication, "changelist"), data, follow=True))
    assert page.response.status_code == 200
    tells_nothing(page, order)
    assert Offer.objects.filter(pk=offer.pk).exists()


def test_an_edition_that_can_be_ordered_is_not_deleted_from_the_page_of_its_publication(ordered, publisher):
    publication, _before, offer, order = ordered
    form = Form(publisher, change_url(publication))
    page = form.refuse(**{"editions-0-DELETE": "on"})
    assert page.errors
    tells_nothing(page, order)
    assert Edition.objects.filter(offer=offer).exists()


def test_a_version_from_before_an_edition_could_be_ordered_is_not_brought_back_and_the_reason_is_said(ordered):
    _publication, before, offer, _order = ordered
    with pytest.raises(ValidationError) as refused:
        restore(before)
    assert "Guide 2026" in " ".join(refused.value.messages)
    assert Offer.objects.filter(pk=offer.pk).exists()
    assert Edition.objects.filter(offer=offer).exists()


def test_the_admin_says_so_too_and_breaks_nothing(ordered, publisher):
    publication, before, offer, order = ordered
    address = url(Publication, "version", publication.pk, before.pk)
    page = Sheet(publisher.post(address, follow=True))
    assert page.response.status_code == 200
    assert "Guide 2026" in page.text
    tells_nothing(page, order)
    assert Offer.objects.filter(pk=offer.pk).exists()


def test_a_version_that_has_the_edition_is_brought_back_and_its_offer_stays(ordered):
    publication, _before, offer, _order = ordered
    version = keep_version(publication)
    Edition.objects.filter(offer=offer).update(title="Another title")
    restore(version)
    offer.refresh_from_db()
    assert offer.edition.title == "Guide 2026"
    assert offer.on_hand == 100


def test_a_colleague_who_handled_orders_is_deactivated_not_deleted(ordered):
    _publication, _before, _offer, order = ordered
    colleague = make_staff("Orders desk")
    make_order({Offer.objects.get(): 1}, status="sent", by=colleague)
    with pytest.raises(ProtectedError):
        colleague.delete()
    order.refresh_from_db()
    assert order.changes.exists()
