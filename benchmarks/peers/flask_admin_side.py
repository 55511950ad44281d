"""Stock Flask-Admin on the same tables. Runs in the peers' environment: `flask_admin_side.py URL`."""

import sys

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from models import Lesson, Mark, Student
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker
from timing import report


class Marks(ModelView):
    """The list of marks as a user would declare it."""

    page_size = 50
    column_list = ("student", "lesson", "value", "comment")
    column_sortable_list = ("id", ("student", "student.last_name"), "value")
    column_searchable_list = (Student.last_name,)
    column_filters = ("value",)


class Lessons(ModelView):
    """The list of lessons."""

    page_size = 50
    column_list = ("assignment", "held_on", "number", "topic")
    column_searchable_list = (Lesson.topic,)


app = Flask(__name__)
app.secret_key = "bench"
session = scoped_session(sessionmaker(create_engine(sys.argv[1])))
admin = Admin(app)
admin.add_view(Marks(Mark, session))
admin.add_view(Lessons(Lesson, session))
client = app.test_client()
last = (session.query(Mark).count() - 1) // 50
session.remove()


def get(address: str) -> tuple[int, bytes]:
    answer = client.get(address)
    session.remove()
    return answer.status_code, answer.data


report(
    {
        "first page": "/admin/mark/",
        "last page": f"/admin/mark/?page={last}",
        "by pupil": "/admin/mark/?sort=0",
        "by pupil, last page": f"/admin/mark/?sort=0&page={last}",
        "search": "/admin/mark/?search=Ива",
        "search, no match": "/admin/mark/?search=zzzqqq",
        "filter": "/admin/mark/?flt0_0=5",
        "lessons": "/admin/lesson/",
        "lessons by topic": "/admin/lesson/?search=онтр",
    },
    get,
)
