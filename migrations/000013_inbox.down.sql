SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

ALTER TABLE mail DROP COLUMN unsubscribe;
DROP FUNCTION notification_channel(uuid[], text), notification_unread(uuid, uuid);
DROP TABLE notification_wish, notification;
