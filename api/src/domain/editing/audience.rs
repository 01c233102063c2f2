//! For whom a draft is, as staff say it and as they read it.

use std::collections::BTreeSet;

use async_graphql::{Enum, ID, InputObject, SimpleObject};

use crate::{
    domain::{
        content::{AudienceDefinition, AudienceScope},
        organisations::{Okrug, Organisation},
    },
    infra::error::Error,
};

/// Самый широкий круг, который сужают остальные поля. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "AudienceScope")]
pub enum DraftAudienceScope {
    /// Все, вошли они или нет.
    Public,
    /// Члены профсоюза.
    Members,
}

impl From<AudienceScope> for DraftAudienceScope {
    fn from(scope: AudienceScope) -> Self {
        match scope {
            AudienceScope::Public => Self::Public,
            AudienceScope::Members => Self::Members,
        }
    }
}

/// Для кого материал. Внутри поля — любой из названных, между полями — всё сразу.
#[derive(Clone, Debug, InputObject)]
pub struct AudienceInput {
    /// Самый широкий круг.
    scope: DraftAudienceScope,
    /// Только члены этих организаций.
    #[graphql(default)]
    organisations: Vec<ID>,
    /// Вместе с организациями ниже названных.
    #[graphql(default)]
    inherit_down: bool,
    /// Только в этих округах.
    #[graphql(default)]
    okrugs: Vec<Okrug>,
    /// Только молодёжь.
    #[graphql(default)]
    youth_only: bool,
}

impl AudienceInput {
    /// The definition; narrowing fields mean nothing for what everybody sees.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is not an id.
    pub fn definition(&self) -> Result<AudienceDefinition, Error> {
        if self.scope == DraftAudienceScope::Public {
            return Ok(AudienceDefinition::default());
        }
        let ids =
            Organisation::NODE.decode_all("input.audience.organisations", &self.organisations)?;
        Ok(AudienceDefinition {
            scope: AudienceScope::Members,
            organisation_ids: ids.into_iter().collect(),
            inherit_down: self.inherit_down,
            okrugs: self
                .okrugs
                .iter()
                .flat_map(|okrug| okrug.stored())
                .collect::<BTreeSet<_>>(),
            youth_only: self.youth_only,
        })
    }
}

/// Для кого материал.
#[derive(SimpleObject)]
pub struct DraftAudience {
    /// Самый широкий круг.
    scope: DraftAudienceScope,
    /// Только члены этих организаций.
    organisation_ids: Vec<ID>,
    /// Вместе с организациями ниже названных.
    inherit_down: bool,
    /// Только в этих округах.
    okrugs: Vec<Okrug>,
    /// Только молодёжь.
    youth_only: bool,
}

impl From<AudienceDefinition> for DraftAudience {
    fn from(audience: AudienceDefinition) -> Self {
        Self {
            scope: audience.scope.into(),
            organisation_ids: audience
                .organisation_ids
                .into_iter()
                .map(|id| Organisation::NODE.id(id))
                .collect(),
            inherit_down: audience.inherit_down,
            okrugs: audience.okrugs.into_iter().map(Okrug::from).collect(),
            youth_only: audience.youth_only,
        }
    }
}
