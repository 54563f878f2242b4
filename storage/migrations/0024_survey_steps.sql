-- While a survey is open its results go on in steps: `shown` is an answer as they show it; NULL while
-- it waits for others to join it, and for a question that was skipped. What was seen before stays.
ALTER TABLE survey_answers ADD COLUMN shown TEXT;
UPDATE survey_answers SET shown = answer;
