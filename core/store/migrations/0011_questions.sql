-- compat: 9
-- What customers asked the knowledge base, and what came of it: how the base learns which articles help and
-- which are missing. Rows grow old and are swept.

CREATE TABLE questions (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    number        INTEGER NOT NULL,       -- within the conversation
    at            INTEGER NOT NULL,
    text          TEXT NOT NULL,          -- masked as the team sees it
    language      TEXT NOT NULL,
    outcome       TEXT NOT NULL CHECK (outcome IN ('answered', 'offered', 'nothing')),
    article       TEXT NOT NULL,          -- the one shown because of this message; empty when none was
    picked        INTEGER NOT NULL DEFAULT 0 CHECK (picked IN (0, 1)),  -- the customer chose it among those offered
    confidence    REAL NOT NULL,
    scores        TEXT NOT NULL,          -- the first three ids with their scores, as JSON
    verdict       TEXT NOT NULL DEFAULT '' CHECK (verdict IN ('', 'helped', 'not_helped', 'person')),
    used          TEXT NOT NULL DEFAULT '',  -- the article that an agent answered with afterwards
    PRIMARY KEY (conversation_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX questions_by_time ON questions (at);
CREATE INDEX questions_by_article ON questions (article, at) WHERE article <> '';

-- Phrasings that were proposed for an article, and that somebody said no to: they are not proposed again.
CREATE TABLE dismissed_phrasings (
    article       TEXT NOT NULL,
    phrasing      TEXT NOT NULL,
    at            INTEGER NOT NULL,
    by_whom       TEXT NOT NULL,
    PRIMARY KEY (article, phrasing)
) STRICT, WITHOUT ROWID;
