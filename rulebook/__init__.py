"""How the environment and the rules file are read and checked. `settings` is the only door to this room."""
