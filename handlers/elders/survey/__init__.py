"""Answering what leaders and officers ask: a question at a time, at one's own pace."""
