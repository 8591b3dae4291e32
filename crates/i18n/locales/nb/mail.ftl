# The letters we send. A notice of the kind need.state_changed has the keys
# mail-need-state-changed-{subject,intro,button}; $subject is the title that it
# is about, $sender who speaks. Letters to a buyer about what the market did do
# not name the market: the facts do, where the reader may see them.

mail-greeting = Hei { $name },
mail-greeting-nameless = Hei,
mail-link-hint = Virker ikke knappen? Kopier adressen inn i nettleseren:
mail-footer-automatic = Denne e-posten er sendt automatisk fra { $service }. Svar på den blir ikke lest.
mail-footer-settings = Se hva du får e-post om, og hva du kan slå av:

mail-sign-in-subject = Logg inn i { $service }
mail-sign-in-intro = Trykk på knappen for å logge inn, eller skriv koden i nettleseren der du ba om den.
mail-sign-in-code = Kode
mail-sign-in-validity = { $minutes ->
    [one] Knappen og koden virker i ett minutt, og bare én gang.
   *[other] Knappen og koden virker i { $minutes } minutter, og bare én gang.
}
mail-sign-in-button = Logg inn
mail-sign-in-ignore = Har du ikke bedt om å logge inn? Da kan du se bort fra denne e-posten. Gi aldri koden til andre.

mail-invitation-subject = Invitasjon til { $organisation }
mail-invitation-intro = { $inviter } inviterer deg til å bli med i { $organisation } i { $service }.
mail-invitation-button = Se invitasjonen
mail-invitation-expires = Invitasjonen gjelder til
mail-invitation-ignore = Kjenner du ikke til dette? Da kan du se bort fra denne e-posten.

# For a kind without a letter of its own.
mail-other-subject = Nytt om { $subject }
mail-other-intro = { $sender } har noe nytt om «{ $subject }».
mail-other-button = Les mer

mail-need-submitted-subject = Til godkjenning: { $subject }
mail-need-submitted-intro = Utkastet «{ $subject }» fra { $sender } venter på godkjenning. Les det, og godkjenn det eller send det tilbake med en kommentar.
mail-need-submitted-button = Les utkastet
mail-need-approved-subject = Godkjent: { $subject }
mail-need-approved-intro = { $sender } har godkjent «{ $subject }». Nå kan det publiseres.
mail-need-approved-button = Åpne behovet
mail-need-returned-subject = Sendt tilbake: { $subject }
mail-need-returned-intro = { $sender } har sendt «{ $subject }» tilbake med en kommentar. Rett utkastet, og be om godkjenning på nytt.
mail-need-returned-button = Åpne utkastet
mail-need-published-subject = Nytt behov: { $subject }
mail-need-published-intro = { $sender } har publisert behovet «{ $subject }».
mail-need-published-button = Les behovet
mail-need-version-published-subject = Endret behov: { $subject }
mail-need-version-published-intro = { $sender } har endret behovet «{ $subject }».
mail-need-version-published-button = Se hva som er endret
mail-need-state-changed-subject = Ny status: { $subject }
mail-need-state-changed-intro = { $sender } har endret status for behovet «{ $subject }».
mail-need-state-changed-button = Se behovet
mail-need-competition-announced-subject = Konkurransen er kunngjort: { $subject }
mail-need-competition-announced-intro = { $sender } har kunngjort konkurransen om «{ $subject }». Dialogen er dermed avsluttet. Skal dere delta videre, leverer dere tilbud der konkurransen er kunngjort.
mail-need-competition-announced-button = Se behovet
mail-attachment-added-subject = Fil lagt ved: { $subject }
mail-attachment-added-intro = { $sender } har lagt ved en fil til behovet «{ $subject }».
mail-attachment-added-button = Se filen
mail-need-partner-invited-subject = Invitasjon til å samarbeide: { $subject }
mail-need-partner-invited-intro = { $sender } inviterer dere til å stå sammen om behovet «{ $subject }».
mail-need-partner-invited-button = Svar på invitasjonen
mail-need-partner-answered-subject = Nytt om samarbeidet: { $subject }
mail-need-partner-answered-intro = { $sender } har sagt hvor de står i samarbeidet om behovet «{ $subject }».
mail-need-partner-answered-button = Se svaret
mail-need-partner-left-subject = Samarbeidet er avsluttet: { $subject }
mail-need-partner-left-intro = { $sender } har avsluttet samarbeidet om behovet «{ $subject }».
mail-need-partner-left-button = Se behovet

mail-question-asked-subject = Nytt spørsmål: { $subject }
mail-question-asked-intro = Dere har fått et spørsmål om «{ $subject }».
mail-question-asked-button = Svar på spørsmålet
mail-question-answered-subject = Svar på spørsmål: { $subject }
mail-question-answered-intro = { $sender } har svart på et spørsmål om «{ $subject }».
mail-question-answered-button = Les svaret
mail-question-declined-subject = Spørsmålet ble ikke besvart: { $subject }
mail-question-declined-intro = { $sender } svarer ikke på spørsmålet ditt om «{ $subject }».
mail-question-declined-button = Se begrunnelsen
mail-announcement-published-subject = Melding om { $subject }
mail-announcement-published-intro = { $sender } har en melding til alle som følger «{ $subject }».
mail-announcement-published-button = Les meldingen

mail-event-announced-subject = Nytt arrangement: { $subject }
mail-event-announced-intro = { $sender } inviterer til «{ $subject }».
mail-event-announced-button = Se programmet og meld deg på
mail-event-changed-subject = Endret: { $subject }
mail-event-changed-intro = { $sender } har endret «{ $subject }». Dette gjelder nå:
mail-event-changed-button = Se arrangementet
mail-event-cancelled-subject = Avlyst: { $subject }
mail-event-cancelled-intro = { $sender } har avlyst «{ $subject }».
mail-event-cancelled-button = Se arrangementet
mail-event-registered-subject = Du er påmeldt: { $subject }
mail-event-registered-intro = Du har plass på «{ $subject }». Kan du ikke komme, så meld deg av.
mail-event-registered-button = Se påmeldingen
mail-event-waitlisted-subject = Du står på venteliste: { $subject }
mail-event-waitlisted-intro = «{ $subject }» er fullt. Du står på venteliste, og vi skriver til deg hvis du får plass.
mail-event-waitlisted-button = Se påmeldingen
mail-event-promoted-subject = Du har fått plass: { $subject }
mail-event-promoted-intro = Det ble en ledig plass på «{ $subject }», og den er din. Kan du ikke komme, så meld deg av.
mail-event-promoted-button = Se påmeldingen
mail-event-withdrawn-subject = Du er meldt av: { $subject }
mail-event-withdrawn-intro = Du er ikke lenger påmeldt «{ $subject }».
mail-event-withdrawn-button = Se arrangementet
mail-event-documented-subject = Referat: { $subject }
mail-event-documented-intro = { $sender } har publisert hva som kom fram på «{ $subject }».
mail-event-documented-button = Les referatet

mail-interest-registered-subject = Ny interessert: { $subject }
mail-interest-registered-intro = En leverandør er interessert i «{ $subject }».
mail-interest-registered-button = Se hvem som er interessert
mail-interest-public = Åpen: alle kan se den
mail-interest-discreet = Diskret: bare dere kan se den
mail-partner-interested = Interessert
mail-partner-need-aligned = Enig i behovet slik det er beskrevet
mail-partner-intent = Har til hensikt å være med
mail-partner-observer = Følger med
mail-partner-withdrawn = Er ikke med
mail-disclosure-shared-subject = Til orientering for alle: { $subject }
mail-disclosure-shared-intro = { $sender } har fortalt noe om «{ $subject }» til noen, og deler det nå med alle.
mail-disclosure-shared-button = Se hva som er fortalt
mail-response-submitted-subject = Kvittering for innspill: { $subject }
mail-response-submitted-intro = Innspillet deres til «{ $subject }» er levert. Ta vare på denne kvitteringen.
mail-response-submitted-button = Se innspillet
mail-response-received-subject = Nytt innspill: { $subject }
mail-response-received-intro = Dere har fått et innspill til «{ $subject }».
mail-response-received-button = Les innspillet
mail-response-withdrawn-subject = Innspill trukket: { $subject }
mail-response-withdrawn-intro = Et innspill til «{ $subject }» er trukket tilbake.
mail-response-withdrawn-button = Se innspillene
mail-response-disposed-subject = Svar på innspillet: { $subject }
mail-response-disposed-intro = { $sender } har svart på innspillet deres til «{ $subject }».
mail-response-disposed-button = Les svaret
mail-confidentiality-decided-subject = Avgjørelse om forretningshemmelighet: { $subject }
mail-confidentiality-decided-intro = { $sender } har tatt stilling til om en del av innspillet deres til «{ $subject }» er en forretningshemmelighet.
mail-confidentiality-decided-button = Se avgjørelsen
mail-summary-published-subject = Oppsummering: { $subject }
mail-summary-published-intro = { $sender } har publisert en oppsummering av dialogen om «{ $subject }».
mail-summary-published-button = Les oppsummeringen

mail-survey-opened-subject = Hvordan var dialogen? { $subject }
mail-survey-opened-intro = Hvordan var dialogen om «{ $subject }»? Det tar noen minutter å svare, og ingen kan se hva akkurat dere har svart.
mail-survey-opened-button = Vurder dialogen
mail-survey-released-subject = Slik var dialogen: { $subject }
mail-survey-released-intro = Vurderingene av dialogen om «{ $subject }» er klare.
mail-survey-released-button = Se vurderingene

mail-organisation-claimed-subject = Til kontroll: { $subject }
mail-organisation-claimed-intro = Noen sier at de handler for { $subject }, uten at det er bevist. Kontroller om det stemmer.
mail-organisation-claimed-button = Kontroller
mail-organisation-verified-subject = Bekreftet: { $subject }
mail-organisation-verified-intro = Vi har kontrollert at du representerer { $subject }.
mail-organisation-verified-button = Åpne organisasjonen
mail-membership-requested-subject = Vil bli medlem: { $subject }
mail-membership-requested-intro = { $sender } ber om å bli medlem av { $subject }.
mail-membership-requested-button = Svar på forespørselen
mail-membership-approved-subject = Du er medlem: { $subject }
mail-membership-approved-intro = Du er nå medlem av { $subject }.
mail-membership-approved-button = Åpne organisasjonen
mail-membership-declined-subject = Du ble ikke medlem: { $subject }
mail-membership-declined-intro = { $subject } har sagt nei til at du blir medlem.
mail-membership-declined-button = Se organisasjonene dine
mail-membership-removed-subject = Du er ikke lenger medlem: { $subject }
mail-membership-removed-intro = Du er ikke lenger medlem av { $subject }, og kan ikke representere dem her.
mail-membership-removed-button = Se organisasjonene dine
mail-role-appointed-subject = Ny rolle: { $subject }
mail-role-appointed-intro = Du har fått en ny rolle i { $subject }.
mail-role-appointed-button = Se rollene dine

mail-fact-deadline = Frist
mail-fact-question-deadline = Frist for spørsmål
mail-fact-starts-at = Starter
mail-fact-ends-at = Slutter
mail-fact-place = Sted
mail-fact-link = Lenke til møtet
mail-fact-competition = Kunngjøringen
mail-fact-registration-deadline = Påmeldingsfrist
mail-fact-buyer = Oppdragsgiver
mail-fact-need = Behov
mail-fact-event = Arrangement
mail-fact-reason = Grunn
mail-fact-outcome = Utfall
mail-fact-receipt-number = Kvittering nr.
mail-fact-withdraw-until = Kan trekkes fram til
mail-fact-receipt-hash = Kvittering
mail-fact-submitted-at = Levert
mail-fact-persons = Antall personer
mail-fact-position = Plass på ventelisten
mail-fact-supplier = Leverandør
mail-fact-expected-volume = Forventet omfang
mail-fact-role = Rolle
mail-fact-organisation = Organisasjon
mail-fact-agenda = Program
mail-fact-visibility = Synlighet
mail-fact-answer = Svar
mail-fact-next-on = Neste steg
mail-fact-file = Fil
mail-fact-other = Opplysning

mail-quote-question = Spørsmål
mail-quote-answer = Svar
mail-quote-announcement = Melding
mail-quote-reason = Begrunnelse
mail-quote-message = Hilsen
mail-quote-comment = Kommentar
mail-quote-summary = Oppsummering
mail-quote-change = Dette er endret
mail-quote-disclosure = Dette er fortalt
mail-quote-next-steps = Dette skjer videre
mail-quote-other = Tekst
