"""Learning: a lesson card by card with its quiz and practice, and what comes of it later.

`flow` is the lesson itself, `choice` and `suggestions` which one; `questions` are drawn and asked
the same way in a quiz and in a `recall`, weeks later. `levels` is what a person has reached,
`helping` asks someone to come by, `certificate` is what a whole track ends with.
"""
