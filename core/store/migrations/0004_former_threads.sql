-- Threads in which a conversation stood before its card was opened anew: what is typed there still belongs to it.

CREATE TABLE former_threads (
    place         TEXT NOT NULL,
    reference     TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    left_at       INTEGER NOT NULL,
    PRIMARY KEY (place, reference)
) STRICT, WITHOUT ROWID;
