//! The words of the street: plain data that every stage may use and that knows no stage.

mod asked;
mod budget;
mod finding;
mod ledger;
mod markup;
mod nearest;
mod object_id;
mod origin;
mod pointed;
mod secret;
mod shard;
mod span;
mod text;
mod trail;

pub use asked::{Asked, Verdict};
pub use budget::{Budget, Hold, LEAST_MEMORY, USUAL_MEMORY};
pub use finding::{
    Confidence, Excerpt, Finding, Fingerprint, Introduction, Place, Severity, Status, Traits,
};
pub use ledger::{Count, Ledger, Reason, Skipped, Unit};
pub use markup::escaped;
pub use nearest::nearest;
pub use object_id::ObjectId;
pub use origin::{Earlier, INTO, Item, Origin, OriginKind, Reach};
pub use pointed::{pointed, position};
pub use secret::{Redaction, Secret, end_of_token};
pub use shard::{Part, Shard};
pub use span::Span;
pub use text::{display_path, is_unsafe};
pub use trail::{Carrier, Stay, Trail};
