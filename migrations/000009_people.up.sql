SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- The administration reads people by name and the trail by day and by person.
CREATE INDEX person_name ON person (programme_id, name, id);
CREATE INDEX audit_at ON audit (programme_id, at, id);
CREATE INDEX audit_person ON audit (programme_id, person_id, id);
CREATE INDEX one_time_link_newest ON one_time_link (programme_id, person_id, kind, created_at DESC);
COMMENT ON COLUMN one_time_link.used_at IS 'When it was used, or replaced by a newer one: in both cases it opens nothing any more.';
