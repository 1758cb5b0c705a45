SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

DROP TABLE payment_event;
DROP FUNCTION payment_event_follows();
DROP FUNCTION payment_is_due(text, date, text);
DROP TABLE payment;
DROP FUNCTION payment_planned();
DROP TABLE payment_export;
DROP FUNCTION payment_export_agrees();
DROP TABLE payment_step;
