//! `stanch circleci inventory`, `rotate` and `logs`, in a build that asks nobody.

use super::super::network::absent;
use super::super::{Context, Exit};
use super::service::{Inventory, LogsArgs, Rotate};
use crate::error::Result;

/// Says that it cannot.
pub(super) fn inventory(_: &Inventory, _: &Context) -> Result<Exit> {
    Err(absent("ask CircleCI"))
}

/// Says that it cannot.
pub(super) fn rotate(_: &Rotate, _: &Context) -> Result<Exit> {
    Err(absent("ask CircleCI"))
}

/// Says that it cannot.
pub(super) fn logs(_: &LogsArgs, _: &Context) -> Result<Exit> {
    Err(absent("ask CircleCI"))
}
