"""accounts and the second factor.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# The trail is append-only in the database itself.
APPEND_ONLY = {
    'sqlite': [
        "CREATE TRIGGER trail_entry_no_update BEFORE UPDATE ON trail_entry"
        " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
        "CREATE TRIGGER trail_entry_no_delete BEFORE DELETE ON trail_entry"
        " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
    ],
    'postgresql': [
        "CREATE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'the trail is append-only'; END $$",
        "CREATE TRIGGER trail_entry_append_only BEFORE UPDATE OR DELETE ON trail_entry"
        " FOR EACH ROW EXECUTE FUNCTION trail_is_append_only()",
        "CREATE FUNCTION trail_is_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'the trail is append-only'; END $$",
        "CREATE TRIGGER trail_entry_never_emptied BEFORE TRUNCATE ON trail_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION trail_is_never_emptied()",
    ],
}
FREE = {
    'sqlite': ['DROP TRIGGER trail_entry_no_update', 'DROP TRIGGER trail_entry_no_delete'],
    'postgresql': [
        'DROP TRIGGER trail_entry_append_only ON trail_entry', 'DROP FUNCTION trail_is_append_only()',
        'DROP TRIGGER trail_entry_never_emptied ON trail_entry', 'DROP FUNCTION trail_is_never_emptied()',
    ],
}


def upgrade() -> None:
    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('guardian_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('document', sa.String(length=120), nullable=True),
    sa.CheckConstraint('withdrawn_on IS NULL OR given_on <= withdrawn_on', name=op.f('ck_consent_withdrawn_on_after_given_on')),
    sa.ForeignKeyConstraint(['guardian_id'], ['guardian.id'], name=op.f('fk_consent_guardian_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_consent_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_guardian_id'), ['guardian_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consent_student_id'), ['student_id'], unique=False)

    op.create_table('access_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_code_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_access_code_changed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_access_code_written_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_code')),
    sa.UniqueConstraint('digest', name=op.f('uq_access_code_digest'))
    )
    with op.batch_alter_table('access_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_code_account_id'), ['account_id'], unique=False)

    op.create_table('device',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('trusted_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_device_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('account_id', 'digest', name=op.f('uq_device_account_id_digest'))
    )
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_digest'), ['digest'], unique=False)

    op.create_table('second_factor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('secret', sa.String(length=1000), nullable=False),
    sa.Column('credential', sa.String(length=400), nullable=True),
    sa.Column('counter', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('app', 'passkey', 'spare')", name=op.f('ck_second_factor_kind_choice')),
    sa.CheckConstraint('counter >= 0 AND counter <= 2000000000', name=op.f('ck_second_factor_counter_bounds')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_second_factor_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_factor')),
    sa.UniqueConstraint('credential', name=op.f('uq_second_factor_credential'))
    )
    with op.batch_alter_table('second_factor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_second_factor_account_id'), ['account_id'], unique=False)

    op.create_table('alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('sign_in_id', sa.Integer(), nullable=True),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('identity', sa.String(length=120), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('open', 'own', 'foreign', 'closed')", name=op.f('ck_alert_state_choice')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_alert_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sign_in_id'], ['sign_in.id'], name=op.f('fk_alert_sign_in_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('identity', name=op.f('uq_alert_identity'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_raised_at'), ['raised_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_sign_in_id'), ['sign_in_id'], unique=False)

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('password_set_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stands_in_for_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_role_grant_stands_in_for_id'), 'account', ['stands_in_for_id'], ['id'], ondelete='CASCADE')
        batch_op.create_check_constraint(batch_op.f('ck_role_grant_stand_in_needs_end'), 'stands_in_for_id IS NULL OR ends_on IS NOT NULL')

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('device_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('proof', sa.String(length=20), server_default='', nullable=False))
        batch_op.add_column(sa.Column('waits_for_proof', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('proven_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_sign_in_device_id'), ['device_id'], unique=False)
        batch_op.create_check_constraint(batch_op.f('ck_sign_in_proof_choice'), "proof IN ('', 'app', 'passkey', 'spare', 'device')")
        batch_op.create_foreign_key(batch_op.f('fk_sign_in_device_id'), 'device', ['device_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('trail_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sign_in_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('roles', sa.String(length=100), nullable=True))
        batch_op.drop_constraint(batch_op.f('ck_trail_entry_act_choice'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_trail_entry_act_choice'), "act IN ('create', 'change', 'delete', 'sign-in', 'sign-out', 'refuse', 'export', 'import', 'print', 'view-as')")


    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in FREE[op.get_bind().dialect.name]:
        op.execute(statement)
    # what the schema before has no word for
    op.execute("UPDATE trail_entry SET act = 'export' WHERE act IN ('print', 'view-as')")

    with op.batch_alter_table('trail_entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_trail_entry_act_choice'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_trail_entry_act_choice'), "act IN ('create', 'change', 'delete', 'sign-in', 'sign-out', 'refuse', 'export', 'import')")
        batch_op.drop_column('roles')
        batch_op.drop_column('sign_in_id')

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_sign_in_device_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_sign_in_device_id'))
        batch_op.drop_constraint(batch_op.f('ck_sign_in_proof_choice'), type_='check')
        batch_op.drop_column('proven_at')
        batch_op.drop_column('waits_for_proof')
        batch_op.drop_column('proof')
        batch_op.drop_column('device_id')

    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_role_grant_stands_in_for_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck_role_grant_stand_in_needs_end'), type_='check')
        batch_op.drop_column('stands_in_for_id')

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('password_set_at')

    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_sign_in_id'))
        batch_op.drop_index(batch_op.f('ix_alert_raised_at'))
        batch_op.drop_index(batch_op.f('ix_alert_account_id'))

    op.drop_table('alert')
    with op.batch_alter_table('second_factor', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_second_factor_account_id'))

    op.drop_table('second_factor')
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_device_digest'))

    op.drop_table('device')
    with op.batch_alter_table('access_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_code_account_id'))

    op.drop_table('access_code')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consent_student_id'))
        batch_op.drop_index(batch_op.f('ix_consent_guardian_id'))

    op.drop_table('consent')
