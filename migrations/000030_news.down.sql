SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP INDEX case_event_at;
DROP TABLE grant_news;
ALTER TABLE scheme_terms DROP COLUMN reminder_days;
