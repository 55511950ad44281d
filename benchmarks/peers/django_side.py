"""Stock Django admin on the same tables, unmanaged. Runs in the peers' environment: `django_side.py URL`."""

import sys
import types
from urllib.parse import parse_qs, urlsplit

import django
from django.apps import AppConfig
from django.conf import settings
from timing import report

url = urlsplit(sys.argv[1])
if url.scheme.startswith("sqlite"):
    school = {"ENGINE": "django.db.backends.sqlite3", "NAME": url.path[1:]}
else:
    school = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path[1:],
        "USER": url.username,
        "HOST": parse_qs(url.query)["host"][0],
    }
settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="peer_urls",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}, "school": school},
    DATABASE_ROUTERS=["peer_urls.Router"],
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "school.apps.Config",
    ],  # fmt: skip
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],  # fmt: skip
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],  # fmt: skip
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
school_app = types.ModuleType("school")
school_app.__path__ = []  # type: ignore[attr-defined]
school_app.Config = type("Config", (AppConfig,), {"name": "school", "label": "school", "path": "."})  # type: ignore[attr-defined]
sys.modules["school"] = school_app
sys.modules["school.apps"] = school_app
django.setup()

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import path


def table(name: str, *ordering: str) -> type:
    """Says which table an unmanaged model stands for, and how its rows are ordered."""
    return type("Meta", (), {"managed": False, "db_table": name, "app_label": "school", "ordering": ordering})


class Student(models.Model):
    """A pupil."""

    last_name = models.CharField(max_length=80)
    first_name = models.CharField(max_length=80)
    Meta = table("student", "last_name")

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}"


class Subject(models.Model):
    """A subject."""

    name = models.CharField(max_length=80)
    Meta = table("subject")


class Assignment(models.Model):
    """Who teaches what to whom."""

    subject = models.ForeignKey(Subject, models.DO_NOTHING)
    Meta = table("teaching_assignment")

    def __str__(self) -> str:
        return self.subject.name


class Lesson(models.Model):
    """A lesson."""

    assignment = models.ForeignKey(Assignment, models.DO_NOTHING)
    held_on = models.DateField()
    number = models.IntegerField()
    topic = models.CharField(max_length=500)
    Meta = table("lesson")

    def __str__(self) -> str:
        return f"{self.held_on} {self.number}"


class Mark(models.Model):
    """A mark."""

    lesson = models.ForeignKey(Lesson, models.DO_NOTHING)
    student = models.ForeignKey(Student, models.DO_NOTHING)
    value = models.CharField(max_length=20)
    comment = models.CharField(max_length=300, null=True)
    Meta = table("mark")


class Marks(admin.ModelAdmin):
    """The list of marks as a user would declare it, with the joins that Django's manual advises."""

    list_display = ("student", "lesson", "value", "comment")
    list_select_related = ("student", "lesson")
    list_per_page = 50
    search_fields = ("student__last_name",)
    list_filter = ("value",)


class Lessons(admin.ModelAdmin):
    """The list of lessons."""

    list_display = ("assignment", "held_on", "number", "topic")
    list_select_related = ("assignment__subject",)
    list_per_page = 50
    search_fields = ("topic",)


class Router:
    """The tables of the school stand in the school's database."""

    def db_for_read(self, model: type, **_: object) -> str:
        return "school" if model._meta.app_label == "school" else "default"


admin.site.register(Mark, Marks)
admin.site.register(Lesson, Lessons)
urls = types.ModuleType("peer_urls")
urls.urlpatterns = [path("admin/", admin.site.urls)]  # type: ignore[attr-defined]
urls.Router = Router  # type: ignore[attr-defined]
sys.modules["peer_urls"] = urls
call_command("migrate", verbosity=0)
User.objects.create_superuser("admin", "a@b.c", "x")
client = Client()
client.force_login(User.objects.get())
last = (Mark.objects.count() - 1) // 50 + 1


def get(address: str) -> tuple[int, bytes]:
    answer = client.get(address)
    return answer.status_code, answer.content


report(
    {
        "first page": "/admin/school/mark/",
        "last page": f"/admin/school/mark/?p={last}",
        "by pupil": "/admin/school/mark/?o=1",
        "by pupil, last page": f"/admin/school/mark/?o=1&p={last}",
        "search": "/admin/school/mark/?q=Ива",
        "search, no match": "/admin/school/mark/?q=zzzqqq",
        "filter": "/admin/school/mark/?value__exact=5",
        "lessons": "/admin/school/lesson/",
        "lessons by topic": "/admin/school/lesson/?q=онтр",
    },
    get,
)
