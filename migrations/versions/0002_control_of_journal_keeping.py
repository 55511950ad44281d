"""control of journal keeping.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('trail_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('entry_count', sa.Integer(), nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=False),
    sa.Column('proof', sa.String(length=64), nullable=False),
    sa.CheckConstraint('entry_count >= 0 AND entry_count <= 2000000000', name=op.f('ck_trail_head_entry_count_bounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trail_head'))
    )
    op.create_table('check_setting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('parameter', sa.String(length=40), nullable=False),
    sa.Column('grade_level_id', sa.Integer(), nullable=True),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.CheckConstraint('value >= 0 AND value <= 999', name=op.f('ck_check_setting_value_bounds')),
    sa.ForeignKeyConstraint(['grade_level_id'], ['grade_level.id'], name=op.f('fk_check_setting_grade_level_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_check_setting_subject_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_setting')),
    sa.UniqueConstraint('rule', 'parameter', 'grade_level_id', 'subject_id', name=op.f('uq_check_setting_rule_parameter_grade_level_id_subject_id'))
    )
    with op.batch_alter_table('check_setting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_check_setting_grade_level_id'), ['grade_level_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_check_setting_subject_id'), ['subject_id'], unique=False)
        batch_op.create_index('uq_check_setting_grade', ['rule', 'parameter', 'grade_level_id'], unique=True, sqlite_where=sa.text('grade_level_id IS NOT NULL AND subject_id IS NULL'), postgresql_where=sa.text('grade_level_id IS NOT NULL AND subject_id IS NULL'))
        batch_op.create_index('uq_check_setting_school', ['rule', 'parameter'], unique=True, sqlite_where=sa.text('grade_level_id IS NULL AND subject_id IS NULL'), postgresql_where=sa.text('grade_level_id IS NULL AND subject_id IS NULL'))
        batch_op.create_index('uq_check_setting_subject', ['rule', 'parameter', 'subject_id'], unique=True, sqlite_where=sa.text('grade_level_id IS NULL AND subject_id IS NOT NULL'), postgresql_where=sa.text('grade_level_id IS NULL AND subject_id IS NOT NULL'))

    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('identity', sa.String(length=120), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('school_class_id', sa.Integer(), nullable=True),
    sa.Column('lesson_id', sa.Integer(), nullable=True),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('period_id', sa.Integer(), nullable=True),
    sa.Column('since_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=9, scale=2), nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_finding_assignment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_finding_lesson_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['period_id'], ['grading_period.id'], name=op.f('fk_finding_period_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_class_id'], ['school_class.id'], name=op.f('fk_finding_school_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_finding_staff_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_finding_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding')),
    sa.UniqueConstraint('identity', name=op.f('uq_finding_identity'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_lesson_id'), ['lesson_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_period_id'), ['period_id'], unique=False)
        batch_op.create_index('ix_finding_rule', ['rule', 'since_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_school_class_id'), ['school_class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_since_on'), ['since_on'], unique=False)
        batch_op.create_index('ix_finding_staff', ['staff_id', 'rule'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_student_id'), ['student_id'], unique=False)

    with op.batch_alter_table('journal_check', schema=None) as batch_op:
        batch_op.add_column(sa.Column('school_class_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('checked_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_journal_check_school_class_id'), ['school_class_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_journal_check_school_class_id'), 'school_class', ['school_class_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('journal_remark', schema=None) as batch_op:
        batch_op.add_column(sa.Column('student_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('rule', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('findings', sa.JSON(), nullable=True))
        batch_op.create_index('ix_journal_remark_state', ['state', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_journal_remark_student_id'), ['student_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_journal_remark_student_id'), 'student', ['student_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.add_column(sa.Column('filled_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('trail_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lesson_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('student_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('seal', sa.String(length=64), nullable=True))
        batch_op.create_index('ix_trail_entry_cell', ['lesson_id', 'student_id', 'id'], unique=False)
        batch_op.drop_constraint(batch_op.f('fk_trail_entry_account_id'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_trail_entry_account_id'), 'account', ['account_id'], ['id'], ondelete='RESTRICT')

    keep_what_is_known()
    with op.batch_alter_table('journal_remark', schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f('ck_journal_remark_fixed_has_date'), "state <> 'fixed' OR fixed_on IS NOT NULL")


def keep_what_is_known() -> None:
    """Rows from before: when a lesson was filled, when a remark was mended, which cell an entry of the trail is about."""
    op.execute("UPDATE lesson SET filled_at = changed_at WHERE topic <> ''")
    remark = sa.table('journal_remark', sa.column('id', sa.Integer), sa.column('state', sa.String), sa.column('fixed_on', sa.Date), sa.column('changed_at', sa.DateTime(timezone=True)))
    fixed = sa.select(remark.c.id, remark.c.changed_at).where(remark.c.state == 'fixed', remark.c.fixed_on.is_(None))
    for id_, changed_at in op.get_bind().execute(fixed).all():
        op.execute(sa.update(remark).where(remark.c.id == id_).values(fixed_on=changed_at.date()))
    for entity, table in (('Mark', 'mark'), ('Absence', 'absence')):
        for column in ('lesson_id', 'student_id'):
            op.execute(
                f"UPDATE trail_entry SET {column} = (SELECT {table}.{column} FROM {table} WHERE {table}.id = trail_entry.row_id)"
                f" WHERE entity = '{entity}' AND row_id IS NOT NULL"
            )
    op.execute("UPDATE trail_entry SET lesson_id = row_id WHERE entity = 'Lesson'")


def downgrade() -> None:
    with op.batch_alter_table('trail_entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_trail_entry_account_id'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_trail_entry_account_id'), 'account', ['account_id'], ['id'], ondelete='SET NULL')
        batch_op.drop_index('ix_trail_entry_cell')
        batch_op.drop_column('seal')
        batch_op.drop_column('student_id')
        batch_op.drop_column('lesson_id')

    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.drop_column('filled_at')

    with op.batch_alter_table('journal_remark', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_journal_remark_fixed_has_date'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_journal_remark_student_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_journal_remark_student_id'))
        batch_op.drop_index('ix_journal_remark_state')
        batch_op.drop_column('findings')
        batch_op.drop_column('rule')
        batch_op.drop_column('student_id')

    with op.batch_alter_table('journal_check', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_journal_check_school_class_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_journal_check_school_class_id'))
        batch_op.drop_column('checked_on')
        batch_op.drop_column('school_class_id')

    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finding_student_id'))
        batch_op.drop_index('ix_finding_staff')
        batch_op.drop_index(batch_op.f('ix_finding_since_on'))
        batch_op.drop_index(batch_op.f('ix_finding_school_class_id'))
        batch_op.drop_index('ix_finding_rule')
        batch_op.drop_index(batch_op.f('ix_finding_period_id'))
        batch_op.drop_index(batch_op.f('ix_finding_lesson_id'))
        batch_op.drop_index(batch_op.f('ix_finding_assignment_id'))

    op.drop_table('finding')
    with op.batch_alter_table('check_setting', schema=None) as batch_op:
        batch_op.drop_index('uq_check_setting_subject', sqlite_where=sa.text('grade_level_id IS NULL AND subject_id IS NOT NULL'), postgresql_where=sa.text('grade_level_id IS NULL AND subject_id IS NOT NULL'))
        batch_op.drop_index('uq_check_setting_school', sqlite_where=sa.text('grade_level_id IS NULL AND subject_id IS NULL'), postgresql_where=sa.text('grade_level_id IS NULL AND subject_id IS NULL'))
        batch_op.drop_index('uq_check_setting_grade', sqlite_where=sa.text('grade_level_id IS NOT NULL AND subject_id IS NULL'), postgresql_where=sa.text('grade_level_id IS NOT NULL AND subject_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_check_setting_subject_id'))
        batch_op.drop_index(batch_op.f('ix_check_setting_grade_level_id'))

    op.drop_table('check_setting')
    op.drop_table('trail_head')
