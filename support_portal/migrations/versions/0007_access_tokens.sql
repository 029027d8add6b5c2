-- Access tokens, and the sign-ins of commands that wait for a person.

CREATE TABLE access_tokens (
    id UUID NOT NULL,
    account_id UUID,
    staff_id UUID,
    kind TEXT NOT NULL,
    description TEXT NOT NULL,
    scopes TEXT[] NOT NULL,
    digest BYTEA NOT NULL,
    shown TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    reminded_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT access_tokens_pk PRIMARY KEY (id),
    CONSTRAINT access_tokens_digest_once UNIQUE (digest),
    CONSTRAINT access_tokens_account_id_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT access_tokens_staff_id_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT access_tokens_is_somebodys CHECK (num_nonnulls(account_id, staff_id) = 1),
    CONSTRAINT access_tokens_kind_is_known CHECK (kind in ('auto', 'user'))
);
CREATE INDEX access_tokens_account_id ON access_tokens (account_id);
CREATE INDEX access_tokens_staff_id ON access_tokens (staff_id);

CREATE TABLE device_codes (
    id UUID NOT NULL,
    device_digest BYTEA NOT NULL,
    user_digest BYTEA NOT NULL,
    client TEXT DEFAULT '' NOT NULL,
    scopes TEXT[] NOT NULL,
    network_address TEXT DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE,
    answer TEXT,
    account_id UUID,
    staff_id UUID,
    collected_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT device_codes_pk PRIMARY KEY (id),
    CONSTRAINT device_codes_device_digest_once UNIQUE (device_digest),
    CONSTRAINT device_codes_user_digest_once UNIQUE (user_digest),
    CONSTRAINT device_codes_account_id_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT device_codes_staff_id_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT device_codes_answer_is_known CHECK (answer in ('confirmed', 'refused')),
    CONSTRAINT device_codes_answer_is_somebodys CHECK (num_nonnulls(account_id, staff_id) = num_nonnulls(answer)),
    CONSTRAINT device_codes_collected_when_confirmed CHECK (collected_at is null or answer = 'confirmed')
);
CREATE INDEX device_codes_account_id ON device_codes (account_id);
CREATE INDEX device_codes_staff_id ON device_codes (staff_id);
CREATE INDEX device_codes_expires_at ON device_codes (expires_at);
