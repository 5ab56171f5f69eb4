//! The target that walks a whole pack.

use crate::git::Kind;
use crate::git::pack::{Index, Limits, Mapped, Object, Pack, Trouble, Visitor};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

const KINDS: [Kind; 4] = [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag];

/// What a walk told of each object, by its position.
#[derive(Default, Debug, PartialEq, Eq)]
struct Told {
    seen: BTreeMap<u32, Vec<u8>>,
    troubled: BTreeSet<u32>,
}

impl Visitor for Mutex<Told> {
    type Memo = usize;

    fn visit(&self, object: &Object<'_>, base: Option<&usize>, len: &mut usize) {
        *len = object.data.len();
        for copy in object.copies {
            assert!(
                copy.to + copy.len <= *len
                    && base.is_none_or(|b| copy.from + copy.len <= *b || *b == 0)
            );
        }
        let mut told = self.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(told.seen.insert(object.position, object.data.to_vec()).is_none(), "seen twice");
    }

    fn trouble(&self, trouble: Trouble) {
        let mut told = self.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(told.troubled.insert(trouble.position), "told twice");
    }
}

/// The first byte is the number of objects, their offsets in the pack follow, of two bytes each,
/// then the pack. Each object is seen or told of, once; with little memory it is the same; and by
/// itself it is what it is among all.
pub(super) fn pack_walk(data: &[u8]) {
    let Some((&count, rest)) = data.split_first() else { return };
    let Some((offsets, pack)) = rest.split_at_checked(2 * usize::from(count)) else { return };
    let Ok(index) = Index::parse(index(offsets)) else { return };
    let index = Arc::new(index);
    let Some(all) = walked(pack, &index, None, 1 << 20) else { return };
    let objects: BTreeSet<u32> = (0..u32::from(count)).collect();
    let told: BTreeSet<u32> = all.seen.keys().chain(&all.troubled).copied().collect();
    assert_eq!(told, objects);
    assert_eq!(walked(pack, &index, None, 0).as_ref(), Some(&all));
    for position in objects.into_iter().take(4) {
        let Some(one) = walked(pack, &index, Some(&[position]), 1 << 20) else { continue };
        assert!(one.seen.len() + one.troubled.len() == 1, "{one:?}");
        // By itself it may be read where an index that lies cuts it off among others.
        if let Some(data) = all.seen.get(&position) {
            assert_eq!(one.seen.get(&position), Some(data));
        }
    }
}

fn walked(pack: &[u8], index: &Arc<Index>, only: Option<&[u32]>, held: usize) -> Option<Told> {
    let bytes = Mapped::Bytes(pack.to_vec());
    let pack = Pack::parse(bytes, index.clone(), Path::new("fuzz"), only).ok()?;
    let told = Mutex::new(Told::default());
    pack.walk(&KINDS, Limits { held, alone: u64::MAX }, &told);
    let mut told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    told.troubled.extend(pack.troubles().iter().map(|t| t.position));
    Some(told)
}

/// An index of so many objects.
fn index(offsets: &[u8]) -> Vec<u8> {
    let count = offsets.len() / 2;
    let mut data = vec![0xff, b't', b'O', b'c', 0, 0, 0, 2];
    (0..256).for_each(|first: usize| data.extend((first.min(count) as u32).to_be_bytes()));
    (1..=count).for_each(|nth| data.extend([nth as u8; 20]));
    data.resize(data.len() + 4 * count, 0);
    offsets.chunks_exact(2).for_each(|pair| data.extend([0, 0, pair[0], pair[1]]));
    data.resize(data.len() + 40, 0);
    data
}
