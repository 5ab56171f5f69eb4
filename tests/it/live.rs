//! Asking services: everything against stand-ins on this machine, in builds with the feature
//! `live`. Without it, the commands say so.

#[cfg(not(feature = "live"))]
mod absent;
#[cfg(feature = "live")]
mod builds;
#[cfg(feature = "live")]
mod circle;
#[cfg(feature = "live")]
mod client;
#[cfg(all(feature = "live", target_os = "linux"))]
mod quiet;
#[cfg(feature = "live")]
mod revoke;
#[cfg(feature = "live")]
mod verdicts;
#[cfg(feature = "live")]
mod verify;
