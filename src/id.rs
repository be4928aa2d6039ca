//! Typed ids: a UUIDv7 in the database, a TypeID (`rel_01h455vb4pex5vsknk084sn02q`) everywhere a person
//! or a client sees it. The kind is part of the Rust type, so ids of different things cannot be mixed up.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value};
use serde::{Serialize, Serializer};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

/// What an id identifies: its prefix and its name in messages.
pub trait Kind: Copy + Eq + Ord + std::hash::Hash + fmt::Debug + Send + Sync + 'static {
    /// The part before the underscore.
    const PREFIX: &'static str;
    /// How a message calls one of these, without an article.
    const NAME: &'static str;
}

/// The id of one thing of kind `K`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Id<K>(Uuid, PhantomData<K>);

impl<K: Kind> Id<K> {
    /// Wraps an id that is known to be of this kind.
    #[must_use]
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID, as the database stores it.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// Splits a TypeID into its prefix and UUID, whatever kind it is of.
#[must_use]
pub fn parse_any(text: &str) -> Option<(String, Uuid)> {
    let id = TypeSafeId::<DynamicType>::from_str(text).ok()?;
    Some((id.type_prefix().to_owned(), id.uuid()))
}

/// The TypeID text of a UUID under a prefix.
#[must_use]
pub fn format_any(prefix: &str, uuid: Uuid) -> String {
    let prefix = DynamicType::new(prefix).expect("prefixes are lower-case ASCII letters");
    TypeSafeId::from_type_and_uuid(prefix, uuid).to_string()
}

/// Why a text is no id of the wanted kind; a sentence for the client.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a TypeID at all.
    #[error("not an id; the id of {} looks like {prefix}_01h455vb4pex5vsknk084sn02q", article(name))]
    Malformed {
        /// The wanted prefix.
        prefix: &'static str,
        /// The wanted kind.
        name: &'static str,
    },
    /// A well-formed id of something else.
    #[error("this is the id of {}; the id of {} ({prefix}_…) is expected", found_name(found), article(name))]
    OtherKind {
        /// The prefix that was found.
        found: String,
        /// The wanted prefix.
        prefix: &'static str,
        /// The wanted kind.
        name: &'static str,
    },
}

fn found_name(prefix: &str) -> String {
    match name_of(prefix) {
        Some(name) => article(name),
        None => "something unknown here".to_owned(),
    }
}

fn article(name: &str) -> String {
    let an = name.starts_with(['a', 'e', 'i', 'o']);
    format!("{} {name}", if an { "an" } else { "a" })
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match parse_any(text) {
            Some((found, uuid)) if found == K::PREFIX => Ok(Self::new(uuid)),
            Some((found, _)) => Err(IdError::OtherKind { found, prefix: K::PREFIX, name: K::NAME }),
            None => Err(IdError::Malformed { prefix: K::PREFIX, name: K::NAME }),
        }
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_any(K::PREFIX, self.0))
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

// What sea-orm needs to use an id as a UUID column or primary key.

impl<K: Kind> From<Id<K>> for Value {
    fn from(id: Id<K>) -> Self {
        id.0.into()
    }
}

impl<K: Kind> TryGetable for Id<K> {
    fn try_get_by<I: ColIdx>(result: &QueryResult, index: I) -> Result<Self, TryGetError> {
        Uuid::try_get_by(result, index).map(Self::new)
    }
}

impl<K: Kind> ValueType for Id<K> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <Uuid as ValueType>::try_from(value).map(Self::new)
    }

    fn type_name() -> String {
        <Uuid as ValueType>::type_name()
    }

    fn array_type() -> ArrayType {
        <Uuid as ValueType>::array_type()
    }

    fn column_type() -> ColumnType {
        <Uuid as ValueType>::column_type()
    }
}

impl<K: Kind> Nullable for Id<K> {
    fn null() -> Value {
        <Uuid as Nullable>::null()
    }
}

impl<K: Kind> TryFromU64 for Id<K> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("typed id"))
    }
}

macro_rules! kinds {
    ($($kind:ident $id:ident $prefix:literal $name:literal;)*) => {
        /// The kinds of things that have ids.
        pub mod kind {
            $(
                #[doc = concat!("The kind of a ", $name, ".")]
                #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
                pub enum $kind {}

                impl super::Kind for $kind {
                    const PREFIX: &'static str = $prefix;
                    const NAME: &'static str = $name;
                }
            )*
        }

        $(
            #[doc = concat!("The id of a ", $name, ".")]
            pub type $id = Id<kind::$kind>;
        )*

        /// What a prefix stands for, in words.
        #[must_use]
        pub fn name_of(prefix: &str) -> Option<&'static str> {
            match prefix {
                $($prefix => Some($name),)*
                _ => None,
            }
        }
    };
}

kinds! {
    Organization OrganizationId "org" "organization";
    Site SiteId "site" "site";
    Contact ContactId "con" "contact";
    ExternalReference ExternalReferenceId "ref" "external reference";
    Relationship RelationshipId "rel" "relationship";
    RelationshipSite RelationshipSiteId "rst" "site in play";
    RelationshipContact RelationshipContactId "rco" "contact named for a relationship";
    ScopeOfWork ScopeOfWorkId "sow" "scope of work";
    Milestone MilestoneId "mil" "milestone";
    ActionItem ActionItemId "act" "action item";
    DueDateChange DueDateChangeId "due" "due date change";
    ActionItemComment ActionItemCommentId "com" "comment";
    MetricCharter MetricCharterId "cha" "metric charter";
    Kpi KpiId "kpi" "KPI";
    KpiDefinition KpiDefinitionId "def" "KPI definition version";
    KpiDataset KpiDatasetId "set" "KPI dataset";
    KpiDatasetRevision KpiDatasetRevisionId "rev" "KPI dataset revision";
    Interpretation InterpretationId "int" "interpretation";
    Signature SignatureId "sig" "signature";
    KpiChartBasis KpiChartBasisId "bas" "KPI chart basis";
    KpiSignal KpiSignalId "sgn" "KPI signal";
    TokenRevocation TokenRevocationId "tkr" "token revocation";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = RelationshipId::new(Uuid::from_u128(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881));
        assert_eq!(id.to_string(), "rel_01h2xcejqtf2nbrexx3vqjhp41");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn another_kind_is_named_in_the_message() {
        let site = SiteId::new(Uuid::nil()).to_string();
        let error = site.parse::<ActionItemId>().unwrap_err();
        assert_eq!(error.to_string(), "this is the id of a site; the id of an action item (act_…) is expected");
    }

    #[test]
    fn nonsense_is_told_what_an_id_looks_like() {
        for text in ["", "17", "rel_", "rel_zzz", "rel_91h2xcejqtf2nbrexx3vqjhp41", "REL_01h2xcejqtf2nbrexx3vqjhp41"] {
            assert!(matches!(text.parse::<RelationshipId>(), Err(IdError::Malformed { .. })), "{text}");
        }
    }
}
