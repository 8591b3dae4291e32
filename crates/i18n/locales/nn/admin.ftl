# The platform's administrators.

admin-claims = Krav som ventar på stadfesting
admin-claims-text = Nokon seier at dei handlar for desse. Ring organisasjonen eller sjå på nettstaden før du stadfestar.
admin-claims-none = Ingen krav ventar
admin-claims-none-text = Organisasjonar kjem hit når nokon registrerer dei utan prov.
admin-verify = Stadfest
flash-claim-verified = Organisasjonen er stadfesta.
admin-appoint = Peik ut den første eigaren hos ein oppdragsgivar
admin-appoint-lead = Finn oppdragsgivaren. Eigaren inviterer sidan dei andre.
admin-search = Namn eller organisasjonsnummer på oppdragsgivaren
admin-none-text = Prøv færre bokstavar i namnet, eller organisasjonsnummeret.
admin-more = Det er fleire. Skriv meir av namnet.
admin-appoint-title = Peik ut ein eigar av { $organisation }
admin-appoint-text = Eigaren kan gjere alt for oppdragsgivaren og avgjer kven andre som kan det. Invitasjonen verkar i 14 dagar. Når han er teken imot, er oppdragsgivaren stadfesta.
admin-has-owner = Nokon handlar alt for denne oppdragsgivaren. Peik ut ein eigar til berre om dei som er der, ikkje kan gjere det sjølve.
admin-appoint-send = Send invitasjon
flash-owner-appointed = Invitasjonen til eigaren er på veg.
