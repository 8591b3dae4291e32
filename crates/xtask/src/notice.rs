//! Reads from an eForms notice whose it is. On purpose not the product's reader: this one
//! tells the corpus run what answer to expect.

use anyhow::{Context, Result};
use roxmltree::{Document, Node};
use types::OrganisationNumber;

/// The organisation number of the first buyer: of the company that `ContractingParty`
/// refers to, wherever in the file it stands.
pub(crate) fn buyer(xml: &str) -> Result<OrganisationNumber> {
    let document = Document::parse(xml)?;
    let root = document.root_element();
    let party = find(root, "ContractingParty").context("no ContractingParty")?;
    let reference = text(party, "PartyIdentification", "ID").context("ContractingParty refers to nothing")?;
    root.descendants()
        .filter(|node| node.has_tag_name_local("Company"))
        .find(|company| text(*company, "PartyIdentification", "ID") == Some(reference))
        .and_then(|company| text(company, "PartyLegalEntity", "CompanyID"))
        .with_context(|| format!("no company number for {reference}"))?
        .parse()
        .with_context(|| format!("the number of {reference} is not an organisation number"))
}

fn find<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.descendants().find(|child| child.has_tag_name_local(name))
}

fn text<'a>(node: Node<'a, '_>, parent: &str, name: &str) -> Option<&'a str> {
    find(find(node, parent)?, name)?.text().map(str::trim)
}

trait LocalName {
    /// The prefixes are the file's own choice.
    fn has_tag_name_local(&self, name: &str) -> bool;
}

impl LocalName for Node<'_, '_> {
    fn has_tag_name_local(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

#[cfg(test)]
mod tests {
    use super::buyer;

    fn notice(buyer: &str) -> String {
        let company = |id: &str, number: &str| {
            format!(
                "<e:Company><c:PartyIdentification><b:ID>{id}</b:ID></c:PartyIdentification>\
                 <c:PartyLegalEntity><b:CompanyID>{number}</b:CompanyID></c:PartyLegalEntity></e:Company>"
            )
        };
        format!(
            "<PriorInformationNotice xmlns:e=\"urn:e\" xmlns:c=\"urn:c\" xmlns:b=\"urn:b\">{}{}\
             <c:ContractingParty><c:Party><c:PartyIdentification><b:ID>{buyer}</b:ID></c:PartyIdentification>\
             </c:Party></c:ContractingParty></PriorInformationNotice>",
            company("ORG-0001", "974 760 673"),
            company("ORG-0002", "942 110 464"),
        )
    }

    #[test]
    fn the_buyer_is_whom_the_contracting_party_refers_to() {
        assert_eq!(buyer(&notice("ORG-0002")).expect("a buyer").as_str(), "942110464");
        assert_eq!(buyer(&notice("ORG-0001")).expect("a buyer").as_str(), "974760673");
        assert!(buyer(&notice("ORG-0003")).is_err());
        assert!(buyer("<PriorInformationNotice/>").is_err());
    }
}
