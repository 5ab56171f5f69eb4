//! When it has leaked: explain, incident, lint, audit logs, clean-up and integrity, end to end.

mod audit_log;
mod clean;
mod explain;
mod fix;
pub mod incident;
mod incident_state;
mod integrity;
mod lint;
