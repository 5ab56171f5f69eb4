//! Images of containers: which layer a file stands in, what made that layer, and which later one
//! deletes the file. It is learned from the small files beside the layers, as docker saves them
//! and as the OCI lays them out.

use serde_json::Value;
use std::collections::HashMap;

/// How much of descriptions and of deleted names is kept.
const MOST: usize = 8 << 20;
/// The longest description.
const LONGEST: usize = 1 << 20;
/// How much of an instruction is told.
const SHOWN: usize = 120;
/// How deep lists of manifests may refer to others.
const DEPTH: usize = 4;
/// What a name begins with that deletes the rest of it, and what deletes all in a folder.
const DELETED: &[u8] = b".wh.";
const ALL_DELETED: &[u8] = b".wh..wh..opq";

/// What is learned of an image while its archive is read.
#[derive(Default)]
pub struct Image {
    /// Descriptions by name.
    documents: HashMap<Vec<u8>, Vec<u8>>,
    /// Layer, and path that is deleted there.
    deleted: Vec<(Vec<u8>, Vec<u8>)>,
    held: usize,
}

/// One layer.
#[derive(Debug, PartialEq, Eq)]
struct Layer {
    name: Vec<u8>,
    made_by: Option<String>,
}

impl Image {
    /// A file of the archive itself.
    pub fn file(&mut self, name: &[u8], text: &[u8]) {
        let is_description = matches!(text.first(), Some(b'{' | b'[')) && text.len() <= LONGEST;
        let is_named = name.ends_with(b".json") || name.starts_with(b"blobs/");
        if is_description && is_named && self.held + text.len() <= MOST {
            self.held += text.len();
            self.documents.insert(name.to_vec(), text.to_vec());
        }
    }

    /// A file `path` of the layer `layer`.
    pub fn layered(&mut self, layer: &[u8], path: &[u8]) {
        let name = path.rsplit(|b| *b == b'/').next().unwrap_or(path);
        if name.starts_with(DELETED) && self.held + path.len() <= MOST {
            let folder = path.get(..path.len() - name.len()).unwrap_or_default();
            let gone = if name == ALL_DELETED {
                b""
            } else {
                name.get(DELETED.len()..).unwrap_or_default()
            };
            self.held += layer.len() + path.len();
            self.deleted.push((layer.to_vec(), [folder, gone].concat()));
        }
    }

    /// The layers of all images in the archive.
    fn images(&self) -> Vec<Vec<Layer>> {
        let saved = self.json(b"manifest.json").unwrap_or_default();
        let saved = saved.as_array().into_iter().flatten().map(|image| {
            let names = strings(image.get("Layers"));
            self.layers(names, image.get("Config").and_then(Value::as_str).unwrap_or_default())
        });
        let mut all: Vec<_> = saved.filter(|layers| !layers.is_empty()).collect();
        if all.is_empty() {
            self.manifests(b"index.json", DEPTH, &mut all);
        }
        all
    }

    /// Follows the manifest or list of manifests called `name`.
    fn manifests(&self, name: &[u8], depth: usize, all: &mut Vec<Vec<Layer>>) {
        let Some(document) = self.json(name) else { return };
        let digest = |v: &Value| Some(blob(v.get("digest")?.as_str()?));
        if let Some(layers) = document.get("layers").and_then(Value::as_array) {
            let names = layers.iter().filter_map(digest).collect();
            let config = document.get("config").and_then(digest).unwrap_or_default();
            all.push(self.layers(names, &config));
        }
        let others = document.get("manifests").and_then(Value::as_array).into_iter().flatten();
        for other in others.filter_map(digest).filter(|_| depth > 0) {
            self.manifests(other.as_bytes(), depth - 1, all);
        }
    }

    fn layers(&self, names: Vec<String>, config: &str) -> Vec<Layer> {
        let config = self.json(config.as_bytes()).unwrap_or_default();
        let steps = config.get("history").and_then(Value::as_array).into_iter().flatten();
        let is_layer =
            |step: &&Value| step.get("empty_layer").and_then(Value::as_bool) != Some(true);
        let made = |step: &Value| step.get("created_by").and_then(Value::as_str).map(short);
        let mut steps = steps.filter(is_layer).map(made);
        let layer =
            |name: String| Layer { name: name.into_bytes(), made_by: steps.next().flatten() };
        names.into_iter().map(layer).collect()
    }

    fn json(&self, name: &[u8]) -> Option<Value> {
        serde_json::from_slice(self.documents.get(name)?).ok()
    }

    /// What is to be told of the file at each of `ways` into the archive.
    pub fn tell<'w>(&self, ways: impl Iterator<Item = &'w [u8]>) -> Vec<String> {
        let mut told = Vec::new();
        let images = if self.documents.is_empty() { Vec::new() } else { self.images() };
        for way in ways {
            let Some(at) = memchr::memmem::find(way, b"!/") else { continue };
            let (layer, path) = way.split_at(at);
            let path = path.get(2..).unwrap_or_default();
            let path = path.get(..memchr::memmem::find(path, b"!/").unwrap_or(path.len()));
            for layers in &images {
                told.extend(self.tell_one(layers, layer, path.unwrap_or_default()));
            }
        }
        told.sort();
        told.dedup();
        told
    }

    fn tell_one(&self, layers: &[Layer], name: &[u8], path: &[u8]) -> Option<String> {
        let at = layers.iter().position(|l| l.name == name)?;
        let made_by = layers.get(at).and_then(|l| l.made_by.as_deref());
        let made_by = made_by.map(|step| format!(", made by `{step}`")).unwrap_or_default();
        let later = layers.iter().enumerate().skip(at + 1);
        let gone =
            later.into_iter().find(|(_, l)| self.is_deleted(&l.name, path)).map(|(n, _)| n + 1);
        let gone = gone.map(|n| format!("; layer {n} deletes the file")).unwrap_or_default();
        Some(format!("in layer {} of {} of the image{made_by}{gone}", at + 1, layers.len()))
    }

    fn is_deleted(&self, layer: &[u8], path: &[u8]) -> bool {
        let plain = |p: &[u8]| p.strip_prefix(b"./").unwrap_or(p).to_vec();
        let path = plain(path);
        self.deleted.iter().filter(|(l, _)| l == layer).any(|(_, gone)| {
            let gone = plain(gone);
            path.strip_prefix(gone.as_slice()).is_some_and(|rest| {
                rest.is_empty()
                    || rest.starts_with(b"/")
                    || gone.is_empty()
                    || gone.ends_with(b"/")
            })
        })
    }
}

/// The file of a digest.
fn blob(digest: &str) -> String {
    format!("blobs/{}", digest.replacen(':', "/", 1))
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let all = value.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// An instruction on one line.
fn short(step: &str) -> String {
    let words: Vec<&str> = step.split_whitespace().collect();
    let line = words.join(" ").replace('`', "'");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layer_instruction_and_deletion_are_told() {
        let mut image = Image::default();
        image.file(
            b"manifest.json",
            br#"[{"Config":"c.json","Layers":["a/layer.tar","b/layer.tar"]}]"#,
        );
        image.file(
            b"c.json",
            br#"{"history":[{"created_by":"ADD  a"},{"created_by":"ENV x","empty_layer":true},{"created_by":"RUN rm"}]}"#,
        );
        image.layered(b"b/layer.tar", b"app/.wh..env");
        let tell = |way: &[u8]| image.tell([way].into_iter());
        assert_eq!(
            tell(b"a/layer.tar!/app/.env"),
            ["in layer 1 of 2 of the image, made by `ADD a`; layer 2 deletes the file"]
        );
        assert_eq!(tell(b"b/layer.tar!/x"), ["in layer 2 of 2 of the image, made by `RUN rm`"]);
        assert!(tell(b"x").is_empty() && tell(b"c!/x").is_empty());
    }

    #[test]
    fn manifests_of_the_oci_are_followed() {
        let mut image = Image::default();
        image.file(b"index.json", br#"{"manifests":[{"digest":"sha256:m"}]}"#);
        image.file(
            b"blobs/sha256/m",
            br#"{"config":{"digest":"sha256:c"},"layers":[{"digest":"sha256:l"}]}"#,
        );
        image.file(b"blobs/sha256/c", br#"{"history":[{"created_by":"COPY . ."}]}"#);
        image.layered(b"blobs/sha256/l", b"etc/.wh..wh..opq");
        let told = image.tell([&b"blobs/sha256/l!/etc/x"[..]].into_iter());
        assert_eq!(told, ["in layer 1 of 1 of the image, made by `COPY . .`"]);
    }
}
