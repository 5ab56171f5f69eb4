//! When it has leaked: explain, incident, lint, audit logs, clean-up and integrity, end to end.

mod explain;
