"""Takes pictures of pages of the demo: who opens them, on which screen, in which language and theme."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, product
from pathlib import Path

import structlog
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright

from community_ops.chromium import ensure_chromium
from community_ops.screens.browsing import FLAGS, LOCALES, SCREENS, THEMES
from community_ops.screens.routes import Route
from groups.models import User


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    screen: str
    language: str
    theme: str

    def __str__(self) -> str:
        return f"{self.screen}-{self.language}-{self.theme}"


@dataclass(frozen=True)
class Visit:
    """A page as one person opens it; `name` is that of its picture."""

    name: str
    address: str
    person: str


LOOKS = [Look(*each) for each in product(("desktop", "phone"), LOCALES, THEMES)]
Shoot = Callable[[Page, Look, Visit], None]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[str]:
    """The product on a free port of this machine; gives its address."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.disable(logging.INFO)  # a line for each request tells nothing here
    server = ThreadedWSGIServer(("localhost", 0), QuietHandler)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def visits_of(routes: Sequence[Route]) -> tuple[list[Visit], list[str]]:
    """The pages to visit, and the names of those that this demo holds nothing for."""
    visits, missing = [], []
    for place, route in enumerate(routes):
        name = f"{place:03d}-{route.name}" + (f"-{route.person}" if route.person else "")
        try:
            address = reverse(route.name, args=route.args()) + route.query
        except (IndexError, ObjectDoesNotExist):
            missing.append(route.name)
        else:
            visits.append(Visit(name, address, route.person))
    return visits, missing


def take(visits: Sequence[Visit], looks: Sequence[Look], shoot: Shoot) -> None:
    """Open every page in every look and let `shoot` keep it.

    The language and theme of the people are changed meanwhile, and put back.
    """
    people = {name: User.objects.get(username=name) for name in sorted({each.person for each in visits} - {""})}
    kept = {name: (user.language, user.theme) for name, user in people.items()}
    keys = {name: session_of(user) for name, user in people.items()}
    try:
        for look in looks:
            User.objects.filter(username__in=people).update(language=look.language, theme=look.theme)
            connections.close_all()  # the event loop of the browser has connections of its own
            with serving() as site, sync_playwright() as driver:
                browser = driver.chromium.launch(
                    executable_path=ensure_chromium(), chromium_sandbox=False, args=list(FLAGS)
                )
                _look_at(browser, site, visits, look, keys, shoot)
                browser.close()
    finally:
        for name, (language, theme) in kept.items():
            User.objects.filter(username=name).update(language=language, theme=theme)
        for key in keys.values():
            Client().session.__class__(key).delete()


def session_of(user: User) -> str:
    """The key of a session in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _look_at(
    browser: Browser, site: str, visits: Sequence[Visit], look: Look, keys: dict[str, str], shoot: Shoot
) -> None:
    width, height = SCREENS[look.screen]
    for person, of_person in groupby(sorted(visits, key=lambda each: each.person), key=lambda each: each.person):
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": height},
            has_touch=look.screen != "desktop",
            locale=LOCALES[look.language],
            color_scheme=look.theme,
        )
        if person:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": keys[person], "url": site}])
        page = context.new_page()
        for visit in of_person:
            page.goto(visit.address)
            shoot(page, look, visit)
        context.close()


def keep_in(folder: Path) -> Shoot:
    """A `shoot` that keeps the whole page below the folder, a folder for each look."""

    def shoot(page: Page, look: Look, visit: Visit) -> None:
        page.screenshot(path=folder / str(look) / f"{visit.name}.png", full_page=True)

    return shoot
