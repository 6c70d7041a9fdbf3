"""WHIP and WHEP over HTTP (RFC 9725): what a client that is not ours does."""
import json
import ssl
import urllib.parse
import urllib.request


class Resource:
    """One WHIP or WHEP session: POST an offer, keep the resource, DELETE it at the end."""

    def __init__(self, url, token):
        self.url = url
        self.token = token
        self.location = None
        self.etag = None

    def _request(self, method, url, body=None, content_type=None):
        headers = {"Authorization": f"Bearer {self.token}"}
        if content_type:
            headers["Content-Type"] = content_type
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        context = ssl._create_unverified_context()
        return urllib.request.urlopen(request, timeout=10, context=context)

    def offer(self, sdp):
        """Returns the answer's SDP."""
        with self._request("POST", self.url, sdp.encode(), "application/sdp") as reply:
            assert reply.status == 201, reply.status
            assert reply.headers["Content-Type"].startswith("application/sdp")
            self.location = urllib.parse.urljoin(self.url, reply.headers["Location"])
            self.etag = reply.headers["ETag"]
            return reply.read().decode()

    def delete(self):
        if self.location:
            self._request("DELETE", self.location).close()
            self.location = None


def add_ends(parser):
    """When a client leaves: after `--seconds`; before that at SIGTERM, and a viewer as soon as it has decoded more than
    `--frames` pictures and `--audio` packets."""
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--frames", type=int)
    parser.add_argument("--audio", type=int, default=0)


def has_enough(options, frames, audio):
    return options.frames is not None and frames > options.frames and audio > options.audio


def report(**figures):
    """What the test that started this client reads."""
    print(json.dumps(figures), flush=True)
