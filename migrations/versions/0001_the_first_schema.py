"""The first schema.

Revision: 0001, the beginning.
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('absence_reason',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('letter', sa.String(length=4), nullable=False),
    sa.Column('keys', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('is_absence', sa.Boolean(), nullable=False),
    sa.Column('is_excused', sa.Boolean(), nullable=False),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint('position >= 0 AND position <= 99', name=op.f('ck_absence_reason_position_bounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence_reason')),
    sa.UniqueConstraint('letter', name=op.f('uq_absence_reason_letter'))
    )
    with op.batch_alter_table('absence_reason', schema=None) as batch_op:
        batch_op.create_index('uq_absence_reason_default', ['is_default'], unique=True, sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))

    op.create_table('academic_year',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR begins_on <= ends_on', name=op.f('ck_academic_year_ends_on_after_begins_on')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_academic_year')),
    sa.UniqueConstraint('name', name=op.f('uq_academic_year_name'))
    )
    with op.batch_alter_table('academic_year', schema=None) as batch_op:
        batch_op.create_index('uq_academic_year_current', ['is_current'], unique=True, sqlite_where=sa.text('is_current'), postgresql_where=sa.text('is_current'))

    op.create_table('announcement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.Column('shown_from', sa.Date(), nullable=False),
    sa.Column('shown_to', sa.Date(), nullable=True),
    sa.CheckConstraint("audience IN ('everybody', 'staff', 'families')", name=op.f('ck_announcement_audience_choice')),
    sa.CheckConstraint('shown_to IS NULL OR shown_from <= shown_to', name=op.f('ck_announcement_shown_to_after_shown_from')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    op.create_table('backup_copy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('size >= 0 AND size <= 2000000000', name=op.f('ck_backup_copy_size_bounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backup_copy')),
    sa.UniqueConstraint('file_name', name=op.f('uq_backup_copy_file_name'))
    )
    op.create_table('bell_schedule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bell_schedule')),
    sa.UniqueConstraint('name', name=op.f('uq_bell_schedule_name'))
    )
    with op.batch_alter_table('bell_schedule', schema=None) as batch_op:
        batch_op.create_index('uq_bell_schedule_default', ['is_default'], unique=True, sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))

    op.create_table('grade_level',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('period_kind', sa.String(length=20), nullable=False),
    sa.Column('has_marks', sa.Boolean(), nullable=False),
    sa.CheckConstraint("period_kind IN ('quarter', 'trimester', 'half', 'year')", name=op.f('ck_grade_level_period_kind_choice')),
    sa.CheckConstraint('number >= 1 AND number <= 13', name=op.f('ck_grade_level_number_bounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grade_level')),
    sa.UniqueConstraint('number', name=op.f('uq_grade_level_number'))
    )
    op.create_table('grading_scale',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.CheckConstraint("kind IN ('five', 'pass')", name=op.f('ck_grading_scale_kind_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grading_scale')),
    sa.UniqueConstraint('name', name=op.f('uq_grading_scale_name'))
    )
    op.create_table('guardian',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('last_name', sa.String(length=80), nullable=False),
    sa.Column('first_name', sa.String(length=80), nullable=False),
    sa.Column('middle_name', sa.String(length=80), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('email', sa.String(length=120), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardian'))
    )
    with op.batch_alter_table('guardian', schema=None) as batch_op:
        batch_op.create_index('ix_guardian_name', ['last_name', 'first_name', 'middle_name', 'id'], unique=False)

    op.create_table('help_page',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('address', sa.String(length=120), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_help_page')),
    sa.UniqueConstraint('address', name=op.f('uq_help_page_address'))
    )
    op.create_table('import_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.CheckConstraint("state IN ('checked', 'applied', 'failed')", name=op.f('ck_import_run_state_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    op.create_table('room',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.CheckConstraint('capacity >= 1 AND capacity <= 1000', name=op.f('ck_room_capacity_bounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
    sa.UniqueConstraint('number', name=op.f('uq_room_number'))
    )
    op.create_table('setting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('value', sa.String(length=500), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setting')),
    sa.UniqueConstraint('name', name=op.f('uq_setting_name'))
    )
    op.create_table('staff',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('last_name', sa.String(length=80), nullable=False),
    sa.Column('first_name', sa.String(length=80), nullable=False),
    sa.Column('middle_name', sa.String(length=80), nullable=True),
    sa.Column('position', sa.String(length=120), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('email', sa.String(length=120), nullable=True),
    sa.Column('hired_on', sa.Date(), nullable=True),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.CheckConstraint('left_on IS NULL OR hired_on <= left_on', name=op.f('ck_staff_left_on_after_hired_on')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff'))
    )
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.create_index('ix_staff_name', ['last_name', 'first_name', 'middle_name', 'id'], unique=False)

    op.create_table('student',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('last_name', sa.String(length=80), nullable=False),
    sa.Column('first_name', sa.String(length=80), nullable=False),
    sa.Column('middle_name', sa.String(length=80), nullable=True),
    sa.Column('born_on', sa.Date(), nullable=True),
    sa.Column('sex', sa.String(length=20), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('email', sa.String(length=120), nullable=True),
    sa.Column('file_number', sa.String(length=20), nullable=True),
    sa.CheckConstraint("sex IN ('male', 'female')", name=op.f('ck_student_sex_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_student')),
    sa.UniqueConstraint('file_number', name=op.f('uq_student_file_number'))
    )
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.create_index('ix_student_name', ['last_name', 'first_name', 'middle_name', 'id'], unique=False)

    op.create_table('work_type',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('code', sa.String(length=4), nullable=False),
    sa.Column('weight', sa.Numeric(precision=4, scale=2), nullable=False),
    sa.Column('is_control', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint('position >= 0 AND position <= 999', name=op.f('ck_work_type_position_bounds')),
    sa.CheckConstraint('weight >= 0 AND weight <= 10', name=op.f('ck_work_type_weight_bounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_type')),
    sa.UniqueConstraint('name', name=op.f('uq_work_type_name'))
    )
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('login', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('guardian_id', sa.Integer(), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('(CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN student_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN guardian_id IS NULL THEN 0 ELSE 1 END) <= 1', name=op.f('ck_account_one_person')),
    sa.ForeignKeyConstraint(['guardian_id'], ['guardian.id'], name=op.f('fk_account_guardian_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_account_staff_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_account_student_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('guardian_id', name=op.f('uq_account_guardian_id')),
    sa.UniqueConstraint('login', name=op.f('uq_account_login')),
    sa.UniqueConstraint('staff_id', name=op.f('uq_account_staff_id')),
    sa.UniqueConstraint('student_id', name=op.f('uq_account_student_id'))
    )
    op.create_table('archive',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('academic_year_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['academic_year_id'], ['academic_year.id'], name=op.f('fk_archive_academic_year_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archive')),
    sa.UniqueConstraint('file_name', name=op.f('uq_archive_file_name'))
    )
    with op.batch_alter_table('archive', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_archive_academic_year_id'), ['academic_year_id'], unique=False)

    op.create_table('bell_period',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('bell_schedule_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.Time(), nullable=False),
    sa.Column('ends_at', sa.Time(), nullable=False),
    sa.CheckConstraint('number >= 0 AND number <= 14', name=op.f('ck_bell_period_number_bounds')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_bell_period_ends_after_start')),
    sa.ForeignKeyConstraint(['bell_schedule_id'], ['bell_schedule.id'], name=op.f('fk_bell_period_bell_schedule_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bell_period')),
    sa.UniqueConstraint('bell_schedule_id', 'number', name=op.f('uq_bell_period_bell_schedule_id_number'))
    )
    with op.batch_alter_table('bell_period', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bell_period_bell_schedule_id'), ['bell_schedule_id'], unique=False)

    op.create_table('diary_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('guardian_id', sa.Integer(), nullable=False),
    sa.Column('week_on', sa.Date(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['guardian_id'], ['guardian.id'], name=op.f('fk_diary_receipt_guardian_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_diary_receipt_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_diary_receipt')),
    sa.UniqueConstraint('student_id', 'guardian_id', 'week_on', name=op.f('uq_diary_receipt_student_id_guardian_id_week_on'))
    )
    with op.batch_alter_table('diary_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_diary_receipt_guardian_id'), ['guardian_id'], unique=False)

    op.create_table('excuse_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('reason_id', sa.Integer(), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('document_number', sa.String(length=60), nullable=True),
    sa.CheckConstraint('ends_on IS NULL OR begins_on <= ends_on', name=op.f('ck_excuse_document_ends_on_after_begins_on')),
    sa.ForeignKeyConstraint(['reason_id'], ['absence_reason.id'], name=op.f('fk_excuse_document_reason_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_excuse_document_student_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_excuse_document'))
    )
    with op.batch_alter_table('excuse_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_excuse_document_reason_id'), ['reason_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_excuse_document_student_id'), ['student_id'], unique=False)

    op.create_table('grading_period',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('academic_year_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('is_closed', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind IN ('quarter', 'trimester', 'half', 'year')", name=op.f('ck_grading_period_kind_choice')),
    sa.CheckConstraint('ends_on IS NULL OR begins_on <= ends_on', name=op.f('ck_grading_period_ends_on_after_begins_on')),
    sa.ForeignKeyConstraint(['academic_year_id'], ['academic_year.id'], name=op.f('fk_grading_period_academic_year_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grading_period')),
    sa.UniqueConstraint('academic_year_id', 'kind', 'begins_on', name=op.f('uq_grading_period_academic_year_id_kind_begins_on'))
    )
    with op.batch_alter_table('grading_period', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grading_period_academic_year_id'), ['academic_year_id'], unique=False)

    op.create_table('guardianship',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('guardian_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('kinship', sa.String(length=20), nullable=False),
    sa.CheckConstraint("kinship IN ('mother', 'father', 'grandparent', 'guardian', 'other')", name=op.f('ck_guardianship_kinship_choice')),
    sa.ForeignKeyConstraint(['guardian_id'], ['guardian.id'], name=op.f('fk_guardianship_guardian_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_guardianship_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardianship')),
    sa.UniqueConstraint('guardian_id', 'student_id', name=op.f('uq_guardianship_guardian_id_student_id'))
    )
    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guardianship_guardian_id'), ['guardian_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guardianship_student_id'), ['student_id'], unique=False)

    op.create_table('holiday',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('academic_year_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('grade_level_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('break', 'holiday', 'extra')", name=op.f('ck_holiday_kind_choice')),
    sa.CheckConstraint('ends_on IS NULL OR begins_on <= ends_on', name=op.f('ck_holiday_ends_on_after_begins_on')),
    sa.ForeignKeyConstraint(['academic_year_id'], ['academic_year.id'], name=op.f('fk_holiday_academic_year_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['grade_level_id'], ['grade_level.id'], name=op.f('fk_holiday_grade_level_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holiday'))
    )
    with op.batch_alter_table('holiday', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_holiday_academic_year_id'), ['academic_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_holiday_grade_level_id'), ['grade_level_id'], unique=False)

    op.create_table('school_class',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('academic_year_id', sa.Integer(), nullable=False),
    sa.Column('grade_level_id', sa.Integer(), nullable=False),
    sa.Column('letter', sa.String(length=15), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('class_teacher_id', sa.Integer(), nullable=True),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('bell_schedule_id', sa.Integer(), nullable=True),
    sa.Column('days_a_week', sa.Integer(), nullable=False),
    sa.Column('shift', sa.Integer(), nullable=False),
    sa.CheckConstraint('days_a_week >= 5 AND days_a_week <= 7', name=op.f('ck_school_class_days_a_week_bounds')),
    sa.CheckConstraint('shift >= 1 AND shift <= 3', name=op.f('ck_school_class_shift_bounds')),
    sa.ForeignKeyConstraint(['academic_year_id'], ['academic_year.id'], name=op.f('fk_school_class_academic_year_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['bell_schedule_id'], ['bell_schedule.id'], name=op.f('fk_school_class_bell_schedule_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_teacher_id'], ['staff.id'], name=op.f('fk_school_class_class_teacher_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['grade_level_id'], ['grade_level.id'], name=op.f('fk_school_class_grade_level_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_school_class_room_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_class')),
    sa.UniqueConstraint('academic_year_id', 'grade_level_id', 'letter', name=op.f('uq_school_class_academic_year_id_grade_level_id_letter'))
    )
    with op.batch_alter_table('school_class', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_class_academic_year_id'), ['academic_year_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_class_bell_schedule_id'), ['bell_schedule_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_class_class_teacher_id'), ['class_teacher_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_class_grade_level_id'), ['grade_level_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_class_room_id'), ['room_id'], unique=False)

    op.create_table('subject',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('colour', sa.Integer(), nullable=False),
    sa.Column('grading_scale_id', sa.Integer(), nullable=True),
    sa.Column('is_physical', sa.Boolean(), nullable=False),
    sa.Column('final_threshold', sa.Numeric(precision=3, scale=2), nullable=False),
    sa.CheckConstraint('colour >= 1 AND colour <= 8', name=op.f('ck_subject_colour_bounds')),
    sa.CheckConstraint('final_threshold >= 0 AND final_threshold <= 1', name=op.f('ck_subject_final_threshold_bounds')),
    sa.ForeignKeyConstraint(['grading_scale_id'], ['grading_scale.id'], name=op.f('fk_subject_grading_scale_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject')),
    sa.UniqueConstraint('name', name=op.f('uq_subject_name'))
    )
    with op.batch_alter_table('subject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subject_grading_scale_id'), ['grading_scale_id'], unique=False)

    op.create_table('timetable',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('academic_year_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'published')", name=op.f('ck_timetable_state_choice')),
    sa.CheckConstraint('valid_to IS NULL OR valid_from <= valid_to', name=op.f('ck_timetable_valid_to_after_valid_from')),
    sa.ForeignKeyConstraint(['academic_year_id'], ['academic_year.id'], name=op.f('fk_timetable_academic_year_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timetable')),
    sa.UniqueConstraint('academic_year_id', 'valid_from', 'state', name=op.f('uq_timetable_academic_year_id_valid_from_state'))
    )
    with op.batch_alter_table('timetable', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_timetable_academic_year_id'), ['academic_year_id'], unique=False)

    op.create_table('timetable_norm',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('grade_level_id', sa.Integer(), nullable=False),
    sa.Column('days_a_week', sa.Integer(), nullable=False),
    sa.Column('week_max', sa.Integer(), nullable=False),
    sa.Column('day_max', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=True),
    sa.CheckConstraint('day_max >= 1 AND day_max <= 14', name=op.f('ck_timetable_norm_day_max_bounds')),
    sa.CheckConstraint('days_a_week >= 5 AND days_a_week <= 7', name=op.f('ck_timetable_norm_days_a_week_bounds')),
    sa.CheckConstraint('week_max >= 1 AND week_max <= 60', name=op.f('ck_timetable_norm_week_max_bounds')),
    sa.ForeignKeyConstraint(['grade_level_id'], ['grade_level.id'], name=op.f('fk_timetable_norm_grade_level_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timetable_norm')),
    sa.UniqueConstraint('grade_level_id', 'days_a_week', 'valid_from', name=op.f('uq_timetable_norm_grade_level_id_days_a_week_valid_from'))
    )
    with op.batch_alter_table('timetable_norm', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_timetable_norm_grade_level_id'), ['grade_level_id'], unique=False)

    op.create_table('enrolment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('school_class_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('order_in', sa.String(length=60), nullable=True),
    sa.Column('order_out', sa.String(length=60), nullable=True),
    sa.CheckConstraint('ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_enrolment_ends_on_after_starts_on')),
    sa.CheckConstraint('order_out IS NULL OR ends_on IS NOT NULL', name=op.f('ck_enrolment_order_out_needs_end')),
    sa.ForeignKeyConstraint(['school_class_id'], ['school_class.id'], name=op.f('fk_enrolment_school_class_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_enrolment_student_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('student_id', 'school_class_id', 'starts_on', name=op.f('uq_enrolment_student_id_school_class_id_starts_on'))
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.create_index('ix_enrolment_class', ['school_class_id', 'starts_on', 'ends_on', 'student_id'], unique=False)
        batch_op.create_index('uq_enrolment_open', ['student_id'], unique=True, sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))

    op.create_table('journal_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('conclusion', sa.Text(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('ends_on IS NULL OR begins_on <= ends_on', name=op.f('ck_journal_check_ends_on_after_begins_on')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_journal_check_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_journal_check_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_check'))
    )
    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('sender_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('reply_to_id', sa.Integer(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['reply_to_id'], ['message.id'], name=op.f('fk_message_reply_to_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['sender_id'], ['account.id'], name=op.f('fk_message_sender_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_reply_to_id'), ['reply_to_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_sender_id'), ['sender_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_sent_at'), ['sent_at'], unique=False)

    op.create_table('notification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_notification_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification'))
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.create_index('ix_notification_account', ['account_id', 'read_at', 'made_at'], unique=False)

    op.create_table('role_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.CheckConstraint("role IN ('administrator', 'director', 'deputy', 'control')", name=op.f('ck_role_grant_role_choice')),
    sa.CheckConstraint('ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_role_grant_ends_on_after_starts_on')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_role_grant_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant')),
    sa.UniqueConstraint('account_id', 'role', 'starts_on', name=op.f('uq_role_grant_account_id_role_starts_on'))
    )
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_grant_account_id'), ['account_id'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('login', sa.String(length=60), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('succeeded', sa.Boolean(), nullable=False),
    sa.Column('address', sa.String(length=60), nullable=True),
    sa.Column('device', sa.String(length=300), nullable=True),
    sa.Column('token_digest', sa.String(length=64), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_sign_in_token_digest'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_sign_in_account_time', ['account_id', 'happened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_happened_at'), ['happened_at'], unique=False)

    op.create_table('subgroup',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('school_class_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['school_class_id'], ['school_class.id'], name=op.f('fk_subgroup_school_class_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_subgroup_subject_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subgroup')),
    sa.UniqueConstraint('school_class_id', 'subject_id', 'name', name=op.f('uq_subgroup_school_class_id_subject_id_name'))
    )
    with op.batch_alter_table('subgroup', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subgroup_school_class_id'), ['school_class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subgroup_subject_id'), ['subject_id'], unique=False)
        batch_op.create_index('uq_subgroup_any_subject', ['school_class_id', 'name'], unique=True, sqlite_where=sa.text('subject_id IS NULL'), postgresql_where=sa.text('subject_id IS NULL'))

    op.create_table('subject_difficulty',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('grade_level_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.CheckConstraint('points >= 1 AND points <= 15', name=op.f('ck_subject_difficulty_points_bounds')),
    sa.ForeignKeyConstraint(['grade_level_id'], ['grade_level.id'], name=op.f('fk_subject_difficulty_grade_level_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_subject_difficulty_subject_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject_difficulty')),
    sa.UniqueConstraint('subject_id', 'grade_level_id', 'valid_from', name=op.f('uq_subject_difficulty_subject_id_grade_level_id_valid_from'))
    )
    with op.batch_alter_table('subject_difficulty', schema=None) as batch_op:
        batch_op.create_index('ix_subject_difficulty_grade', ['grade_level_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subject_difficulty_grade_level_id'), ['grade_level_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subject_difficulty_subject_id'), ['subject_id'], unique=False)

    op.create_table('support_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('page', sa.String(length=300), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'answered', 'closed')", name=op.f('ck_support_request_state_choice')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_support_request_account_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_support_request_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_support_request_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_request'))
    )
    with op.batch_alter_table('support_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_support_request_account_id'), ['account_id'], unique=False)

    op.create_table('trail_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(length=160), nullable=False),
    sa.Column('act', sa.String(length=20), nullable=False),
    sa.Column('entity', sa.String(length=60), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=True),
    sa.Column('row_title', sa.String(length=300), nullable=True),
    sa.Column('changes', sa.JSON(), nullable=True),
    sa.Column('operation', sa.String(length=36), nullable=True),
    sa.Column('address', sa.String(length=60), nullable=True),
    sa.Column('request', sa.String(length=36), nullable=True),
    sa.CheckConstraint("act IN ('create', 'change', 'delete', 'sign-in', 'sign-out', 'refuse', 'export', 'import')", name=op.f('ck_trail_entry_act_choice')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_trail_entry_account_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trail_entry')),
    sa.UniqueConstraint('operation', name=op.f('uq_trail_entry_operation'))
    )
    with op.batch_alter_table('trail_entry', schema=None) as batch_op:
        batch_op.create_index('ix_trail_entry_account', ['account_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_trail_entry_happened_at'), ['happened_at'], unique=False)
        batch_op.create_index('ix_trail_entry_row', ['entity', 'row_id', 'id'], unique=False)

    op.create_table('message_recipient',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_message_recipient_account_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_message_recipient_message_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_recipient')),
    sa.UniqueConstraint('message_id', 'account_id', name=op.f('uq_message_recipient_message_id_account_id'))
    )
    with op.batch_alter_table('message_recipient', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_recipient_account_id'), ['account_id'], unique=False)

    op.create_table('subgroup_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('subgroup_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.CheckConstraint('ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_subgroup_member_ends_on_after_starts_on')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_subgroup_member_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['subgroup_id'], ['subgroup.id'], name=op.f('fk_subgroup_member_subgroup_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subgroup_member')),
    sa.UniqueConstraint('subgroup_id', 'student_id', 'starts_on', name=op.f('uq_subgroup_member_subgroup_id_student_id_starts_on'))
    )
    with op.batch_alter_table('subgroup_member', schema=None) as batch_op:
        batch_op.create_index('ix_subgroup_member_dates', ['subgroup_id', 'starts_on', 'ends_on', 'student_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subgroup_member_student_id'), ['student_id'], unique=False)

    op.create_table('teaching_assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('school_class_id', sa.Integer(), nullable=False),
    sa.Column('subgroup_id', sa.Integer(), nullable=True),
    sa.Column('hours_a_week', sa.Numeric(precision=4, scale=1), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('stream', sa.String(length=40), nullable=True),
    sa.CheckConstraint('ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_teaching_assignment_ends_on_after_starts_on')),
    sa.CheckConstraint('hours_a_week >= 0 AND hours_a_week <= 40', name=op.f('ck_teaching_assignment_hours_a_week_bounds')),
    sa.ForeignKeyConstraint(['school_class_id'], ['school_class.id'], name=op.f('fk_teaching_assignment_school_class_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_teaching_assignment_staff_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['subgroup_id'], ['subgroup.id'], name=op.f('fk_teaching_assignment_subgroup_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_teaching_assignment_subject_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teaching_assignment')),
    sa.UniqueConstraint('id', 'school_class_id', name=op.f('uq_teaching_assignment_id_school_class_id')),
    sa.UniqueConstraint('staff_id', 'subject_id', 'school_class_id', 'subgroup_id', 'starts_on', name=op.f('uq_teaching_assignment_staff_id_subject_id_school_class_id_subgroup_id_starts_on'))
    )
    with op.batch_alter_table('teaching_assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_teaching_assignment_school_class_id'), ['school_class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_teaching_assignment_staff_id'), ['staff_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_teaching_assignment_subgroup_id'), ['subgroup_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_teaching_assignment_subject_id'), ['subject_id'], unique=False)
        batch_op.create_index('uq_teaching_assignment_whole_class', ['staff_id', 'subject_id', 'school_class_id', 'starts_on'], unique=True, sqlite_where=sa.text('subgroup_id IS NULL'), postgresql_where=sa.text('subgroup_id IS NULL'))

    op.create_table('assessment_schedule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('work_type_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_assessment_schedule_assignment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_type_id'], ['work_type.id'], name=op.f('fk_assessment_schedule_work_type_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment_schedule')),
    sa.UniqueConstraint('assignment_id', 'planned_on', name=op.f('uq_assessment_schedule_assignment_id_planned_on'))
    )
    with op.batch_alter_table('assessment_schedule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assessment_schedule_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assessment_schedule_planned_on'), ['planned_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_assessment_schedule_work_type_id'), ['work_type_id'], unique=False)

    op.create_table('final_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('period_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('value', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind <> 'exam' OR value <> 'exempt'", name=op.f('ck_final_mark_exam_has_mark')),
    sa.CheckConstraint("kind IN ('period', 'year', 'exam', 'final')", name=op.f('ck_final_mark_kind_choice')),
    sa.CheckConstraint("value IN ('5', '4', '3', '2', '1', 'pass', 'fail', 'exempt', 'none')", name=op.f('ck_final_mark_value_choice')),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_final_mark_assignment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_final_mark_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['period_id'], ['grading_period.id'], name=op.f('fk_final_mark_period_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_final_mark_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_final_mark_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_final_mark')),
    sa.UniqueConstraint('assignment_id', 'student_id', 'period_id', 'kind', name=op.f('uq_final_mark_assignment_id_student_id_period_id_kind'))
    )
    with op.batch_alter_table('final_mark', schema=None) as batch_op:
        batch_op.create_index('ix_final_mark_student', ['student_id', 'period_id'], unique=False)

    op.create_table('scheme_of_work',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('grade_level_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'approved')", name=op.f('ck_scheme_of_work_state_choice')),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_scheme_of_work_assignment_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['grade_level_id'], ['grade_level.id'], name=op.f('fk_scheme_of_work_grade_level_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_scheme_of_work_staff_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_scheme_of_work_subject_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scheme_of_work'))
    )
    with op.batch_alter_table('scheme_of_work', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scheme_of_work_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_scheme_of_work_grade_level_id'), ['grade_level_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_scheme_of_work_staff_id'), ['staff_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_scheme_of_work_subject_id'), ['subject_id'], unique=False)

    op.create_table('timetable_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('timetable_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('parity', sa.String(length=20), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("parity IN ('every', 'odd', 'even')", name=op.f('ck_timetable_entry_parity_choice')),
    sa.CheckConstraint('number >= 0 AND number <= 14', name=op.f('ck_timetable_entry_number_bounds')),
    sa.CheckConstraint('weekday >= 1 AND weekday <= 7', name=op.f('ck_timetable_entry_weekday_bounds')),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_timetable_entry_assignment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_timetable_entry_room_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['timetable_id'], ['timetable.id'], name=op.f('fk_timetable_entry_timetable_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timetable_entry')),
    sa.UniqueConstraint('timetable_id', 'weekday', 'number', 'parity', 'assignment_id', name=op.f('uq_timetable_entry_timetable_id_weekday_number_parity_assignment_id'))
    )
    with op.batch_alter_table('timetable_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_timetable_entry_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_timetable_entry_room_id'), ['room_id'], unique=False)
        batch_op.create_index('ix_timetable_entry_slot', ['timetable_id', 'weekday', 'number'], unique=False)

    op.create_table('planned_lesson',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('scheme_of_work_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('section', sa.String(length=200), nullable=True),
    sa.Column('topic', sa.String(length=500), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('homework', sa.String(length=500), nullable=True),
    sa.Column('work_type_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('hours >= 1 AND hours <= 40', name=op.f('ck_planned_lesson_hours_bounds')),
    sa.CheckConstraint('number >= 1 AND number <= 999', name=op.f('ck_planned_lesson_number_bounds')),
    sa.ForeignKeyConstraint(['scheme_of_work_id'], ['scheme_of_work.id'], name=op.f('fk_planned_lesson_scheme_of_work_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_type_id'], ['work_type.id'], name=op.f('fk_planned_lesson_work_type_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planned_lesson')),
    sa.UniqueConstraint('scheme_of_work_id', 'number', name=op.f('uq_planned_lesson_scheme_of_work_id_number'))
    )
    with op.batch_alter_table('planned_lesson', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_planned_lesson_work_type_id'), ['work_type_id'], unique=False)

    op.create_table('lesson',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('school_class_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('topic', sa.String(length=500), nullable=False),
    sa.Column('work_type_id', sa.Integer(), nullable=True),
    sa.Column('planned_lesson_id', sa.Integer(), nullable=True),
    sa.Column('substitute_id', sa.Integer(), nullable=True),
    sa.Column('is_cancelled', sa.Boolean(), nullable=False),
    sa.Column('attendance_taken', sa.Boolean(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('number >= 0 AND number <= 14', name=op.f('ck_lesson_number_bounds')),
    sa.ForeignKeyConstraint(['assignment_id', 'school_class_id'], ['teaching_assignment.id', 'teaching_assignment.school_class_id'], name='fk_lesson_assignment_class'),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_lesson_assignment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_lesson_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['planned_lesson_id'], ['planned_lesson.id'], name=op.f('fk_lesson_planned_lesson_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_lesson_room_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['school_class_id'], ['school_class.id'], name=op.f('fk_lesson_school_class_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['substitute_id'], ['staff.id'], name=op.f('fk_lesson_substitute_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['work_type_id'], ['work_type.id'], name=op.f('fk_lesson_work_type_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_lesson_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson')),
    sa.UniqueConstraint('assignment_id', 'held_on', 'number', name=op.f('uq_lesson_assignment_id_held_on_number')),
    sa.UniqueConstraint('id', 'assignment_id', name=op.f('uq_lesson_id_assignment_id'))
    )
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_class_day', ['school_class_id', 'held_on', 'number'], unique=False)
        batch_op.create_index('ix_lesson_day', ['held_on', 'number'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_planned_lesson_id'), ['planned_lesson_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_room_id'), ['room_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_substitute_id'), ['substitute_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_work_type_id'), ['work_type_id'], unique=False)

    op.create_table('absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('reason_id', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('minutes >= 1 AND minutes <= 90', name=op.f('ck_absence_minutes_bounds')),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_absence_assignment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_absence_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['document_id'], ['excuse_document.id'], name=op.f('fk_absence_document_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id', 'assignment_id'], ['lesson.id', 'lesson.assignment_id'], name='fk_absence_lesson_assignment'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_absence_lesson_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reason_id'], ['absence_reason.id'], name=op.f('fk_absence_reason_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_absence_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_absence_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence')),
    sa.UniqueConstraint('lesson_id', 'student_id', name=op.f('uq_absence_lesson_id_student_id'))
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index('ix_absence_assignment', ['assignment_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_absence_document_id'), ['document_id'], unique=False)
        batch_op.create_index('ix_absence_student', ['student_id', 'lesson_id'], unique=False)

    op.create_table('behaviour_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('noted_on', sa.Date(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('praise', 'remark')", name=op.f('ck_behaviour_note_kind_choice')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_behaviour_note_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_behaviour_note_lesson_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_behaviour_note_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_behaviour_note_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_behaviour_note'))
    )
    with op.batch_alter_table('behaviour_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_behaviour_note_lesson_id'), ['lesson_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_behaviour_note_student_id'), ['student_id'], unique=False)

    op.create_table('correction_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('open_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=500), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'granted', 'refused')", name=op.f('ck_correction_request_state_choice')),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_correction_request_assignment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_correction_request_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_correction_request_lesson_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_correction_request_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_correction_request_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_request'))
    )
    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_request_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction_request_lesson_id'), ['lesson_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction_request_student_id'), ['student_id'], unique=False)

    op.create_table('homework',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('minutes >= 1 AND minutes <= 300', name=op.f('ck_homework_minutes_bounds')),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_homework_assignment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_homework_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id', 'assignment_id'], ['lesson.id', 'lesson.assignment_id'], name='fk_homework_lesson_assignment'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_homework_lesson_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_homework_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_homework_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_homework'))
    )
    with op.batch_alter_table('homework', schema=None) as batch_op:
        batch_op.create_index('ix_homework_assignment', ['assignment_id', 'due_on'], unique=False)
        batch_op.create_index('ix_homework_lesson', ['lesson_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_homework_student_id'), ['student_id'], unique=False)

    op.create_table('journal_remark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=True),
    sa.Column('journal_check_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('answer', sa.String(length=1000), nullable=True),
    sa.Column('fixed_on', sa.Date(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'fixed', 'accepted')", name=op.f('ck_journal_remark_state_choice')),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_journal_remark_assignment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_journal_remark_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['journal_check_id'], ['journal_check.id'], name=op.f('fk_journal_remark_journal_check_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_journal_remark_lesson_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_journal_remark_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_remark'))
    )
    with op.batch_alter_table('journal_remark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_journal_remark_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_journal_remark_journal_check_id'), ['journal_check_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_journal_remark_lesson_id'), ['lesson_id'], unique=False)

    op.create_table('mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(length=20), nullable=False),
    sa.Column('work_type_id', sa.Integer(), nullable=True),
    sa.Column('comment', sa.String(length=300), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("value IN ('5', '4', '3', '2', '1', 'pass', 'fail', 'exempt', 'none')", name=op.f('ck_mark_value_choice')),
    sa.CheckConstraint('position >= 0 AND position <= 7', name=op.f('ck_mark_position_bounds')),
    sa.ForeignKeyConstraint(['assignment_id'], ['teaching_assignment.id'], name=op.f('fk_mark_assignment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_mark_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id', 'assignment_id'], ['lesson.id', 'lesson.assignment_id'], name='fk_mark_lesson_assignment'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_mark_lesson_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_mark_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['work_type_id'], ['work_type.id'], name=op.f('fk_mark_work_type_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_mark_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mark')),
    sa.UniqueConstraint('lesson_id', 'student_id', 'position', name=op.f('uq_mark_lesson_id_student_id_position'))
    )
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.create_index('ix_mark_assignment', ['assignment_id', 'id'], unique=False)
        batch_op.create_index('ix_mark_student', ['student_id', 'lesson_id'], unique=False)

    op.create_table('pending_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('is_settled', sa.Boolean(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_pending_mark_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_pending_mark_lesson_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_pending_mark_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_pending_mark_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pending_mark')),
    sa.UniqueConstraint('lesson_id', 'student_id', name=op.f('uq_pending_mark_lesson_id_student_id'))
    )
    with op.batch_alter_table('pending_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pending_mark_student_id'), ['student_id'], unique=False)

    op.create_table('substitution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('moved_to_on', sa.Date(), nullable=True),
    sa.Column('moved_to_number', sa.Integer(), nullable=True),
    sa.Column('was_on', sa.Date(), nullable=True),
    sa.Column('was_number', sa.Integer(), nullable=True),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.CheckConstraint("kind <> 'move' OR moved_to_on IS NOT NULL", name=op.f('ck_substitution_move_needs_date')),
    sa.CheckConstraint("kind <> 'teacher' OR staff_id IS NOT NULL", name=op.f('ck_substitution_teacher_needs_staff')),
    sa.CheckConstraint("kind IN ('cancel', 'teacher', 'move', 'merge')", name=op.f('ck_substitution_kind_choice')),
    sa.CheckConstraint('moved_to_number >= 0 AND moved_to_number <= 14', name=op.f('ck_substitution_moved_to_number_bounds')),
    sa.CheckConstraint('was_number >= 0 AND was_number <= 14', name=op.f('ck_substitution_was_number_bounds')),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_substitution_lesson_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_substitution_room_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_substitution_staff_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_substitution')),
    sa.UniqueConstraint('lesson_id', name=op.f('uq_substitution_lesson_id'))
    )
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_substitution_room_id'), ['room_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_substitution_staff_id'), ['staff_id'], unique=False)

    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('homework_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('content_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.CheckConstraint('size >= 0 AND size <= 2000000000', name=op.f('ck_attachment_size_bounds')),
    sa.ForeignKeyConstraint(['homework_id'], ['homework.id'], name=op.f('fk_attachment_homework_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_homework_id'), ['homework_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachment_homework_id'))

    op.drop_table('attachment')
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_substitution_staff_id'))
        batch_op.drop_index(batch_op.f('ix_substitution_room_id'))

    op.drop_table('substitution')
    with op.batch_alter_table('pending_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pending_mark_student_id'))

    op.drop_table('pending_mark')
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.drop_index('ix_mark_student')
        batch_op.drop_index('ix_mark_assignment')

    op.drop_table('mark')
    with op.batch_alter_table('journal_remark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_journal_remark_lesson_id'))
        batch_op.drop_index(batch_op.f('ix_journal_remark_journal_check_id'))
        batch_op.drop_index(batch_op.f('ix_journal_remark_assignment_id'))

    op.drop_table('journal_remark')
    with op.batch_alter_table('homework', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_homework_student_id'))
        batch_op.drop_index('ix_homework_lesson')
        batch_op.drop_index('ix_homework_assignment')

    op.drop_table('homework')
    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_correction_request_student_id'))
        batch_op.drop_index(batch_op.f('ix_correction_request_lesson_id'))
        batch_op.drop_index(batch_op.f('ix_correction_request_assignment_id'))

    op.drop_table('correction_request')
    with op.batch_alter_table('behaviour_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_behaviour_note_student_id'))
        batch_op.drop_index(batch_op.f('ix_behaviour_note_lesson_id'))

    op.drop_table('behaviour_note')
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.drop_index('ix_absence_student')
        batch_op.drop_index(batch_op.f('ix_absence_document_id'))
        batch_op.drop_index('ix_absence_assignment')

    op.drop_table('absence')
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lesson_work_type_id'))
        batch_op.drop_index(batch_op.f('ix_lesson_substitute_id'))
        batch_op.drop_index(batch_op.f('ix_lesson_room_id'))
        batch_op.drop_index(batch_op.f('ix_lesson_planned_lesson_id'))
        batch_op.drop_index('ix_lesson_day')
        batch_op.drop_index('ix_lesson_class_day')

    op.drop_table('lesson')
    with op.batch_alter_table('planned_lesson', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_planned_lesson_work_type_id'))

    op.drop_table('planned_lesson')
    with op.batch_alter_table('timetable_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_timetable_entry_slot')
        batch_op.drop_index(batch_op.f('ix_timetable_entry_room_id'))
        batch_op.drop_index(batch_op.f('ix_timetable_entry_assignment_id'))

    op.drop_table('timetable_entry')
    with op.batch_alter_table('scheme_of_work', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_scheme_of_work_subject_id'))
        batch_op.drop_index(batch_op.f('ix_scheme_of_work_staff_id'))
        batch_op.drop_index(batch_op.f('ix_scheme_of_work_grade_level_id'))
        batch_op.drop_index(batch_op.f('ix_scheme_of_work_assignment_id'))

    op.drop_table('scheme_of_work')
    with op.batch_alter_table('final_mark', schema=None) as batch_op:
        batch_op.drop_index('ix_final_mark_student')

    op.drop_table('final_mark')
    with op.batch_alter_table('assessment_schedule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assessment_schedule_work_type_id'))
        batch_op.drop_index(batch_op.f('ix_assessment_schedule_planned_on'))
        batch_op.drop_index(batch_op.f('ix_assessment_schedule_assignment_id'))

    op.drop_table('assessment_schedule')
    with op.batch_alter_table('teaching_assignment', schema=None) as batch_op:
        batch_op.drop_index('uq_teaching_assignment_whole_class', sqlite_where=sa.text('subgroup_id IS NULL'), postgresql_where=sa.text('subgroup_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_teaching_assignment_subject_id'))
        batch_op.drop_index(batch_op.f('ix_teaching_assignment_subgroup_id'))
        batch_op.drop_index(batch_op.f('ix_teaching_assignment_staff_id'))
        batch_op.drop_index(batch_op.f('ix_teaching_assignment_school_class_id'))

    op.drop_table('teaching_assignment')
    with op.batch_alter_table('subgroup_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subgroup_member_student_id'))
        batch_op.drop_index('ix_subgroup_member_dates')

    op.drop_table('subgroup_member')
    with op.batch_alter_table('message_recipient', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_recipient_account_id'))

    op.drop_table('message_recipient')
    with op.batch_alter_table('trail_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_trail_entry_row')
        batch_op.drop_index(batch_op.f('ix_trail_entry_happened_at'))
        batch_op.drop_index('ix_trail_entry_account')

    op.drop_table('trail_entry')
    with op.batch_alter_table('support_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_support_request_account_id'))

    op.drop_table('support_request')
    with op.batch_alter_table('subject_difficulty', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subject_difficulty_subject_id'))
        batch_op.drop_index(batch_op.f('ix_subject_difficulty_grade_level_id'))
        batch_op.drop_index('ix_subject_difficulty_grade')

    op.drop_table('subject_difficulty')
    with op.batch_alter_table('subgroup', schema=None) as batch_op:
        batch_op.drop_index('uq_subgroup_any_subject', sqlite_where=sa.text('subject_id IS NULL'), postgresql_where=sa.text('subject_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_subgroup_subject_id'))
        batch_op.drop_index(batch_op.f('ix_subgroup_school_class_id'))

    op.drop_table('subgroup')
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_happened_at'))
        batch_op.drop_index('ix_sign_in_account_time')
        batch_op.drop_index(batch_op.f('ix_sign_in_account_id'))

    op.drop_table('sign_in')
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_role_grant_account_id'))

    op.drop_table('role_grant')
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_index('ix_notification_account')

    op.drop_table('notification')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_sent_at'))
        batch_op.drop_index(batch_op.f('ix_message_sender_id'))
        batch_op.drop_index(batch_op.f('ix_message_reply_to_id'))

    op.drop_table('message')
    op.drop_table('journal_check')
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_index('uq_enrolment_open', sqlite_where=sa.text('ends_on IS NULL'), postgresql_where=sa.text('ends_on IS NULL'))
        batch_op.drop_index('ix_enrolment_class')

    op.drop_table('enrolment')
    with op.batch_alter_table('timetable_norm', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_timetable_norm_grade_level_id'))

    op.drop_table('timetable_norm')
    with op.batch_alter_table('timetable', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_timetable_academic_year_id'))

    op.drop_table('timetable')
    with op.batch_alter_table('subject', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subject_grading_scale_id'))

    op.drop_table('subject')
    with op.batch_alter_table('school_class', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_class_room_id'))
        batch_op.drop_index(batch_op.f('ix_school_class_grade_level_id'))
        batch_op.drop_index(batch_op.f('ix_school_class_class_teacher_id'))
        batch_op.drop_index(batch_op.f('ix_school_class_bell_schedule_id'))
        batch_op.drop_index(batch_op.f('ix_school_class_academic_year_id'))

    op.drop_table('school_class')
    with op.batch_alter_table('holiday', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_holiday_grade_level_id'))
        batch_op.drop_index(batch_op.f('ix_holiday_academic_year_id'))

    op.drop_table('holiday')
    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guardianship_student_id'))
        batch_op.drop_index(batch_op.f('ix_guardianship_guardian_id'))

    op.drop_table('guardianship')
    with op.batch_alter_table('grading_period', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grading_period_academic_year_id'))

    op.drop_table('grading_period')
    with op.batch_alter_table('excuse_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_excuse_document_student_id'))
        batch_op.drop_index(batch_op.f('ix_excuse_document_reason_id'))

    op.drop_table('excuse_document')
    with op.batch_alter_table('diary_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_diary_receipt_guardian_id'))

    op.drop_table('diary_receipt')
    with op.batch_alter_table('bell_period', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bell_period_bell_schedule_id'))

    op.drop_table('bell_period')
    with op.batch_alter_table('archive', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_archive_academic_year_id'))

    op.drop_table('archive')
    op.drop_table('account')
    op.drop_table('work_type')
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.drop_index('ix_student_name')

    op.drop_table('student')
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.drop_index('ix_staff_name')

    op.drop_table('staff')
    op.drop_table('setting')
    op.drop_table('room')
    op.drop_table('import_run')
    op.drop_table('help_page')
    with op.batch_alter_table('guardian', schema=None) as batch_op:
        batch_op.drop_index('ix_guardian_name')

    op.drop_table('guardian')
    op.drop_table('grading_scale')
    op.drop_table('grade_level')
    with op.batch_alter_table('bell_schedule', schema=None) as batch_op:
        batch_op.drop_index('uq_bell_schedule_default', sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))

    op.drop_table('bell_schedule')
    op.drop_table('backup_copy')
    op.drop_table('announcement')
    with op.batch_alter_table('academic_year', schema=None) as batch_op:
        batch_op.drop_index('uq_academic_year_current', sqlite_where=sa.text('is_current'), postgresql_where=sa.text('is_current'))

    op.drop_table('academic_year')
    with op.batch_alter_table('absence_reason', schema=None) as batch_op:
        batch_op.drop_index('uq_absence_reason_default', sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))

    op.drop_table('absence_reason')
