-- Second factors of accounts and staff, and sessions of both.

ALTER TABLE password_failures RENAME TO tries;
ALTER TABLE tries RENAME CONSTRAINT password_failures_pk TO tries_pk;
ALTER INDEX password_failures_key_at RENAME TO tries_key_at;

DELETE FROM sessions;
ALTER TABLE sessions
    ADD COLUMN account_id UUID,
    ADD COLUMN step TEXT NOT NULL,
    ADD COLUMN factor TEXT NOT NULL,
    ALTER COLUMN signed_in_at SET NOT NULL,
    ADD CONSTRAINT sessions_account_id_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    ADD CONSTRAINT sessions_is_somebodys CHECK (num_nonnulls(account_id, staff_id) = 1),
    ADD CONSTRAINT sessions_step_is_known CHECK (step in ('second_factor', 'enrolment', 'signed_in')),
    ADD CONSTRAINT sessions_factor_is_known CHECK (factor in ('password', 'totp', 'security_key', 'recovery_code', 'git'));
CREATE INDEX sessions_account_id ON sessions (account_id);

ALTER TABLE links
    ADD COLUMN account_id UUID,
    ADD CONSTRAINT links_account_id_fk FOREIGN KEY (account_id) REFERENCES accounts (id);

ALTER TABLE events ADD COLUMN account_id UUID;
CREATE INDEX events_of_an_account ON events (account_id, at) WHERE account_id is not null;
CREATE INDEX events_of_a_person ON events (staff_id, at) WHERE staff_id is not null and case_id is null;

ALTER TABLE enrolments
    ALTER COLUMN account_id DROP NOT NULL,
    ADD COLUMN staff_id UUID,
    ADD COLUMN wrong_in_a_row INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN locked_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT enrolments_staff_id_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    ADD CONSTRAINT enrolments_is_somebodys CHECK (num_nonnulls(account_id, staff_id) = 1);
CREATE UNIQUE INDEX enrolments_one_of_a_person ON enrolments (staff_id) WHERE ended_at is null;

create or replace function enrolment_ends_once() returns trigger language plpgsql as $$
begin
    if old.ended_at is not null or (new.id, new.account_id, new.staff_id, new.enrolled_at)
       is distinct from (old.id, old.account_id, old.staff_id, old.enrolled_at) then
        raise integrity_constraint_violation using message = 'An enrolment ends once, and is never changed.';
    end if;
    return new;
end $$;

CREATE TABLE authenticators (
    id UUID NOT NULL,
    enrolment_id UUID NOT NULL,
    seed BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_step BIGINT NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT authenticators_pk PRIMARY KEY (id),
    CONSTRAINT authenticators_enrolment_id_fk FOREIGN KEY (enrolment_id) REFERENCES enrolments (id)
);
CREATE UNIQUE INDEX authenticators_enrolment_id ON authenticators (enrolment_id);

CREATE TABLE recovery_codes (
    enrolment_id UUID NOT NULL,
    digest BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT recovery_codes_pk PRIMARY KEY (enrolment_id, digest),
    CONSTRAINT recovery_codes_enrolment_id_fk FOREIGN KEY (enrolment_id) REFERENCES enrolments (id)
);

CREATE TABLE set_ups (
    id UUID NOT NULL,
    account_id UUID,
    staff_id UUID,
    seed BYTEA,
    codes BYTEA,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    step BIGINT,
    CONSTRAINT set_ups_pk PRIMARY KEY (id),
    CONSTRAINT set_ups_account_id_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT set_ups_staff_id_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT set_ups_is_somebodys CHECK (num_nonnulls(account_id, staff_id) = 1)
);
CREATE UNIQUE INDEX set_ups_one_of_an_account ON set_ups (account_id);
CREATE UNIQUE INDEX set_ups_one_of_a_person ON set_ups (staff_id);

do $$
begin
    execute format('alter function enrolment_ends_once() set search_path = %I, pg_temp', current_schema());
end $$;
