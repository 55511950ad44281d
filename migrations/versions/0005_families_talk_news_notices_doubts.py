"""families: talk, news, notices, doubts.

Revision: 0005, after 0004.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('message_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('topic', sa.String(length=20), nullable=False),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("topic IN ('behaviour', 'progress', 'absence', 'other')", name=op.f('ck_message_template_topic_choice')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_message_template_staff_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_template'))
    )
    with op.batch_alter_table('message_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_template_staff_id'), ['staff_id'], unique=False)

    op.create_table('absence_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('reason_id', sa.Integer(), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('answer', sa.String(length=300), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'accepted', 'declined')", name=op.f('ck_absence_notice_state_choice')),
    sa.CheckConstraint('ends_on IS NULL OR begins_on <= ends_on', name=op.f('ck_absence_notice_ends_on_after_begins_on')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_absence_notice_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['reason_id'], ['absence_reason.id'], name=op.f('fk_absence_notice_reason_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_absence_notice_student_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_absence_notice_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence_notice'))
    )
    with op.batch_alter_table('absence_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_absence_notice_reason_id'), ['reason_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_absence_notice_student_id'), ['student_id'], unique=False)

    op.create_table('confirmed_doubt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('doubt', sa.String(length=20), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("doubt IN ('no-guardian', 'age', 'namesake', 'ends')", name=op.f('ck_confirmed_doubt_doubt_choice')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_confirmed_doubt_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_confirmed_doubt_student_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_confirmed_doubt_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmed_doubt')),
    sa.UniqueConstraint('student_id', 'doubt', name=op.f('uq_confirmed_doubt_student_id_doubt'))
    )
    op.create_table('subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('is_listed', sa.Boolean(), nullable=False),
    sa.Column('mailing', sa.String(length=20), nullable=False),
    sa.CheckConstraint("kind IN ('mark', 'absence', 'note', 'homework', 'notice', 'message')", name=op.f('ck_subscription_kind_choice')),
    sa.CheckConstraint("mailing IN ('never', 'soon', 'daily')", name=op.f('ck_subscription_mailing_choice')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_subscription_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription')),
    sa.UniqueConstraint('account_id', 'kind', name=op.f('uq_subscription_account_id_kind'))
    )
    op.create_table('message_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('content_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('blob', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('size >= 0 AND size <= 2000000000', name=op.f('ck_message_file_size_bounds')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_message_file_message_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_file'))
    )
    with op.batch_alter_table('message_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_file_message_id'), ['message_id'], unique=False)

    op.create_table('note_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('note_id', sa.Integer(), nullable=False),
    sa.Column('guardian_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['guardian_id'], ['guardian.id'], name=op.f('fk_note_receipt_guardian_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['note_id'], ['behaviour_note.id'], name=op.f('fk_note_receipt_note_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note_receipt')),
    sa.UniqueConstraint('note_id', 'guardian_id', name=op.f('uq_note_receipt_note_id_guardian_id'))
    )
    with op.batch_alter_table('note_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_note_receipt_guardian_id'), ['guardian_id'], unique=False)

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('quote', sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column('to_whom', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('student_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('thread_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_message_student_id'), ['student_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_thread_id'), ['thread_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_message_thread_id'), 'message', ['thread_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_message_student_id'), 'student', ['student_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('message_recipient', schema=None) as batch_op:
        batch_op.add_column(sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f('ix_message_recipient_account_id'))
        batch_op.create_index('ix_message_recipient_unread', ['account_id', 'read_at', 'message_id'], unique=False)

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=20), nullable=False, server_default='message'))
        batch_op.add_column(sa.Column('student_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('facts', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('identity', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True))

    # what was told before stays readable: its text becomes a fact
    bind = op.get_bind()
    for id_, text in bind.execute(sa.text('SELECT id, text FROM notification')).fetchall():
        bind.execute(
            sa.text("UPDATE notification SET facts = :facts, identity = :identity WHERE id = :id"),
            {'id': id_, 'facts': json.dumps({'text': text}), 'identity': f'before:{id_}'},
        )

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f('ck_notification_kind_choice'), "kind IN ('mark', 'absence', 'note', 'homework', 'notice', 'message')")
        batch_op.create_unique_constraint(batch_op.f('uq_notification_account_id_identity'), ['account_id', 'identity'])
        batch_op.create_foreign_key(batch_op.f('fk_notification_student_id'), 'student', ['student_id'], ['id'], ondelete='CASCADE')
        batch_op.drop_column('text')



def downgrade() -> None:
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('text', sa.VARCHAR(length=300), nullable=False, server_default=''))

    bind = op.get_bind()
    for id_, facts in bind.execute(sa.text('SELECT id, facts FROM notification')).fetchall():
        told = json.loads(facts) if isinstance(facts, str) else facts
        bind.execute(sa.text('UPDATE notification SET text = :text WHERE id = :id'), {'id': id_, 'text': told.get('text', '')})

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_notification_kind_choice'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_notification_student_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_notification_account_id_identity'), type_='unique')
        batch_op.drop_column('mailed_at')
        batch_op.drop_column('identity')
        batch_op.drop_column('facts')
        batch_op.drop_column('student_id')
        batch_op.drop_column('kind')

    with op.batch_alter_table('message_recipient', schema=None) as batch_op:
        batch_op.drop_index('ix_message_recipient_unread')
        batch_op.create_index(batch_op.f('ix_message_recipient_account_id'), ['account_id'], unique=False)
        batch_op.drop_column('archived_at')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_message_student_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_message_thread_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_message_thread_id'))
        batch_op.drop_index(batch_op.f('ix_message_student_id'))
        batch_op.drop_column('archived_at')
        batch_op.drop_column('thread_id')
        batch_op.drop_column('student_id')
        batch_op.drop_column('to_whom')
        batch_op.drop_column('quote')

    with op.batch_alter_table('note_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_receipt_guardian_id'))

    op.drop_table('note_receipt')
    with op.batch_alter_table('message_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_file_message_id'))

    op.drop_table('message_file')
    op.drop_table('subscription')
    op.drop_table('confirmed_doubt')
    with op.batch_alter_table('absence_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_absence_notice_student_id'))
        batch_op.drop_index(batch_op.f('ix_absence_notice_reason_id'))

    op.drop_table('absence_notice')
    with op.batch_alter_table('message_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_template_staff_id'))

    op.drop_table('message_template')
