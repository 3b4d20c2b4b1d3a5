"""The public addresses as data, in the reader's language: for machines, and for spreadsheets."""

from pathlib import PurePosixPath

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.generic import View
from django.views.generic.list import MultipleObjectMixin

from addresses import hsds, sheet
from addresses.models import Address
from addresses.views import AddressListView
from content.filters import YES
from content.sheets import CSV, file_response
from content.views import PublicPageMixin
from organisations.models import Organisation


class AddressHsdsView(PublicPageMixin, MultipleObjectMixin, View):
    """All public addresses as HSDS 3.0; invented examples only where they are asked for (`samples=1`)."""

    parameters = ("page", "samples")
    # More than there will be: it bounds what one request may cost (two seconds and 8 MB).
    paginate_by = 1000

    def get_queryset(self):
        addresses = Address.objects.public_unordered().current().with_relations().order_by("pk")
        return addresses if self.request.GET.get("samples") == YES else addresses.filter(is_sample=False)

    def get(self, request):
        _paginator, page, *_rest = self.paginate_queryset(self.get_queryset(), self.paginate_by)
        response = JsonResponse(
            hsds.document(page), json_dumps_params={"ensure_ascii": False, "separators": (",", ":")}
        )
        # Open data: a script of any site may read it.
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


class AddressSheetView(AddressListView):
    """The list as the reader has filtered it, whole, as a file for spreadsheets.

    5,000 addresses cost seconds: the file is kept until the next minute, unless something changes before.
    """

    kept_in = "files"

    @property
    def parameters(self):
        return tuple(self.filterset_class.base_filters)

    def get(self, request):
        found = self.get_queryset()
        if not self.filterset.is_valid():
            # A file cannot say what is wrong with a value; the list can.
            asked = [(name, value) for name in self.parameters for value in request.GET.getlist(name)]
            return HttpResponseRedirect(f"{reverse('addresses:list')}?{urlencode(asked)}")
        addresses = found[:]
        prefetch_related_objects(addresses, Prefetch("organisation", Organisation.objects.public_unordered()))
        name = f"{PurePosixPath(request.path).stem}-{timezone.localdate().isoformat()}"
        return file_response(sheet.csv_file(addresses), name, CSV)
