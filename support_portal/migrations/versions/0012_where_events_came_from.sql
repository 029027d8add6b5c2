-- Where the request came from that an event tells of. Apart from the events: those stay, this is forgotten much sooner.

CREATE TABLE event_origins (
    event_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    network_address TEXT DEFAULT '' NOT NULL,
    user_agent TEXT DEFAULT '' NOT NULL,
    CONSTRAINT event_origins_pk PRIMARY KEY (event_id),
    CONSTRAINT event_origins_event_id_fk FOREIGN KEY (event_id) REFERENCES events (id) ON DELETE CASCADE
);
CREATE INDEX event_origins_at ON event_origins (at);

ALTER TABLE password_resets ADD COLUMN network_address TEXT DEFAULT '' NOT NULL;
ALTER TABLE password_resets ADD COLUMN user_agent TEXT DEFAULT '' NOT NULL;
