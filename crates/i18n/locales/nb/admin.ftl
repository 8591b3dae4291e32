# The platform's administrators.

admin-claims = Krav som venter på bekreftelse
admin-claims-text = Noen sier at de handler for disse. Ring organisasjonen eller se på nettstedet før du bekrefter.
admin-claims-none = Ingen krav venter
admin-claims-none-text = Organisasjoner kommer hit når noen registrerer dem uten bevis.
admin-verify = Bekreft
flash-claim-verified = Organisasjonen er bekreftet.
admin-appoint = Utnevn den første eieren hos en oppdragsgiver
admin-appoint-lead = Finn oppdragsgiveren. Eieren inviterer siden de andre.
admin-search = Navn eller organisasjonsnummer på oppdragsgiveren
admin-none-text = Prøv færre bokstaver i navnet, eller organisasjonsnummeret.
admin-more = Det er flere. Skriv mer av navnet.
admin-appoint-title = Utnevn en eier av { $organisation }
admin-appoint-text = Eieren kan gjøre alt for oppdragsgiveren og avgjør hvem andre som kan det. Invitasjonen virker i 14 dager. Når den er tatt imot, er oppdragsgiveren bekreftet.
admin-has-owner = Noen handler allerede for denne oppdragsgiveren. Utnevn en eier til bare hvis de som er der, ikke kan gjøre det selv.
admin-appoint-send = Send invitasjon
flash-owner-appointed = Invitasjonen til eieren er på vei.
