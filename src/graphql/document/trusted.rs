//! Documents that are registered with the service, to be asked for by their hash: what a portal was built with.
//!
//! A folder holds a document in each `.graphql` file; a manifest is a JSON object from hash to text, as the tools of
//! persisted queries write it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Hash;
use super::refusal::Refusal;

/// Documents by the SHA-256 of their text.
#[derive(Clone, Debug, Default)]
pub struct TrustedDocuments(HashMap<Hash, Trusted>);

#[derive(Clone, Debug)]
struct Trusted {
    text: String,
    /// Where it is from, for who has to mend it.
    place: String,
}

/// Trusted documents that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct TrustedError {
    place: String,
    problem: String,
}

impl TrustedDocuments {
    /// Reads a folder or a manifest.
    pub fn load(path: &Path) -> Result<Self, TrustedError> {
        let mut documents = Self::default();
        if path.is_dir() {
            for file in graphql_files(path)? {
                let text = read(&file)?;
                let hash = Hash::from(Sha256::digest(&text));
                documents.0.insert(hash, Trusted { text, place: file.display().to_string() });
            }
            return Ok(documents);
        }
        let wrong = |problem: String| TrustedError { place: path.display().to_string(), problem };
        let manifest: BTreeMap<String, String> = serde_json::from_str(&read(path)?)
            .map_err(|error| wrong(format!("must be a JSON object from SHA-256 to document ({error})")))?;
        for (named, text) in manifest {
            let hash = Hash::from(Sha256::digest(&text));
            if parse(&named) != Some(hash) {
                return Err(wrong(format!(
                    "{named:?} is not the SHA-256 of its document, which is {}",
                    hex::encode(hash)
                )));
            }
            documents.0.insert(hash, Trusted { text, place: format!("{}, {named}", path.display()) });
        }
        Ok(documents)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, hash: &Hash) -> bool {
        self.0.contains_key(hash)
    }

    /// The document of a hash as clients write it.
    pub(super) fn find(&self, hash: &str) -> Option<(Hash, &str)> {
        let hash = parse(hash)?;
        self.0.get(&hash).map(|document| (hash, document.text.as_str()))
    }

    /// Holds every document against the schema, so that one that no longer fits is found when the service starts.
    pub(super) fn check(&self, validate: impl Fn(&str) -> Result<(), Refusal>) -> Result<(), TrustedError> {
        for Trusted { text, place } in self.0.values() {
            validate(text).map_err(|refusal| TrustedError { place: place.clone(), problem: refusal.to_string() })?;
        }
        Ok(())
    }
}

/// Hexadecimal, with or without the name of the algorithm before it.
fn parse(hash: &str) -> Option<Hash> {
    let digits = hash.strip_prefix("sha256:").unwrap_or(hash);
    let mut bytes = Hash::default();
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(bytes)
}

fn graphql_files(folder: &Path) -> Result<Vec<PathBuf>, TrustedError> {
    let unreadable = |error| unreadable(folder, &error);
    let entries = fs::read_dir(folder).map_err(unreadable)?.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    let files = entries.into_iter().map(|entry| entry.path());
    Ok(files.filter(|file| file.extension().is_some_and(|extension| extension == "graphql")).collect())
}

fn read(file: &Path) -> Result<String, TrustedError> {
    fs::read_to_string(file).map_err(|error| unreadable(file, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> TrustedError {
    let problem = format!("cannot be read ({error}); give the path of a folder of .graphql files, or of a manifest");
    TrustedError { place: path.display().to_string(), problem }
}
