"""Makes what people are told of, and a chat service on this machine that they are told by."""

import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

from django.db import connection

from groups.tests.making import make_group
from lifecycle.models import Case, HealthState, Standing

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=SHANGHAI)  # a Wednesday
NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=SHANGHAI)
SATURDAY = datetime(2026, 11, 28, 9, 30, tzinfo=SHANGHAI)
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-0123-4567-89ab-0123456789ab"


def made(user, address):
    user.email, user.language = address, "en"
    user.save()
    return user


def dying(team, owner, name="Coupons", on=None):
    on = on or MORNING.date()
    group = make_group(team=team, owner=owner, name=name)
    stands(group, HealthState.DORMANT, on)
    Case.objects.create(
        team=team, group=group, owner=owner, cause="silence", opened_on=on, state_since=on, due_on=on + timedelta(14)
    )
    return group


def stands(group, state, since):
    Standing.objects.create(
        group=group, team=group.team, day=since, state=state, state_since=since, score=4200, score_week_ago=5500,
        risk=-1, acts_28=1, people_28=1, acts_7=0, members=80, rule_version=1,
    )  # fmt: skip


class Service:
    """A chat service on this machine: what it was told, and what it answers."""

    def __init__(self, tls=None):
        self.told, self.answer = [], (200, {"errcode": 0})
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                message = json.loads(body)
                service.told.append(message["text"]["content"] if "text" in message else message)
                status, answer = service.answer
                raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self):
        return self.server.server_address[1]


def all_due():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE groups_delivery SET next_at = clock_timestamp(), lease_until = NULL")
