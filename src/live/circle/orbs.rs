//! The orbs of a namespace, private ones too. Source: `circleci-cli`, which lists them by v3.

use super::api::{Circle, text};
use super::inventory::told;
use serde_json::{Value, json};

/// The orbs of `namespace`, private ones first; `None` if nobody has that namespace.
pub(super) fn of(circle: &Circle, namespace: &str, gaps: &mut Vec<String>) -> Option<Vec<Value>> {
    let what = format!("orbs of {namespace}");
    let path = format!("/v3/namespaces?filter%5Bname%5D={}", crate::live::percent(namespace));
    let found = match circle.list_v3(&path, &what) {
        Ok(found) => found,
        Err(e) => {
            gaps.push(format!("{what}: {e}"));
            return Some(Vec::new());
        }
    };
    let is_it = |n: &&Value| n.pointer("/attributes/name").is_some_and(|name| *name == namespace);
    let id = text(found.iter().find(is_it)?, &["id"]);
    let of = format!("/v3/orb/packages?filter%5Bnamespace_id%5D={}", crate::live::percent(&id));
    let mut all: Vec<Value> = Vec::new();
    for path in [format!("{of}&filter%5Bvisibility%5D=private"), of] {
        for orb in told(circle.list_v3(&path, &what), &what, gaps) {
            let orb = brief(&orb);
            if !all.iter().any(|known| known["id"] == orb["id"]) {
                all.push(orb);
            }
        }
    }
    Some(all)
}

/// What of an orb is of use: its name, and its newest version with the time of that.
fn brief(orb: &Value) -> Value {
    let get = |path: &str| orb.pointer(path).cloned().unwrap_or_default();
    json!({
        "name": get("/attributes/name"),
        "id": get("/id"),
        "is_private": get("/attributes/is_private"),
        "version": get("/references/orb_versions/0/attributes/version"),
        "created_at": get("/references/orb_versions/0/attributes/created_at"),
    })
}
