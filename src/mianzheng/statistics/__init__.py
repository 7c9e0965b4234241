"""Figures of what was handled: public ones that nobody can be read out of, internal ones that name units."""
