//! Roles as they are stored, and which fit which organisation.

use types::{ErrorCode, FieldError, OrganisationKind, Role};

use crate::{Error, Result};

/// Roles from a column.
pub fn parse_roles(column: &str) -> Vec<Role> {
    column.split(',').filter_map(|word| word.parse().ok()).collect()
}

/// Roles for a column, each once, in the order of declaration.
pub fn join_roles(roles: &[Role]) -> String {
    let words: Vec<&str> = Role::ALL.iter().filter(|r| roles.contains(r)).map(|r| r.as_str()).collect();
    words.join(",")
}

/// At least one role, and only such as fit the kind of organisation.
pub(super) fn check_roles(kind: OrganisationKind, roles: &[Role]) -> Result<()> {
    if roles.is_empty() {
        return Err(Error::field("roles", ErrorCode::Required));
    }
    let fitting = Role::of(kind);
    match roles.iter().find(|r| !fitting.contains(r)) {
        None => Ok(()),
        Some(_) => Err(Error::Invalid(vec![FieldError::new("roles", ErrorCode::InvalidFormat)])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_survive_the_column_once_each() {
        let column = join_roles(&[Role::Reader, Role::Owner, Role::Owner]);
        assert_eq!(column, "OWNER,READER");
        assert_eq!(parse_roles(&column), [Role::Owner, Role::Reader]);
    }

    #[test]
    fn a_supplier_has_no_procurement_officer() {
        assert!(check_roles(OrganisationKind::Supplier, &[Role::ProcurementOfficer]).is_err());
        assert!(check_roles(OrganisationKind::Municipality, &[Role::ProcurementOfficer]).is_ok());
        assert!(check_roles(OrganisationKind::Municipality, &[]).is_err());
    }
}
