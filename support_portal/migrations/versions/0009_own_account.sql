-- Forgotten passwords, and requests by somebody who had typed the right password.

CREATE TABLE password_resets (
    id UUID NOT NULL,
    address TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT password_resets_pk PRIMARY KEY (id)
);

ALTER TABLE requests ADD COLUMN password_verified BOOLEAN DEFAULT false NOT NULL;

CREATE INDEX links_of_an_account ON links (account_id) WHERE account_id is not null;
CREATE INDEX links_of_a_person ON links (staff_id) WHERE staff_id is not null;
