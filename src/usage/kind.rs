//! What kind of file a name is used in, by the file's own name and first line.

use std::fmt;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// CircleCI's configuration.
    Circleci,
    /// Another CI system's.
    Ci,
    /// A script that a shell runs.
    Script,
    /// A recipe for an image.
    Dockerfile,
    /// A Makefile or one of its kin.
    Makefile,
    /// Settings of a deployment: compose, Kubernetes, Terraform, Procfile.
    Deployment,
    /// A package's description with its scripts.
    Package,
    /// Program code.
    Code,
    /// Text for people.
    Docs,
    /// Anything else.
    Other,
}

impl Kind {
    /// The kind of the file at `path` with this `text`.
    pub fn of(path: &[u8], text: &[u8]) -> Self {
        let path = String::from_utf8_lossy(path);
        let name = path.rsplit('/').next().unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        let extension = lower.rsplit_once('.').map_or("", |(_, e)| e);
        match extension {
            _ if is_circleci(&path, extension) => Self::Circleci,
            _ if is_other_ci(&path) => Self::Ci,
            _ if lower.contains("dockerfile") || lower.contains("containerfile") => {
                Self::Dockerfile
            }
            _ if is_make(&lower) => Self::Makefile,
            _ if lower == "package.json" || lower == "composer.json" => Self::Package,
            _ if lower.contains("compose") || lower == "procfile" => Self::Deployment,
            "sh" | "bash" | "zsh" | "ksh" | "ps1" | "bat" => Self::Script,
            "tf" | "tfvars" | "hcl" | "nomad" | "tpl" => Self::Deployment,
            "md" | "rst" | "txt" | "adoc" => Self::Docs,
            "py" | "js" | "mjs" | "cjs" | "jsx" | "ts" | "tsx" | "go" | "java" | "kt" | "rb"
            | "rs" | "cs" | "php" | "c" | "cc" | "cpp" | "h" | "swift" | "scala" | "ex"
            | "gradle" | "gemspec" => Self::Code,
            "yml" | "yaml" if is_manifest(text) => Self::Deployment,
            "" if text.starts_with(b"#!") => Self::Script,
            _ => Self::Other,
        }
    }

    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Circleci => "circleci",
            Self::Ci => "ci",
            Self::Script => "script",
            Self::Dockerfile => "dockerfile",
            Self::Makefile => "makefile",
            Self::Deployment => "deployment",
            Self::Package => "package",
            Self::Code => "code",
            Self::Docs => "docs",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_circleci(path: &str, extension: &str) -> bool {
    let folder = path.starts_with(".circleci/") || path.contains("/.circleci/");
    (folder && matches!(extension, "yml" | "yaml")) || path == "circle.yml"
}

fn is_other_ci(path: &str) -> bool {
    let parts = [".github/workflows/", ".gitlab-ci", ".travis.yml", "Jenkinsfile", ".buildkite/"];
    parts.iter().any(|p| path.contains(p)) || path.contains("azure-pipelines")
}

fn is_make(lower: &str) -> bool {
    let names = ["makefile", "gnumakefile", "justfile", "rakefile", "taskfile.yml", "fastfile"];
    names.contains(&lower) || lower.ends_with(".mk")
}

fn is_manifest(text: &[u8]) -> bool {
    let head = text.get(..4096).unwrap_or(text);
    memchr::memmem::find(head, b"apiVersion:").is_some()
        || memchr::memmem::find(head, b"AWSTemplateFormatVersion").is_some()
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn files_are_known_by_name_or_first_line() {
        let kinds = [
            (".circleci/config.yml", "", Kind::Circleci),
            ("circle.yml", "", Kind::Circleci),
            (".circleci/deploy.sh", "", Kind::Script),
            (".github/workflows/ci.yml", "", Kind::Ci),
            ("bin/deploy", "#!/bin/sh\n", Kind::Script),
            ("docker/Dockerfile.prod", "", Kind::Dockerfile),
            ("Makefile", "", Kind::Makefile),
            ("k8s/app.yaml", "apiVersion: v1\n", Kind::Deployment),
            ("package.json", "{}", Kind::Package),
            ("src/a.py", "", Kind::Code),
            ("README.md", "", Kind::Docs),
            ("data.bin", "", Kind::Other),
        ];
        for (path, text, kind) in kinds {
            assert_eq!(Kind::of(path.as_bytes(), text.as_bytes()), kind, "{path}");
        }
    }
}
