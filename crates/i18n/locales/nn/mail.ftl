# The letters we send. A notice of the kind need.state_changed has the keys
# mail-need-state-changed-{subject,intro,button}; $subject is the title that it
# is about, $sender who speaks. Letters to a buyer about what the market did do
# not name the market: the facts do, where the reader may see them.

mail-greeting = Hei { $name },
mail-greeting-nameless = Hei,
mail-link-hint = Verkar ikkje knappen? Kopier adressa inn i nettlesaren:
mail-footer-automatic = Denne e-posten er send automatisk frå { $service }. Svar på han blir ikkje lesne.
mail-footer-settings = Sjå kva du får e-post om, og kva du kan slå av:

mail-sign-in-subject = Logg inn i { $service }
mail-sign-in-intro = Trykk på knappen for å logge inn, eller skriv koden i nettlesaren der du bad om han.
mail-sign-in-code = Kode
mail-sign-in-validity = { $minutes ->
    [one] Knappen og koden verkar i eitt minutt, og berre éin gong.
   *[other] Knappen og koden verkar i { $minutes } minutt, og berre éin gong.
}
mail-sign-in-button = Logg inn
mail-sign-in-ignore = Har du ikkje bede om å logge inn? Då kan du sjå bort frå denne e-posten. Gi aldri koden til andre.

mail-invitation-subject = Invitasjon til { $organisation }
mail-invitation-intro = { $inviter } inviterer deg til å bli med i { $organisation } i { $service }.
mail-invitation-button = Sjå invitasjonen
mail-invitation-expires = Invitasjonen gjeld til
mail-invitation-ignore = Kjenner du ikkje til dette? Då kan du sjå bort frå denne e-posten.

# For a kind without a letter of its own.
mail-other-subject = Nytt om { $subject }
mail-other-intro = { $sender } har noko nytt om «{ $subject }».
mail-other-button = Les meir

mail-need-submitted-subject = Til godkjenning: { $subject }
mail-need-submitted-intro = Utkastet «{ $subject }» frå { $sender } ventar på godkjenning. Les det, og godkjenn det eller send det tilbake med ein kommentar.
mail-need-submitted-button = Les utkastet
mail-need-approved-subject = Godkjent: { $subject }
mail-need-approved-intro = { $sender } har godkjent «{ $subject }». No kan det publiserast.
mail-need-approved-button = Opne behovet
mail-need-returned-subject = Sendt tilbake: { $subject }
mail-need-returned-intro = { $sender } har sendt «{ $subject }» tilbake med ein kommentar. Rett utkastet, og be om godkjenning på nytt.
mail-need-returned-button = Opne utkastet
mail-need-published-subject = Nytt behov: { $subject }
mail-need-published-intro = { $sender } har publisert behovet «{ $subject }».
mail-need-published-button = Les behovet
mail-need-version-published-subject = Endra behov: { $subject }
mail-need-version-published-intro = { $sender } har endra behovet «{ $subject }».
mail-need-version-published-button = Sjå kva som er endra
mail-need-state-changed-subject = Ny status: { $subject }
mail-need-state-changed-intro = { $sender } har endra status for behovet «{ $subject }».
mail-need-state-changed-button = Sjå behovet
mail-need-competition-announced-subject = Konkurransen er kunngjord: { $subject }
mail-need-competition-announced-intro = { $sender } har kunngjort konkurransen om «{ $subject }». Dialogen er dermed avslutta. Vil de delta vidare, leverer de tilbod der konkurransen er kunngjord.
mail-need-competition-announced-button = Sjå behovet
mail-attachment-added-subject = Fil lagd ved: { $subject }
mail-attachment-added-intro = { $sender } har lagt ved ei fil til behovet «{ $subject }».
mail-attachment-added-button = Sjå fila
mail-need-partner-invited-subject = Invitasjon til å samarbeide: { $subject }
mail-need-partner-invited-intro = { $sender } inviterer dykk til å stå saman om behovet «{ $subject }».
mail-need-partner-invited-button = Svar på invitasjonen
mail-need-partner-answered-subject = Nytt om samarbeidet: { $subject }
mail-need-partner-answered-intro = { $sender } har sagt kvar dei står i samarbeidet om behovet «{ $subject }».
mail-need-partner-answered-button = Sjå svaret
mail-need-partner-left-subject = Samarbeidet er avslutta: { $subject }
mail-need-partner-left-intro = { $sender } har avslutta samarbeidet om behovet «{ $subject }».
mail-need-partner-left-button = Sjå behovet

mail-question-asked-subject = Nytt spørsmål: { $subject }
mail-question-asked-intro = De har fått eit spørsmål om «{ $subject }».
mail-question-asked-button = Svar på spørsmålet
mail-question-answered-subject = Svar på spørsmål: { $subject }
mail-question-answered-intro = { $sender } har svart på eit spørsmål om «{ $subject }».
mail-question-answered-button = Les svaret
mail-question-declined-subject = Du fekk ikkje svar på spørsmålet: { $subject }
mail-question-declined-intro = { $sender } svarar ikkje på spørsmålet ditt om «{ $subject }».
mail-question-declined-button = Sjå grunngivinga
mail-announcement-published-subject = Melding om { $subject }
mail-announcement-published-intro = { $sender } har ei melding til alle som følgjer «{ $subject }».
mail-announcement-published-button = Les meldinga

mail-event-announced-subject = Nytt arrangement: { $subject }
mail-event-announced-intro = { $sender } inviterer til «{ $subject }».
mail-event-announced-button = Sjå programmet og meld deg på
mail-event-changed-subject = Endra: { $subject }
mail-event-changed-intro = { $sender } har endra «{ $subject }». Dette gjeld no:
mail-event-changed-button = Sjå arrangementet
mail-event-cancelled-subject = Avlyst: { $subject }
mail-event-cancelled-intro = { $sender } har avlyst «{ $subject }».
mail-event-cancelled-button = Sjå arrangementet
mail-event-registered-subject = Du er påmeld: { $subject }
mail-event-registered-intro = Du har plass på «{ $subject }». Kan du ikkje kome, så meld deg av.
mail-event-registered-button = Sjå påmeldinga
mail-event-waitlisted-subject = Du står på venteliste: { $subject }
mail-event-waitlisted-intro = «{ $subject }» er fullt. Du står på venteliste, og vi skriv til deg om du får plass.
mail-event-waitlisted-button = Sjå påmeldinga
mail-event-promoted-subject = Du har fått plass: { $subject }
mail-event-promoted-intro = Det blei ein ledig plass på «{ $subject }», og han er din. Kan du ikkje kome, så meld deg av.
mail-event-promoted-button = Sjå påmeldinga
mail-event-withdrawn-subject = Du er meld av: { $subject }
mail-event-withdrawn-intro = Du er ikkje lenger påmeld «{ $subject }».
mail-event-withdrawn-button = Sjå arrangementet
mail-event-documented-subject = Referat: { $subject }
mail-event-documented-intro = { $sender } har publisert kva som kom fram på «{ $subject }».
mail-event-documented-button = Les referatet

mail-interest-registered-subject = Ny interessert: { $subject }
mail-interest-registered-intro = Ein leverandør er interessert i «{ $subject }».
mail-interest-registered-button = Sjå kven som er interessert
mail-interest-public = Open: alle kan sjå ho
mail-interest-discreet = Diskret: berre de kan sjå ho
mail-partner-interested = Interessert
mail-partner-need-aligned = Einig i behovet slik det er skildra
mail-partner-intent = Har til hensikt å vere med
mail-partner-observer = Følgjer med
mail-partner-withdrawn = Er ikkje med
mail-disclosure-shared-subject = Til orientering for alle: { $subject }
mail-disclosure-shared-intro = { $sender } har fortalt noko om «{ $subject }» til nokon, og deler det no med alle.
mail-disclosure-shared-button = Sjå kva som er fortalt
mail-response-submitted-subject = Kvittering for innspel: { $subject }
mail-response-submitted-intro = Innspelet dykkar til «{ $subject }» er levert. Ta vare på denne kvitteringa.
mail-response-submitted-button = Sjå innspelet
mail-response-received-subject = Nytt innspel: { $subject }
mail-response-received-intro = De har fått eit innspel til «{ $subject }».
mail-response-received-button = Les innspelet
mail-response-withdrawn-subject = Innspel trekt: { $subject }
mail-response-withdrawn-intro = Eit innspel til «{ $subject }» er trekt tilbake.
mail-response-withdrawn-button = Sjå innspela
mail-response-disposed-subject = Svar på innspelet: { $subject }
mail-response-disposed-intro = { $sender } har svart på innspelet dykkar til «{ $subject }».
mail-response-disposed-button = Les svaret
mail-confidentiality-decided-subject = Avgjerd om forretningsløyndom: { $subject }
mail-confidentiality-decided-intro = { $sender } har teke stilling til om ein del av innspelet dykkar til «{ $subject }» er ein forretningsløyndom.
mail-confidentiality-decided-button = Sjå avgjerda
mail-summary-published-subject = Oppsummering: { $subject }
mail-summary-published-intro = { $sender } har publisert ei oppsummering av dialogen om «{ $subject }».
mail-summary-published-button = Les oppsummeringa

mail-survey-opened-subject = Korleis var dialogen? { $subject }
mail-survey-opened-intro = Korleis var dialogen om «{ $subject }»? Det tek nokre minutt å svare, og ingen kan sjå kva akkurat de har svart.
mail-survey-opened-button = Vurder dialogen
mail-survey-released-subject = Slik var dialogen: { $subject }
mail-survey-released-intro = Vurderingane av dialogen om «{ $subject }» er klare.
mail-survey-released-button = Sjå vurderingane

mail-organisation-claimed-subject = Til kontroll: { $subject }
mail-organisation-claimed-intro = Nokon seier at dei handlar for { $subject }, utan at det er prova. Kontroller om det stemmer.
mail-organisation-claimed-button = Kontroller
mail-organisation-verified-subject = Stadfesta: { $subject }
mail-organisation-verified-intro = Vi har kontrollert at du representerer { $subject }.
mail-organisation-verified-button = Opne organisasjonen
mail-membership-requested-subject = Vil bli medlem: { $subject }
mail-membership-requested-intro = { $sender } ber om å bli medlem av { $subject }.
mail-membership-requested-button = Svar på førespurnaden
mail-membership-approved-subject = Du er medlem: { $subject }
mail-membership-approved-intro = Du er no medlem av { $subject }.
mail-membership-approved-button = Opne organisasjonen
mail-membership-declined-subject = Du blei ikkje medlem: { $subject }
mail-membership-declined-intro = { $subject } har sagt nei til at du blir medlem.
mail-membership-declined-button = Sjå organisasjonane dine
mail-membership-removed-subject = Du er ikkje lenger medlem: { $subject }
mail-membership-removed-intro = Du er ikkje lenger medlem av { $subject }, og kan ikkje representere dei her.
mail-membership-removed-button = Sjå organisasjonane dine
mail-role-appointed-subject = Ny rolle: { $subject }
mail-role-appointed-intro = Du har fått ei ny rolle i { $subject }.
mail-role-appointed-button = Sjå rollene dine

mail-fact-deadline = Frist
mail-fact-question-deadline = Frist for spørsmål
mail-fact-starts-at = Startar
mail-fact-ends-at = Sluttar
mail-fact-place = Stad
mail-fact-link = Lenkje til møtet
mail-fact-competition = Kunngjeringa
mail-fact-registration-deadline = Påmeldingsfrist
mail-fact-buyer = Oppdragsgivar
mail-fact-need = Behov
mail-fact-event = Arrangement
mail-fact-reason = Grunn
mail-fact-outcome = Utfall
mail-fact-receipt-number = Kvittering nr.
mail-fact-withdraw-until = Kan trekkjast fram til
mail-fact-receipt-hash = Kvittering
mail-fact-submitted-at = Levert
mail-fact-persons = Talet på personar
mail-fact-position = Plass på ventelista
mail-fact-supplier = Leverandør
mail-fact-expected-volume = Venta omfang
mail-fact-role = Rolle
mail-fact-organisation = Organisasjon
mail-fact-agenda = Program
mail-fact-visibility = Kor synleg
mail-fact-answer = Svar
mail-fact-next-on = Neste steg
mail-fact-file = Fil
mail-fact-other = Opplysning

mail-quote-question = Spørsmål
mail-quote-answer = Svar
mail-quote-announcement = Melding
mail-quote-reason = Grunngiving
mail-quote-message = Helsing
mail-quote-comment = Kommentar
mail-quote-summary = Oppsummering
mail-quote-change = Dette er endra
mail-quote-disclosure = Dette er fortalt
mail-quote-next-steps = Dette skjer vidare
mail-quote-other = Tekst
