"""A mail server on this machine that behaves as badly as a test wants."""

import contextlib
import socketserver
import threading


class Conversation(socketserver.StreamRequestHandler):
    """One connection, as little of SMTP as Python's client needs."""

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        server = self.server
        with contextlib.suppress(OSError):
            if server.breaks_off_at == "greeting":
                return
            self.say("220 ready")
            for raw in self.rfile:
                verb = raw.decode().upper().split()[0]
                if verb == "QUIT":
                    self.say("221 bye")
                    return
                if verb == "DATA":
                    self.say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    server.taken.append(b"".join(lines).decode())
                    server.when_taken()
                if verb == server.breaks_off_at:
                    return
                if verb != server.falls_silent_at:
                    self.say(server.answers.get(verb, "250 fine"))


class MailServer(socketserver.ThreadingTCPServer):
    """`taken`: the messages that came. `answers`: what is said to a verb instead of "250 fine".

    `breaks_off_at`, `falls_silent_at`: the verb ("greeting" before all) that is not answered. `when_taken` is called
    for each message that came, before that is answered.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken, self.answers = [], {}
        self.breaks_off_at = self.falls_silent_at = ""
        self.when_taken = lambda: None


@contextlib.contextmanager
def mail_server():
    """Run a MailServer in a thread."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
