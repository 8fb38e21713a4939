-- Tests of the module's kinds must be dropped first: each is a rule that somebody relies on.
SELECT pack.remove_functions('{profile_model}');
DROP VIEW api.test_history;
DROP TRIGGER note_module_test ON dq.test;
DROP FUNCTION dq.note_module_test();
DROP TABLE dq.module_test;
DELETE FROM dq.kind WHERE kind IN ('between', 'matches', 'min_rows', 'fresh_hours');
