"""what a timetable is planned under; drafts, locks, double lessons; calendar feeds; changes of lessons are news.

Revision: 0011, after 0010.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = ("mark", "absence", "note", "homework", "notice", "message")
AFTER = (*BEFORE, "timetable")


def news(known: tuple[str, ...]) -> None:
    """Exchange the list of kinds of news."""
    listed = ", ".join(f"'{kind}'" for kind in known)
    for table in ("notification", "subscription"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_kind_choice"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_{table}_kind_choice"), f"kind IN ({listed})")


def spread_drafts() -> None:
    """The older schema knows one draft of a day: the others begin on the days after it."""
    table = sa.table("timetable", sa.column("id"), sa.column("academic_year_id"), sa.column("valid_from", sa.Date), sa.column("state"))
    bind, taken = op.get_bind(), set()
    for row in bind.execute(sa.select(table).where(table.c.state == "draft").order_by(table.c.id)).all():
        day = row.valid_from
        while (row.academic_year_id, day) in taken:
            day += timedelta(days=1)
        taken.add((row.academic_year_id, day))
        if day != row.valid_from:
            bind.execute(sa.update(table).where(table.c.id == row.id).values(valid_from=day))


def upgrade() -> None:
    news(AFTER)
    op.create_table('timetable_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.CheckConstraint('weight >= 0 AND weight <= 100', name=op.f('ck_timetable_rule_weight_bounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timetable_rule')),
    sa.UniqueConstraint('code', name=op.f('uq_timetable_rule_code'))
    )
    op.create_table('staff_absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('cause', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.CheckConstraint("cause IN ('ill', 'leave', 'training', 'trip', 'other')", name=op.f('ck_staff_absence_cause_choice')),
    sa.CheckConstraint('ends_on IS NULL OR begins_on <= ends_on', name=op.f('ck_staff_absence_ends_on_after_begins_on')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_absence_staff_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_absence'))
    )
    with op.batch_alter_table('staff_absence', schema=None) as batch_op:
        batch_op.create_index('ix_staff_absence_days', ['staff_id', 'begins_on'], unique=False)

    op.create_table('calendar_feed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_calendar_feed_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('account_id', name=op.f('uq_calendar_feed_account_id')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_calendar_feed_key_hash'))
    )
    op.create_table('subject_room',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_subject_room_room_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_subject_room_subject_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject_room')),
    sa.UniqueConstraint('subject_id', 'room_id', name=op.f('uq_subject_room_subject_id_room_id'))
    )
    with op.batch_alter_table('subject_room', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subject_room_room_id'), ['room_id'], unique=False)

    op.create_table('unavailability',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('school_class_id', sa.Integer(), nullable=True),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('strength', sa.String(length=20), nullable=False),
    sa.CheckConstraint("strength IN ('never', 'unwanted')", name=op.f('ck_unavailability_strength_choice')),
    sa.CheckConstraint('(CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN school_class_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN room_id IS NULL THEN 0 ELSE 1 END) = 1', name=op.f('ck_unavailability_of_one')),
    sa.CheckConstraint('number >= 0 AND number <= 14', name=op.f('ck_unavailability_number_bounds')),
    sa.CheckConstraint('weekday >= 1 AND weekday <= 7', name=op.f('ck_unavailability_weekday_bounds')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_unavailability_room_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_class_id'], ['school_class.id'], name=op.f('fk_unavailability_school_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_unavailability_staff_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unavailability'))
    )
    with op.batch_alter_table('unavailability', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unavailability_room_id'), ['room_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_unavailability_school_class_id'), ['school_class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_unavailability_staff_id'), ['staff_id'], unique=False)

    with op.batch_alter_table('teaching_assignment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('doubles', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_check_constraint(op.f('ck_teaching_assignment_doubles_bounds'), 'doubles >= 0 AND doubles <= 10')
        batch_op.add_column(sa.Column('room_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_teaching_assignment_room_id'), ['room_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_teaching_assignment_room_id'), 'room', ['room_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('timetable', schema=None) as batch_op:
        batch_op.add_column(sa.Column('report', sa.JSON(), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_timetable_academic_year_id_valid_from_state'), type_='unique')
        batch_op.create_index('uq_timetable_published', ['academic_year_id', 'valid_from'], unique=True, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))

    with op.batch_alter_table('timetable_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_locked', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('teaching_assignment', schema=None) as batch_op:
        batch_op.alter_column('doubles', server_default=None)
    with op.batch_alter_table('timetable_entry', schema=None) as batch_op:
        batch_op.alter_column('is_locked', server_default=None)
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        for name in ("written", "changed"):
            batch_op.add_column(sa.Column(f"{name}_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False))
            batch_op.add_column(sa.Column(f"{name}_by_id", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_substitution_{name}_by_id"), "account", [f"{name}_by_id"], ["id"], ondelete="SET NULL")
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        for name in ("written", "changed"):
            batch_op.alter_column(f"{name}_at", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        for name in ("written", "changed"):
            batch_op.drop_constraint(op.f(f"fk_substitution_{name}_by_id"), type_="foreignkey")
            batch_op.drop_column(f"{name}_by_id")
            batch_op.drop_column(f"{name}_at")
    for table in ("notification", "subscription"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'timetable'")
    news(BEFORE)
    spread_drafts()
    with op.batch_alter_table('timetable_entry', schema=None) as batch_op:
        batch_op.drop_column('is_locked')

    with op.batch_alter_table('timetable', schema=None) as batch_op:
        batch_op.drop_index('uq_timetable_published', sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.create_unique_constraint(batch_op.f('uq_timetable_academic_year_id_valid_from_state'), ['academic_year_id', 'valid_from', 'state'])
        batch_op.drop_column('report')

    with op.batch_alter_table('teaching_assignment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_teaching_assignment_room_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_teaching_assignment_room_id'))
        batch_op.drop_column('room_id')
        batch_op.drop_constraint(op.f('ck_teaching_assignment_doubles_bounds'), type_='check')
        batch_op.drop_column('doubles')

    with op.batch_alter_table('unavailability', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unavailability_staff_id'))
        batch_op.drop_index(batch_op.f('ix_unavailability_school_class_id'))
        batch_op.drop_index(batch_op.f('ix_unavailability_room_id'))

    op.drop_table('unavailability')
    with op.batch_alter_table('subject_room', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subject_room_room_id'))

    op.drop_table('subject_room')
    op.drop_table('calendar_feed')
    with op.batch_alter_table('staff_absence', schema=None) as batch_op:
        batch_op.drop_index('ix_staff_absence_days')

    op.drop_table('staff_absence')
    op.drop_table('timetable_rule')
