//! If something goes wrong inside: what is said then, and what is not left behind. Neither the
//! message of a panic nor the memory of the process may get out, since both can hold a secret.

use super::exit::Exit;
use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::process::ExitCode;

/// Runs `program`. A panic ends it as an error; its message is not shown, only its place.
pub(super) fn guard(program: impl FnOnce() -> ExitCode) -> ExitCode {
    leave_no_core();
    set_hook(Box::new(tell));
    catch_unwind(AssertUnwindSafe(program)).unwrap_or_else(|_| Exit::Error.into())
}

fn tell(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
    let place = place.unwrap_or_default();
    // There is nobody left to tell of a failure.
    let _ = writeln!(
        std::io::stderr(),
        "error: something is wrong inside stanch{place}; please report it"
    );
}

/// A core file would hold whatever was being scanned.
#[cfg(unix)]
fn leave_no_core() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Core).maximum;
    // Where this is refused, the system's own limit holds.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum });
}

#[cfg(not(unix))]
fn leave_no_core() {}
