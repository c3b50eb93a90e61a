"""Prints how to log in to the demo: one person for each role."""

from django.conf import settings
from django.core.management import BaseCommand

from groups.models import Membership, User


class Command(BaseCommand):
    help = "Print one demo log-in for each role; nothing without a demo."
    requires_system_checks = ()

    def handle(self, *args, **options):
        people = [(word, user) for word, user in one_of_each_role() if user.check_password(settings.DEMO_PASSWORD)]
        if people:
            self.stdout.write(f"演示登录，密码 / Demo log-ins, password: {settings.DEMO_PASSWORD}")
        for word, user in people:
            self.stdout.write(f"  {word}: {user.username}")


def one_of_each_role() -> list[tuple[str, User]]:
    """The first demo user of each role that has one, with the role in both languages."""
    users = User.objects.filter(is_demo=True, is_active=True).order_by("pk")
    asked = [
        ("运营 / operator", users.filter(memberships__role=Membership.Role.OPERATOR)),
        ("经理 / manager", users.filter(memberships__role=Membership.Role.MANAGER)),
        ("管理员 / administrator", users.filter(is_administrator=True)),
    ]
    return [(word, user) for word, found in asked if (user := found.first())]
