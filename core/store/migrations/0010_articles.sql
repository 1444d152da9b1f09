-- compat: 9
-- What every article was, and who changed it: a change can be read, compared, and taken back.

CREATE TABLE article_changes (
    number        INTEGER PRIMARY KEY,
    article       TEXT NOT NULL,
    at            INTEGER NOT NULL,
    by_whom       TEXT NOT NULL,          -- an agent of the team, or empty: the command line, or the product itself
    kind          TEXT NOT NULL,
    body          TEXT NOT NULL,          -- JSON, as it was from then on
    active        INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;
CREATE INDEX article_changes_by_article ON article_changes (article, number);
CREATE INDEX article_changes_by_age ON article_changes (at);

INSERT INTO article_changes (article, at, by_whom, kind, body, active)
SELECT id, updated_at, '', 'first', body, active FROM articles ORDER BY id;
