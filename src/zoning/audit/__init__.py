"""The health of access lists (清单体检), told from their words alone: levels, types, laws, deadlines, zones."""
