"""Stock sqladmin on the same tables. Runs in the peers' environment: `sqladmin_side.py URL`."""

import sys

from models import Lesson, Mark, Student
from sqladmin import Admin, ModelView
from sqladmin.filters import StaticValuesFilter
from sqlalchemy import create_engine, func, select
from starlette.applications import Starlette
from starlette.testclient import TestClient
from timing import report

engine = create_engine(sys.argv[1])
app = Starlette()
admin = Admin(app, engine)


class Marks(ModelView, model=Mark):  # type: ignore[call-arg]
    """The list of marks as a user would declare it."""

    page_size = 50
    column_list = (Mark.student, Mark.lesson, Mark.value, Mark.comment)
    column_sortable_list = (Mark.id, "student.last_name", Mark.value)
    column_searchable_list = ("student.last_name",)
    column_filters = (StaticValuesFilter(Mark.value, values=[("5", "5")], title="value"),)


class Lessons(ModelView, model=Lesson):  # type: ignore[call-arg]
    """The list of lessons."""

    page_size = 50
    column_list = (Lesson.assignment, Lesson.held_on, Lesson.number, Lesson.topic)
    column_searchable_list = (Lesson.topic,)


admin.add_view(Marks)
admin.add_view(Lessons)
with engine.connect() as connection:
    last = (connection.scalar(select(func.count(Mark.id))) or 1) // 50 + 1
client = TestClient(app)


def get(address: str) -> tuple[int, bytes]:
    answer = client.get(address)
    return answer.status_code, answer.content


report(
    {
        "first page": "/admin/mark/list",
        "last page": f"/admin/mark/list?page={last}",
        "by pupil": "/admin/mark/list?sortBy=student.last_name&sort=asc",
        "by pupil, last page": f"/admin/mark/list?sortBy=student.last_name&sort=asc&page={last}",
        "search": "/admin/mark/list?search=Ива",
        "search, no match": "/admin/mark/list?search=zzzqqq",
        "filter": "/admin/mark/list?value=5",
        "lessons": "/admin/lesson/list",
        "lessons by topic": "/admin/lesson/list?search=онтр",
    },
    get,
)
assert Student
