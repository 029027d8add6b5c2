-- Every table, as it was in the beginning.

CREATE SEQUENCE case_numbers START WITH 2401;

CREATE TABLE accounts (
    id UUID NOT NULL,
    address TEXT NOT NULL,
    compared TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    status TEXT NOT NULL,
    password_hash TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    address_changed_at TIMESTAMP WITH TIME ZONE,
    password_changed_at TIMESTAMP WITH TIME ZONE,
    last_sign_in_at TIMESTAMP WITH TIME ZONE,
    privileged BOOLEAN NOT NULL,
    CONSTRAINT accounts_pk PRIMARY KEY (id),
    CONSTRAINT accounts_status_is_known CHECK (status in ('active', 'suspended', 'locked', 'deleted')),
    CONSTRAINT accounts_compared_once UNIQUE (compared)
);

CREATE TABLE due (
    job TEXT NOT NULL,
    subject UUID NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    anew_at TIMESTAMP WITH TIME ZONE,
    tries INTEGER DEFAULT 0 NOT NULL,
    lease_token UUID,
    lease_until TIMESTAMP WITH TIME ZONE,
    nudged_at TIMESTAMP WITH TIME ZONE,
    parked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT due_pk PRIMARY KEY (job, subject)
);
CREATE INDEX due_next ON due (due_at) WHERE parked_at is null;

CREATE TABLE password_failures (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT password_failures_pk PRIMARY KEY (id)
);
CREATE INDEX password_failures_key_at ON password_failures (key, at);

CREATE TABLE policies (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE NOT NULL,
    set_by TEXT NOT NULL,
    figures JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT policies_pk PRIMARY KEY (id)
);

CREATE TABLE requests (
    id UUID NOT NULL,
    address TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    has_recovery_code BOOLEAN,
    set_up_by_me BOOLEAN,
    channel TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    network_address TEXT DEFAULT '' NOT NULL,
    user_agent TEXT DEFAULT '' NOT NULL,
    message_id TEXT DEFAULT '' NOT NULL,
    dmarc TEXT DEFAULT '' NOT NULL,
    matched_at TIMESTAMP WITH TIME ZONE,
    case_id UUID,
    result TEXT DEFAULT '' NOT NULL,
    CONSTRAINT requests_pk PRIMARY KEY (id),
    CONSTRAINT requests_channel_is_known CHECK (channel in ('form', 'email'))
);
CREATE INDEX requests_case_id ON requests (case_id);
CREATE INDEX requests_received_at ON requests (received_at);

CREATE TABLE staff (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    compared TEXT NOT NULL,
    role TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    password_hash TEXT,
    password_changed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT staff_pk PRIMARY KEY (id),
    CONSTRAINT staff_role_is_known CHECK (role in ('agent', 'lead', 'admin', 'auditor')),
    CONSTRAINT staff_compared_once UNIQUE (compared)
);

CREATE TABLE account_addresses (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id UUID NOT NULL,
    address TEXT NOT NULL,
    compared TEXT NOT NULL,
    replaced_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT account_addresses_pk PRIMARY KEY (id),
    CONSTRAINT account_addresses_account_id_fk FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE INDEX account_addresses_account_id ON account_addresses (account_id);
CREATE UNIQUE INDEX account_addresses_of_one ON account_addresses (compared) WHERE replaced_at is null;

CREATE TABLE cases (
    id UUID NOT NULL,
    number BIGINT NOT NULL,
    account_id UUID NOT NULL,
    address TEXT NOT NULL,
    enrolment_id UUID NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    channel TEXT NOT NULL,
    request_id UUID NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    confirmed_address TEXT,
    compromise BOOLEAN NOT NULL,
    compromise_was_said BOOLEAN NOT NULL,
    challenge_at TIMESTAMP WITH TIME ZONE,
    required_name TEXT,
    code TEXT,
    link TEXT,
    repository_instance TEXT,
    repository_id TEXT,
    evidence_run_id UUID,
    evidence_at TIMESTAMP WITH TIME ZONE,
    failing_since TIMESTAMP WITH TIME ZONE,
    unchecked_since TIMESTAMP WITH TIME ZONE,
    unchecked_tries INTEGER NOT NULL,
    unchecked_told BOOLEAN NOT NULL,
    told_failures TEXT DEFAULT '' NOT NULL,
    risk TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    wait_ends_told BOOLEAN NOT NULL,
    denial_reason TEXT,
    first_decider UUID,
    second_look_used BOOLEAN NOT NULL,
    decided_by UUID,
    stopped BOOLEAN NOT NULL,
    previous_case_id UUID,
    ended_at TIMESTAMP WITH TIME ZONE,
    assignee_id UUID,
    CONSTRAINT cases_pk PRIMARY KEY (id),
    CONSTRAINT cases_state_is_known CHECK (state in ('unconfirmed', 'triage', 'awaiting_repository', 'in_review', 'awaiting_second_approval', 'cooling_off', 'removing', 'removed', 'denied', 'withdrawn', 'expired')),
    CONSTRAINT cases_channel_is_known CHECK (channel in ('form', 'email')),
    CONSTRAINT cases_risk_is_known CHECK (risk in ('low', 'medium', 'high')),
    CONSTRAINT cases_denial_reason_is_known CHECK (denial_reason in ('git_account_not_connected', 'checks_not_passed', 'owner_not_confirmed')),
    CONSTRAINT cases_ends_with_its_state CHECK ((ended_at is not null) = (state in ('removed', 'denied', 'withdrawn', 'expired'))),
    CONSTRAINT cases_repository_is_whole CHECK ((repository_id is null) = (repository_instance is null)),
    CONSTRAINT cases_version_counts_from_one CHECK (version >= 1),
    CONSTRAINT cases_number_once UNIQUE (number),
    CONSTRAINT cases_request_id_fk FOREIGN KEY(request_id) REFERENCES requests (id),
    CONSTRAINT cases_first_decider_fk FOREIGN KEY(first_decider) REFERENCES staff (id),
    CONSTRAINT cases_decided_by_fk FOREIGN KEY(decided_by) REFERENCES staff (id),
    CONSTRAINT cases_previous_case_id_fk FOREIGN KEY(previous_case_id) REFERENCES cases (id),
    CONSTRAINT cases_assignee_id_fk FOREIGN KEY(assignee_id) REFERENCES staff (id)
);
CREATE INDEX cases_account_id_ended_at ON cases (account_id, ended_at);
CREATE UNIQUE INDEX cases_one_open_for_an_account ON cases (account_id) WHERE ended_at is null;
CREATE UNIQUE INDEX cases_repository_belongs_to_one ON cases (repository_instance, repository_id) WHERE repository_id is not null;
CREATE INDEX cases_request_id ON cases (request_id);
CREATE INDEX cases_state_state_since ON cases (state, state_since);

CREATE TABLE connected_accounts (
    instance TEXT NOT NULL,
    external_id TEXT NOT NULL,
    account_id UUID NOT NULL,
    username TEXT NOT NULL,
    connected_at TIMESTAMP WITH TIME ZONE NOT NULL,
    workspace_ids TEXT[] DEFAULT '{}' NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT connected_accounts_pk PRIMARY KEY (instance, external_id),
    CONSTRAINT connected_accounts_account_id_fk FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE INDEX connected_accounts_account_id ON connected_accounts (account_id);

CREATE TABLE enrolments (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    enrolled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by TEXT,
    CONSTRAINT enrolments_pk PRIMARY KEY (id),
    CONSTRAINT enrolments_ended_by_is_known CHECK (ended_by in ('removal', 'owner', 'replaced', 'deleted')),
    CONSTRAINT enrolments_end_says_by_what CHECK ((ended_at is null) = (ended_by is null)),
    CONSTRAINT enrolments_account_id_fk FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE UNIQUE INDEX enrolments_one_at_a_time ON enrolments (account_id) WHERE ended_at is null;

CREATE TABLE sessions (
    id UUID NOT NULL,
    secret_hash BYTEA NOT NULL,
    staff_id UUID,
    data JSONB DEFAULT '{}'::jsonb NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    signed_in_at TIMESTAMP WITH TIME ZONE,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    network_address TEXT DEFAULT '' NOT NULL,
    user_agent TEXT DEFAULT '' NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (id),
    CONSTRAINT sessions_secret_hash_once UNIQUE (secret_hash),
    CONSTRAINT sessions_staff_id_fk FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX sessions_seen_at ON sessions (seen_at);
CREATE INDEX sessions_staff_id ON sessions (staff_id);

CREATE TABLE sign_ins (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    factor TEXT NOT NULL,
    network_address TEXT DEFAULT '' NOT NULL,
    CONSTRAINT sign_ins_pk PRIMARY KEY (id),
    CONSTRAINT sign_ins_factor_is_known CHECK (factor in ('totp', 'security_key', 'recovery_code', 'password', 'git', 'remembered')),
    CONSTRAINT sign_ins_account_id_fk FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE INDEX sign_ins_account_id_at ON sign_ins (account_id, at);

CREATE TABLE blocks (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id UUID NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    case_id UUID NOT NULL,
    lifted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT blocks_pk PRIMARY KEY (id),
    CONSTRAINT blocks_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX blocks_account_id_until ON blocks (account_id, until);

CREATE TABLE events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    case_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    actor_name TEXT DEFAULT '' NOT NULL,
    staff_id UUID,
    from_state TEXT,
    to_state TEXT,
    why TEXT DEFAULT '' NOT NULL,
    details JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT events_pk PRIMARY KEY (id),
    CONSTRAINT events_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX events_case_id_at ON events (case_id, at);

CREATE TABLE links (
    id UUID NOT NULL,
    purpose TEXT NOT NULL,
    case_id UUID,
    address TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    used_at TIMESTAMP WITH TIME ZONE,
    staff_id UUID,
    request_id UUID,
    CONSTRAINT links_pk PRIMARY KEY (id),
    CONSTRAINT links_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT links_staff_id_fk FOREIGN KEY(staff_id) REFERENCES staff (id),
    CONSTRAINT links_request_id_fk FOREIGN KEY(request_id) REFERENCES requests (id)
);
CREATE INDEX links_case_id_purpose ON links (case_id, purpose);

CREATE TABLE mails (
    id UUID NOT NULL,
    letter TEXT NOT NULL,
    to_address TEXT NOT NULL,
    to_compared TEXT NOT NULL,
    case_id UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    facts JSONB DEFAULT '{}'::jsonb NOT NULL,
    links JSONB DEFAULT '{}'::jsonb NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    refusal TEXT DEFAULT '' NOT NULL,
    CONSTRAINT mails_pk PRIMARY KEY (id),
    CONSTRAINT mails_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX mails_case_id_letter ON mails (case_id, letter);
CREATE INDEX mails_to_compared_letter_made_at ON mails (to_compared, letter, made_at);

CREATE TABLE messages (
    id UUID NOT NULL,
    case_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    author TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    text TEXT NOT NULL,
    via TEXT NOT NULL,
    is_internal BOOLEAN NOT NULL,
    from_address TEXT DEFAULT '' NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    message_id TEXT DEFAULT '' NOT NULL,
    dmarc TEXT DEFAULT '' NOT NULL,
    staff_id UUID,
    CONSTRAINT messages_pk PRIMARY KEY (id),
    CONSTRAINT messages_author_is_known CHECK (author in ('requester', 'unproven', 'agent', 'portal')),
    CONSTRAINT messages_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT messages_staff_id_fk FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX messages_case_id_at ON messages (case_id, at);
CREATE INDEX messages_of_a_mail ON messages (message_id) WHERE message_id <> '';

CREATE TABLE runs (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT DEFAULT '' NOT NULL,
    outcome TEXT NOT NULL,
    results JSONB NOT NULL,
    link TEXT DEFAULT '' NOT NULL,
    instance TEXT DEFAULT '' NOT NULL,
    repository_id TEXT DEFAULT '' NOT NULL,
    owner_id TEXT DEFAULT '' NOT NULL,
    repository_created_at TIMESTAMP WITH TIME ZONE,
    digest TEXT DEFAULT '' NOT NULL,
    api_request_id TEXT DEFAULT '' NOT NULL,
    summary TEXT DEFAULT '' NOT NULL,
    reason TEXT,
    detail TEXT DEFAULT '' NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT runs_pk PRIMARY KEY (id),
    CONSTRAINT runs_outcome_is_known CHECK (outcome in ('passed', 'failed', 'cannot_check')),
    CONSTRAINT runs_reason_is_known CHECK (reason in ('credentials', 'rate_limited', 'unavailable', 'directory')),
    CONSTRAINT runs_pass_names_its_repository CHECK (outcome <> 'passed' or (instance <> '' and repository_id <> '')),
    CONSTRAINT runs_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX runs_case_id_at ON runs (case_id, at);
CREATE INDEX runs_passed ON runs (instance, repository_id) WHERE outcome = 'passed';

CREATE TABLE approvals (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    staff_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    run_id UUID NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    voided_at TIMESTAMP WITH TIME ZONE,
    voided_why TEXT DEFAULT '' NOT NULL,
    CONSTRAINT approvals_pk PRIMARY KEY (id),
    CONSTRAINT approvals_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT approvals_staff_id_fk FOREIGN KEY(staff_id) REFERENCES staff (id),
    CONSTRAINT approvals_run_id_fk FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE UNIQUE INDEX approvals_one_of_a_person ON approvals (case_id, staff_id) WHERE voided_at is null;

CREATE TABLE removals (
    case_id UUID NOT NULL,
    account_id UUID NOT NULL,
    enrolment_id UUID NOT NULL,
    run_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    written_in TEXT DEFAULT pg_current_xact_id()::text NOT NULL,
    CONSTRAINT removals_pk PRIMARY KEY (enrolment_id),
    CONSTRAINT removals_case_id_once UNIQUE (case_id),
    CONSTRAINT removals_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT removals_run_id_fk FOREIGN KEY(run_id) REFERENCES runs (id)
);
