SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
COMMENT ON COLUMN one_time_link.used_at IS NULL;
DROP INDEX one_time_link_newest;
DROP INDEX audit_person;
DROP INDEX audit_at;
DROP INDEX person_name;
