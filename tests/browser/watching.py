"""Notices what goes wrong while a page is read, and what it fetches."""

# Said by the browser beside what `on_response` notes more exactly.
SAID_TWICE = "Failed to load resource: the server responded with a status of"


class Watch:
    """What happened on one page of a browser: `requests` (addresses) and `faults` (sentences)."""

    def __init__(self, page, site_url):
        self.site_url = site_url
        self.requests, self.faults = [], []
        page.on("request", self.on_request)
        page.on("response", self.on_response)
        page.on("requestfailed", self.on_failure)
        page.on("console", self.on_message)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))

    def on_request(self, request):
        if request.url.startswith(("data:", "blob:")):
            return
        self.requests.append(request.url)
        if not request.url.startswith(f"{self.site_url}/"):
            self.faults.append(f"asked another host: {request.url}")

    def on_response(self, response):
        # A page that answers 404 may be what the test is about; its parts may not.
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status}: {response.url}")

    def on_failure(self, request):
        # A picture that the reader did not wait for.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.failure}: {request.url}")

    def on_message(self, message):
        if message.type in {"error", "warning"} and not message.text.startswith(SAID_TWICE):
            self.faults.append(f"console: {message.text}")
