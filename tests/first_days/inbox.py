"""The providers of messages: an SMS gateway and a mail server that keep what they take."""

import email
import email.policy
import http.server
import socketserver
import threading
import urllib.parse

from steps import wait_for


class Inbox:
    """Everything that was sent to anybody, oldest first."""

    def __init__(self):
        self.messages = []
        self.sms_url = f"http://127.0.0.1:{self.listen(SmsGateway)}/send?to={{phone}}&text={{text}}"
        self.smtp_url = f"smtp://127.0.0.1:{self.listen(MailServer)}?from=mfp@example.ru"

    def listen(self, handler):
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        server.inbox = self
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]

    def take(self, contact, text):
        self.messages.append((contact, text))

    def to(self, contact):
        return [text for to, text in self.messages if to == contact]

    def wait(self, contact, before):
        """The message that comes to somebody who had so many before."""
        return wait_for(lambda: self.to(contact)[before:], "a message")[0]

    def wait_for_code(self, contact, before):
        """The code that comes to somebody who had so many messages before, whatever else comes."""
        def coded():
            return [text for text in self.to(contact)[before:] if text[:6].isdigit()]

        return wait_for(coded, "a code")[0].split()[0]


class SmsGateway(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        sms = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        self.server.inbox.take(sms["to"][0], sms["text"][0])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP as a mailer needs to hand a message over."""

    def handle(self):
        self.say("220 here")
        to = ""
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            if line.startswith("RCPT TO:<"):
                to = line[len("RCPT TO:<"):].split(">")[0]
            if line == "DATA":
                self.say("354 go on")
                self.server.inbox.take(to, self.message())
            if line == "QUIT":
                return self.say("221 bye")
            self.say("250 ok")

    def message(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        return message.get_content()

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())
