"""Vector layers, one module a format, and what they share: encodings, archives, drawing within limits."""
