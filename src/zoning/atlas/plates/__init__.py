"""Sheets of the atlas by family; each module turns a setting (result, language) into plates."""
