SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP INDEX grant_case_ordered, grant_case_follow_up, case_event_at;
DROP TABLE grant_news;
ALTER TABLE scheme_terms DROP COLUMN reminder_days;
