"""The conversation engine: messages, flows made of steps, the router, and understanding."""
