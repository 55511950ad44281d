"""the journal at the speed of typing.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('lesson_work',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('work_type_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('position >= 1 AND position <= 3', name=op.f('ck_lesson_work_position_bounds')),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_lesson_work_assignment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lesson_id', 'assignment_id'], ['lesson.id', 'lesson.assignment_id'], name='fk_lesson_work_lesson_assignment'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_lesson_work_lesson_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['work_type_id'], ['work_type.id'], name=op.f('fk_lesson_work_work_type_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_work')),
    sa.UniqueConstraint('lesson_id', 'position', name=op.f('uq_lesson_work_lesson_id_position'))
    )
    with op.batch_alter_table('lesson_work', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_work_assignment', ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_work_work_type_id'), ['work_type_id'], unique=False)

    op.create_table('criterion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('most_points', sa.Integer(), nullable=False),
    sa.CheckConstraint('most_points >= 1 AND most_points <= 100', name=op.f('ck_criterion_most_points_bounds')),
    sa.CheckConstraint('position >= 1 AND position <= 12', name=op.f('ck_criterion_position_bounds')),
    sa.ForeignKeyConstraint(['work_id'], ['lesson_work.id'], name=op.f('fk_criterion_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_criterion')),
    sa.UniqueConstraint('work_id', 'position', name=op.f('uq_criterion_work_id_position'))
    )
    op.create_table('criterion_score',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('criterion_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('points >= 0 AND points <= 100', name=op.f('ck_criterion_score_points_bounds')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_criterion_score_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['criterion_id'], ['criterion.id'], name=op.f('fk_criterion_score_criterion_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_criterion_score_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_criterion_score_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_criterion_score')),
    sa.UniqueConstraint('criterion_id', 'student_id', name=op.f('uq_criterion_score_criterion_id_student_id'))
    )
    with op.batch_alter_table('criterion_score', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_criterion_score_student_id'), ['student_id'], unique=False)

    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shown_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('blob', sa.LargeBinary(), nullable=True))

    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('period_id', sa.Integer(), nullable=True))
        batch_op.alter_column('lesson_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_foreign_key(batch_op.f('fk_correction_request_period_id'), 'grading_period', ['period_id'], ['id'], ondelete='CASCADE')
        batch_op.create_check_constraint(batch_op.f('ck_correction_request_lesson_or_period'), '(lesson_id IS NULL) <> (period_id IS NULL)')

    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.add_column(sa.Column('work_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('shown_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_mark_work', ['work_id'], unique=False, sqlite_where=sa.text('work_id IS NOT NULL'), postgresql_where=sa.text('work_id IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_mark_work_id'), 'lesson_work', ['work_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('scheme_of_work', schema=None) as batch_op:
        batch_op.add_column(sa.Column('version_of_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('approved_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_scheme_of_work_version_of_id'), ['version_of_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_scheme_of_work_version_of_id'), 'scheme_of_work', ['version_of_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('work_type', schema=None) as batch_op:
        batch_op.add_column(sa.Column('staff_id', sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_work_type_name'), type_='unique')
        batch_op.create_index(batch_op.f('ix_work_type_staff_id'), ['staff_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_work_type_name_staff_id'), ['name', 'staff_id'])
        batch_op.create_index('uq_work_type_school', ['name'], unique=True, sqlite_where=sa.text('staff_id IS NULL'), postgresql_where=sa.text('staff_id IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_work_type_staff_id'), 'staff', ['staff_id'], ['id'], ondelete='RESTRICT')



def downgrade() -> None:
    # what the schema before has no place for: requests about final marks; two kinds of work of one name
    op.execute('DELETE FROM correction_request WHERE lesson_id IS NULL')
    op.execute("UPDATE work_type SET name = substr(name, 1, 48) || ' ' || staff_id WHERE staff_id IS NOT NULL")
    with op.batch_alter_table('work_type', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_work_type_staff_id'), type_='foreignkey')
        batch_op.drop_index('uq_work_type_school', sqlite_where=sa.text('staff_id IS NULL'), postgresql_where=sa.text('staff_id IS NULL'))
        batch_op.drop_constraint(batch_op.f('uq_work_type_name_staff_id'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_work_type_staff_id'))
        batch_op.create_unique_constraint(batch_op.f('uq_work_type_name'), ['name'])
        batch_op.drop_column('staff_id')

    with op.batch_alter_table('scheme_of_work', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_scheme_of_work_version_of_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_scheme_of_work_version_of_id'))
        batch_op.drop_column('approved_on')
        batch_op.drop_column('version_of_id')

    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_mark_work_id'), type_='foreignkey')
        batch_op.drop_index('ix_mark_work', sqlite_where=sa.text('work_id IS NOT NULL'), postgresql_where=sa.text('work_id IS NOT NULL'))
        batch_op.drop_column('shown_at')
        batch_op.drop_column('work_id')

    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_correction_request_lesson_or_period'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_correction_request_period_id'), type_='foreignkey')
        batch_op.alter_column('lesson_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('period_id')

    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.drop_column('shown_at')

    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_column('blob')

    with op.batch_alter_table('criterion_score', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_criterion_score_student_id'))

    op.drop_table('criterion_score')
    op.drop_table('criterion')
    with op.batch_alter_table('lesson_work', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lesson_work_work_type_id'))
        batch_op.drop_index('ix_lesson_work_assignment')

    op.drop_table('lesson_work')
