//! When it has leaked: explain, incident, lint, audit logs, clean-up and integrity, end to end.

mod audit_log;
mod explain;
mod incident;
mod integrity;
mod lint;
mod repair;
