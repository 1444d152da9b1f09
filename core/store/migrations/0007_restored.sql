-- Of what may have left while another database was served: between when, as JSON; empty when there is no doubt.

ALTER TABLE outbox ADD COLUMN doubt TEXT NOT NULL DEFAULT '';
