# The platform's administrators.

admin-claims = Claims to verify
admin-claims-text = Somebody says that they act for these. Call the organisation or look at its web site before you verify.
admin-claims-none = No claims are waiting
admin-claims-none-text = Organisations appear here when somebody registers them without proof.
admin-verify = Verify
flash-claim-verified = The organisation is verified.
admin-appoint = Appoint a buyer’s first owner
admin-appoint-lead = Find the buyer. The owner then invites the others.
admin-search = Name or organisation number of the buyer
admin-none-text = Try fewer letters of the name, or the organisation number.
admin-more = There are more. Write more of the name.
admin-appoint-title = Appoint an owner of { $organisation }
admin-appoint-text = The owner can do everything for the buyer, and decides who else may. The invitation works for 14 days. When it is accepted, the buyer is verified.
admin-has-owner = Somebody acts for this buyer already. Appoint another owner only if those who are there can’t do it.
admin-appoint-send = Send invitation
flash-owner-appointed = The invitation to the owner is on its way.
