"""Numbers that one chapter speaks of: clipping, crossings, growth, landscapes."""
