"""A release on the web for programs: connections, workers, the protocol, what is kept and what is counted."""
