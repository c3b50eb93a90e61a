"""A small WeCom on this machine: it answers in the shape of the documented examples, and fails when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

EXAMPLES = Path(__file__).parent / "examples"
CHINA = ZoneInfo("Asia/Shanghai")
CORP, SECRET = "ww0123456789abcdef", "kept-secret-of-the-app"


def example(name: str) -> dict[str, Any]:
    """A documented answer; some of them begin with a byte order mark."""
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8-sig"))


@dataclass
class Chat:
    owner: str
    members: dict[str, int]  # userid -> join_time
    name: str = ""
    create_time: int = 1_790_000_000
    status: int = 0


@dataclass
class Wecom:
    """What the company has, and how the next calls go wrong."""

    chats: dict[str, Chat] = field(default_factory=dict)
    figures: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)  # by owner and ISO day
    page: int = 2  # however many are asked for
    too_many_in_view: bool = False
    follow_users: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    good_tokens: set[str] = field(default_factory=set)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    # Each takes a call and says how it fails, or None; asked in turn until one says something.
    faults: list[Callable[[str, dict[str, Any]], Any]] = field(default_factory=list)
    address: str = ""

    def fail(self, path: str, *how: Any, when: Callable[[dict[str, Any]], bool] = lambda asked: True) -> None:
        """Let the next calls of a path fail one after the other: an errcode, `(500,)`, "slow", "half", "html"."""
        left = list(how)

        def next_fault(called: str, asked: dict[str, Any]) -> Any:
            return left.pop(0) if left and called.endswith(path) and when(asked) else None

        self.faults.append(next_fault)

    def count(self, path: str) -> int:
        return sum(called.endswith(path) for called, _asked in self.calls)

    def answer(self, path: str, query: dict[str, str], asked: dict[str, Any]) -> Any:
        self.calls.append((path, asked))
        for fault in self.faults:
            if (how := fault(path, asked)) is not None:
                return how
        if path == "gettoken":
            return self._token(query)
        if query.get("access_token") not in self.good_tokens:
            return 42001
        return getattr(self, "_" + path.split("/")[-1])(asked)

    def _token(self, query: dict[str, str]) -> Any:
        if query.get("corpid") != CORP:
            return 40013
        if query.get("corpsecret") != SECRET:
            return 40001
        token = f"token-{len(self.tokens)}-of-the-app"
        self.tokens.append(token)
        self.good_tokens.add(token)
        return {"access_token": token, "expires_in": 7200}

    def _get_follow_user_list(self, asked: dict[str, Any]) -> Any:
        return {"follow_user": self.follow_users}

    def _list(self, asked: dict[str, Any]) -> Any:
        owners = asked.get("owner_filter", {}).get("userid_list")
        if owners is None and self.too_many_in_view:
            return 81017
        assert owners is None or len(owners) <= 100
        found = [key for key, chat in sorted(self.chats.items()) if owners is None or chat.owner in owners]
        start = int(asked.get("cursor") or 0)
        page = found[start : start + min(self.page, asked["limit"])]
        following = start + len(page)
        listed = [{"chat_id": key, "status": self.chats[key].status} for key in page]
        return {"group_chat_list": listed, "next_cursor": str(following) if following < len(found) else ""}

    def _get(self, asked: dict[str, Any]) -> Any:
        chat = self.chats.get(asked["chat_id"])
        if chat is None:
            return 40050
        told = example("GroupChatGetResponse")["group_chat"]
        staff, customer = told["member_list"]
        members = [
            (staff if userid == chat.owner else customer) | {"userid": userid, "join_time": joined}
            for userid, joined in chat.members.items()
        ]
        said = {"chat_id": asked["chat_id"], "name": chat.name, "owner": chat.owner, "create_time": chat.create_time}
        return {"group_chat": told | said | {"member_list": members}}

    def _statistic(self, asked: dict[str, Any]) -> Any:
        day = _day(asked["day_begin_time"])
        owners = asked["owner_filter"]["userid_list"]
        assert len(owners) <= 100 and asked["day_begin_time"] == asked["day_end_time"]
        items = [
            {"owner": owner, "data": self.figures[owner, str(day)]}
            for owner in owners
            if (owner, str(day)) in self.figures
        ]
        return {"total": len(items), "next_offset": len(items), "items": items}

    def _statistic_group_by_day(self, asked: dict[str, Any]) -> Any:
        first, last = _day(asked["day_begin_time"]), _day(asked["day_end_time"])
        assert (last - first).days < 30, "the platform refuses a longer span"
        (owner,) = asked["owner_filter"]["userid_list"]
        items = []
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            if data := self.figures.get((owner, str(day))):
                items.append({"stat_time": asked["day_begin_time"] + n * 86400, "data": data})
        return {"items": items}


def said(*, chats: int = 1, messages: int = 0, speakers: int = 0, members: int = 3) -> dict[str, int]:
    """The figures of a day, in the shape of the example."""
    data = example("GroupChatStatisticsResponse")["items"][0]["data"]
    return data | {
        "chat_total": chats, "new_chat_cnt": 0, "member_total": members,
        "msg_total": messages, "member_has_msg": speakers,
    }  # fmt: skip


def _day(seconds: int) -> Any:
    at = datetime.fromtimestamp(seconds, CHINA)
    assert (at.hour, at.minute) == (0, 0)
    return at.date()


@contextmanager
def running(wecom: Wecom) -> Iterator[Wecom]:
    """Serve it at `wecom.address` on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, asked: dict[str, Any]) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            how = wecom.answer(parts.path.removeprefix("/cgi-bin/"), query, asked)
            if how == "slow":
                self.connection.settimeout(60)
                with suppress(OSError):
                    self.connection.recv(1)  # nothing is answered until the caller has given up
                return
            status = how[0] if isinstance(how, tuple) else 200
            if isinstance(how, int):
                how = {"errcode": how, "errmsg": f"failed, more at {self.path}"}
            content = (
                b"<html>not JSON"
                if how == "html"
                else json.dumps({"errcode": 0, "errmsg": "ok"} | how if isinstance(how, dict) else {}).encode()
            )
            self.send_response(status)
            self.send_header("Content-Length", str(len(content) + (100 if how == "half" else 0)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    wecom.address = f"http://127.0.0.1:{server.server_port}/cgi-bin/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield wecom
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
