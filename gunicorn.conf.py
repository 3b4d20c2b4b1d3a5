"""How gunicorn serves the site: read from this folder whenever gunicorn starts here. Everything variable comes from
the environment."""

import os

wsgi_app = "cire_site.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")
try:
    workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
except ValueError as error:
    raise SystemExit(f"Environment variable WEB_CONCURRENCY: {error}") from None
# Threads, so that a browser's idle connection does not keep a whole worker busy.
worker_class = "gthread"
threads = 4
graceful_timeout = 10
# A longer request line is answered with 414 before any of our code runs.
limit_request_line = 8190
# No forwarded header is believed, from anyone, unless the front server is named here.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "")
# Nothing but the site listens.
control_socket_disable = True
# Addresses of readers are kept out of the logs.
accesslog = None
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "info")
