"""A machine is lost under load, and its service comes back from a copy: nothing leaves twice."""
