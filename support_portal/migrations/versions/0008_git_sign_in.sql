-- Signing in through connected git accounts.

ALTER TABLE sessions
    ADD COLUMN git_instance TEXT,
    ADD COLUMN git_id TEXT,
    ADD CONSTRAINT sessions_git_account_is_whole CHECK ((git_instance is null) = (git_id is null));

CREATE TABLE oauth_states (
    id UUID NOT NULL,
    state BYTEA NOT NULL,
    browser BYTEA NOT NULL,
    provider TEXT NOT NULL,
    what TEXT NOT NULL,
    verifier BYTEA NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    wanted TEXT DEFAULT '' NOT NULL,
    account_id UUID,
    session_id UUID,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT oauth_states_pk PRIMARY KEY (id),
    CONSTRAINT oauth_states_state_once UNIQUE (state),
    CONSTRAINT oauth_states_account_id_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT oauth_states_what_is_known CHECK (what in ('sign_in', 'connect')),
    CONSTRAINT oauth_states_connects_for_somebody CHECK (
        (what = 'connect') = (account_id is not null) and (account_id is null) = (session_id is null)
    )
);
CREATE INDEX oauth_states_begun_at ON oauth_states (begun_at);
