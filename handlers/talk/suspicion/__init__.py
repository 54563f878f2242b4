"""What looks like a scam in a message, as `content/scams.toml` knows it.

`links` judges addresses and telephone numbers, `ideas` finds what is said and what is denied,
`reading` puts the signs together.
"""
