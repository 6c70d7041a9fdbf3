#!/usr/bin/python3
"""Who is told, in the running program: letters through a small mail server of this test (that fails first), notices,
rings and lists through the desk WebSocket, reminders over a restart, feeds. Python's own library only."""
import asyncio
import email
import email.policy
import http.client
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

from harness import CHAIR, Api, Server, free_port, iso_time, wait_for
from room_socket import WebSocket


class MailServer:
    """Just enough of RFC 5321, on a thread of its own. `refuse` answers RCPT TO in place of 250."""

    def __init__(self):
        self.letters, self.refuse, self.port = [], None, free_port()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.talk, "127.0.0.1", self.port))
        self.loop.run_forever()
        server.close()
        self.loop.run_until_complete(server.wait_closed())
        self.loop.close()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def talk(self, reader, writer):
        to = None
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode():
            word = line.split(":")[0].split()[0].upper() if line.strip() else ""
            answer = "250 ok"
            if word == "EHLO":
                answer = "250-test\r\n250 8BITMIME"
            elif word == "RCPT":
                to = line.split("<")[1].split(">")[0]
                answer = self.refuse or answer
            elif word == "DATA":
                writer.write(b"354 go on\r\n")
                self.letters.append((to, await self.read_letter(reader)))
            elif word == "QUIT":
                answer = "221 bye"
            writer.write(f"{answer}\r\n".encode())
        writer.close()

    @staticmethod
    async def read_letter(reader):
        lines = []
        while (line := await reader.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def of(self, to):
        return [email.message_from_bytes(raw, policy=email.policy.default) for who, raw in self.letters if who == to]


class DeskSocket(WebSocket):
    """The WebSocket of room_socket with the desk's sub-protocol."""

    def __init__(self, port, cookie):
        super().__init__(port, "/api/v1/desk", [f"Cookie: {cookie}", f"Origin: http://127.0.0.1:{port}"],
                         subprotocol="diemcau.desk.v1")


class InboxTest(unittest.TestCase):
    def setUp(self):
        self.mail = MailServer()
        self.addCleanup(self.mail.stop)
        self.server = Server(settings=[
            f"mail.server=smtp://127.0.0.1:{self.mail.port}", "mail.from=hop@tinh.gov.vn",
            "mail.from_name=Văn phòng UBND tỉnh", "mail.require_tls=false",
            "http.public_url=https://hop.tinh.gov.vn"]).start()
        self.addCleanup(self.server.__exit__, None)
        self.secretary, self.admin = self.server.api(), self.make_admin()
        endpoints = self.secretary.call("GET", "/endpoints?root=38", expect=200)["endpoints"]
        self.hall = next(e["id"] for e in endpoints if e["unit"] == "38")
        self.free = endpoints[-1]["id"]  # sits in no other meeting
        self.rooms = self.own_rooms()

    def make_admin(self):
        password = subprocess.run(self.server.command("user", "add", "quantri", "--role", "administrator", "--random"),
                                  check=True, capture_output=True, text=True).stdout.strip()
        return Api(self.server.http_port).log_in("quantri", password)

    def own_rooms(self):
        users = self.admin.call("GET", "/users", expect=200)["users"]
        return {u["login"]: u["endpoint"] for u in users if u["endpoint"]}

    def book(self, minutes=600, **more):
        return self.secretary.call("POST", "/meetings", {
            "title": "Giao ban tháng 11: phòng, chống bão số 9 và khắc phục hậu quả thiên tai", "host_unit": "38",
            "chair_endpoint": self.free, "starts_at": iso_time(minutes * 60), "ends_at": iso_time(minutes * 60 + 50),
            "endpoints": [self.free, self.rooms["xa1"]], "note": "Mang theo số liệu.", **more}, 201)["id"]

    def desk(self, user):
        desk = DeskSocket(self.server.http_port, self.server.api(user).cookie)
        self.addCleanup(desk.socket.close)
        self.assertEqual(desk.status, 101)
        return desk

    def set_email(self, address):
        self.server.api("kythuat").call("PATCH", f"/endpoints/{self.rooms['xa1']}", {"email": address}, 200)

    def test_letters(self):
        """Published, changed: each with the meeting for the reader's calendar."""
        self.set_email("xa1@tinh.gov.vn")
        meeting = self.book()
        wait_for("the invitation", lambda: self.mail.of("xa1@tinh.gov.vn"))
        letter = self.mail.of("xa1@tinh.gov.vn")[0]
        self.assertEqual(letter["Subject"], "Giấy mời họp: Giao ban tháng 11: phòng, chống bão số 9 và khắc phục hậu quả "
                                            "thiên tai")
        self.assertEqual(letter["From"].addresses[0].display_name, "Văn phòng UBND tỉnh")
        self.assertEqual(letter["From"].addresses[0].addr_spec, "hop@tinh.gov.vn")
        text, calendar = letter.get_payload()
        self.assertIn("Mang theo số liệu.", text.get_content())
        self.assertIn(f"https://hop.tinh.gov.vn/meetings/{meeting}", text.get_content())
        self.assertEqual(calendar.get_content_type(), "text/calendar")
        event = calendar.get_payload(decode=True).decode().replace("\r\n ", "")
        self.assertIn("METHOD:REQUEST", event)
        self.assertIn("mailto:xa1@tinh.gov.vn", event)
        self.assertIn(f"UID:{meeting}@hop.tinh.gov.vn", event)

        self.secretary.call("PATCH", f"/meetings/{meeting}", {"title": "Tên mới"}, 200)
        wait_for("the change", lambda: len(self.mail.of("xa1@tinh.gov.vn")) == 2)
        self.assertEqual(self.mail.of("xa1@tinh.gov.vn")[1]["Subject"], "Thay đổi phiên họp: Tên mới")

    def test_failure_then_retry(self):
        self.mail.refuse = "450 greylisted"
        to = {"to": "kiemtra@tinh.gov.vn"}
        letter = self.admin.call("POST", "/mail/test", to, 201)["id"]

        def state():
            return next(m for m in self.admin.call("GET", "/mail", expect=200)["mail"] if m["id"] == letter)
        wait_for("the failure", lambda: state()["attempts"] == 1)
        self.assertEqual(state()["state"], "waiting")
        self.assertIn("450", state()["error"])
        self.mail.refuse = None
        self.admin.call("POST", f"/mail/{letter}/retry", {}, 204)
        wait_for("the letter", lambda: state()["state"] == "sent")
        self.assertEqual(len(self.mail.of("kiemtra@tinh.gov.vn")), 1)

        self.mail.refuse = "550 no such mailbox"
        letter = self.admin.call("POST", "/mail/test", to, 201)["id"]
        wait_for("the refusal", lambda: state()["state"] == "failed")

    def test_letters_survive_a_kill(self):
        """What waits is sent by the next controller."""
        self.mail.refuse = "450 greylisted"
        letter = self.admin.call("POST", "/mail/test", {"to": "kiemtra@tinh.gov.vn"}, 201)["id"]
        wait_for("the failure", lambda: self.admin.call("GET", "/mail", expect=200)["mail"][0]["attempts"] == 1)
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()
        self.mail.refuse = None
        self.server.start()
        self.admin.call("POST", f"/mail/{letter}/retry", {}, 204)
        wait_for("the letter", lambda: self.mail.of("kiemtra@tinh.gov.vn"))

    def test_settings_hold_at_once_and_over_a_restart(self):
        secret = "mat-khau-thu-123"
        self.admin.call("PATCH", "/settings", {"mail.from_name": "Tên khác", "auth.session_hours": 9,
                                               "mail.password": secret}, 200)
        self.admin.call("PATCH", "/settings", {"mail.password": None}, 200)
        self.admin.call("POST", "/mail/test", {"to": "kiemtra@tinh.gov.vn"}, 201)
        wait_for("the letter", lambda: self.mail.of("kiemtra@tinh.gov.vn"))
        sender = self.mail.of("kiemtra@tinh.gov.vn")[0]["From"].addresses[0]
        self.assertEqual(sender.display_name, "Tên khác")
        path = self.server.state / "settings.conf"
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(secret, self.server.log_text())
        self.server.stop()
        self.server.start()
        rows = {s["key"]: s for s in self.admin.call("GET", "/settings", expect=200)["settings"]}
        self.assertEqual((rows["auth.session_hours"]["value"], rows["auth.session_hours"]["from"]), (9, "override"))

    def test_desk(self):
        room, stranger = self.desk("xa1"), self.desk("xa2")
        meeting = self.book()
        notice = room.receive_json("notice")["notice"]
        self.assertEqual((notice["kind"], notice["meeting"], notice["read"]), ("invitation", meeting, False))
        room.receive_json("meetings")
        listed = self.server.api("xa1").call("GET", "/notices", expect=200)["notices"]
        self.assertEqual(listed[0]["id"], notice["id"])
        stranger.send_json({"type": "ping"})
        stranger.receive_json("pong")  # and nothing of the meeting before it

    def test_cancellation(self):
        self.set_email("xa1@tinh.gov.vn")
        meeting = self.book()
        wait_for("the invitation", lambda: self.mail.of("xa1@tinh.gov.vn"))
        self.secretary.call("POST", f"/meetings/{meeting}/cancel", {"reason": "Bão số 9"}, 200)
        wait_for("the cancellation", lambda: len(self.mail.of("xa1@tinh.gov.vn")) == 2)
        text, calendar = self.mail.of("xa1@tinh.gov.vn")[1].get_payload()
        self.assertIn("Bão số 9", text.get_content())
        self.assertIn("METHOD:CANCEL", calendar.get_payload(decode=True).decode())

    def test_call(self):
        """Rings at the room, which declines; the caller is told."""
        room, caller = self.desk("xa1"), self.desk("thuky")
        meeting = self.secretary.call("POST", "/calls", {
            "host_unit": "38", "chair_endpoint": self.hall, "endpoints": [self.rooms["xa1"]]}, 201)["id"]
        ring = room.receive_json("ring")
        self.assertEqual((ring["meeting"], ring["until"] - ring["from"]), (meeting, 60000))
        self.server.api("xa1").call("POST", f"/calls/{meeting}/answer", {"accept": False}, 204)
        self.assertEqual(room.receive_json("ring.over")["meeting"], meeting)
        self.assertIn("từ chối", caller.receive_json("notice")["notice"]["text"]["vi"])
        hall = self.desk(CHAIR)
        self.assertEqual(hall.receive_json("ring")["meeting"], meeting)
        api = self.server.api(CHAIR)
        seat = WebSocket(self.server.http_port, f"/api/v1/meetings/{meeting}/room",
                         [f"Cookie: {api.cookie}", f"Origin: http://127.0.0.1:{self.server.http_port}"])
        self.addCleanup(seat.socket.close)
        self.assertEqual(hall.receive_json("ring.over")["meeting"], meeting)

    def test_reminder(self):
        """Not said twice over a restart."""
        meeting = self.book(minutes=14)  # too late for a reminder
        soon = self.book(minutes=61)
        self.server.stop()
        with sqlite3.connect(self.server.state / "diemcau.db") as database:
            database.execute("UPDATE meetings SET starts_ms = starts_ms - 120000, published_ms = published_ms - 600000 "
                             "WHERE id = ?", (soon,))
        self.server.start()
        room = self.desk("xa1")

        def reminders():
            notices = self.server.api("xa1").call("GET", "/notices", expect=200)["notices"]
            return [n["meeting"] for n in notices if n["kind"] == "reminder"]
        wait_for("the reminder", reminders)
        self.server.stop()
        self.server.start()
        time.sleep(7)  # looks for reminders each 5 s
        self.assertEqual(reminders(), [soon])
        self.assertNotIn(meeting, reminders())
        del room

    def test_feed(self):
        meeting = self.book()
        url = self.secretary.call("POST", "/calendar/feed", {}, 201)["url"]
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=30)
        connection.request("GET", url.removeprefix("https://hop.tinh.gov.vn"))
        reply = connection.getresponse()
        self.assertEqual((reply.status, reply.getheader("Content-Type")), (200, "text/calendar; charset=utf-8"))
        self.assertIn(f"UID:{meeting}@hop.tinh.gov.vn", reply.read().decode())
        connection.close()


if __name__ == "__main__":
    unittest.main()
