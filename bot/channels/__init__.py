"""Where people are: one file a channel, each knowing only its own platform."""
