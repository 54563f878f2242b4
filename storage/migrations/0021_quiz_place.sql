-- Who leaves a quiz goes on at the very question, with the answers given so far.
-- The question counts from 0; NULL: among the cards.
ALTER TABLE progress ADD COLUMN question INTEGER;
ALTER TABLE progress ADD COLUMN right_so_far INTEGER NOT NULL DEFAULT 0;
