-- The log of the boards is pruned by its day.
CREATE INDEX board_log_by_at ON board_log (at);
