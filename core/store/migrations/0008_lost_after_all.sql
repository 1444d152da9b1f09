-- What a platform took, and then told that it did not arrive: looked for by whoever tells operators.

CREATE INDEX outbox_lost ON outbox (id) WHERE state = 'sent' AND report = 'failed';
