-- Security keys, and the challenges they are asked to answer.

CREATE TABLE security_keys (
    id UUID NOT NULL,
    enrolment_id UUID NOT NULL,
    credential_id BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    sign_count BIGINT NOT NULL,
    transports TEXT[] NOT NULL,
    name TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    copied_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT security_keys_pk PRIMARY KEY (id),
    CONSTRAINT security_keys_enrolment_id_fk FOREIGN KEY (enrolment_id) REFERENCES enrolments (id),
    CONSTRAINT security_keys_credential_id_once UNIQUE (credential_id),
    CONSTRAINT security_keys_name_fits CHECK (char_length(name) between 1 and 60),
    CONSTRAINT security_keys_counts_up CHECK (sign_count >= 0)
);
CREATE INDEX security_keys_enrolment_id ON security_keys (enrolment_id);

CREATE TABLE key_challenges (
    id UUID NOT NULL,
    session_id UUID NOT NULL,
    ceremony TEXT NOT NULL,
    value BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT key_challenges_pk PRIMARY KEY (id),
    CONSTRAINT key_challenges_session_id_fk FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT key_challenges_ceremony_is_known CHECK (ceremony in ('add', 'sign_in'))
);
CREATE INDEX key_challenges_session_id ON key_challenges (session_id);
