-- What has gone out on a channel that may send so many messages a month. And whose messages a platform hides.
CREATE TABLE spendings (
    channel TEXT NOT NULL,
    month TEXT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (channel, month)
);

ALTER TABLE addresses ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0;
