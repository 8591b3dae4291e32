# Innspill (responses).

disposition-received = Mottatt
disposition-acknowledged = Lest
disposition-adopted = Tatt med
disposition-partly-adopted = Delvis tatt med
disposition-not-adopted = Ikke tatt med
disposition-out-of-scope = Utenfor temaet

confidentiality-open = Åpen
confidentiality-claimed = Hevdet forretningshemmelighet
confidentiality-accepted = Godtatt som forretningshemmelighet
confidentiality-rejected = Ikke godtatt som forretningshemmelighet

## Leverandørens skjema

response-state-draft = Ikke levert
response-state-submitted = Levert
response-state-withdrawn = Trukket tilbake
respond-title = Gi innspill
respond-buyer = Du representerer en oppdragsgiver. Bare leverandører kan gi innspill.
respond-nobody = Velg eller registrer leverandøren du gir innspill for.
respond-choose = Velg organisasjon
respond-receipt = Se kvitteringen
respond-closed = Fristen er gått ut.
respond-kept = Det dere har skrevet, er lagret, men kan ikke leveres.
respond-kept-on-hold = Det dere skriver, blir lagret, men kan ikke leveres nå.
respond-contact = Ta kontakt med { $name } hvis dere likevel har noe å si:
respond-changed = Dere har endringer som ikke er levert.
respond-who-reads = Hvem leser innspillet
respond-who-reads-text = { $buyer } leser innspillet når dere har levert det, ikke før. Andre leverandører ser det ikke. Innspill til det offentlige er i utgangspunktet åpne for innsyn. Merk det som er forretningshemmeligheter, med en begrunnelse: Da leser bare navngitte ansatte det, og { $buyer } vurderer kravet.
respond-topics = Deler av innspillet
respond-answered = Skrevet
respond-empty = Ikke skrevet
respond-secret = Forretningshemmelighet
respond-dropped = Oppdragsgiveren spør ikke lenger om dette
respond-dropped-text = Oppdragsgiveren har fjernet spørsmålet. Svaret deres er tatt vare på og blir med når dere leverer. Tøm feltet hvis dere vil fjerne det.
respond-free = Annet dere vil si
respond-answer = Svaret deres
respond-free-text = Teksten deres
respond-secret-text = Merk bare det som kan skade dere i konkurransen om andre får vite det. Det som er allment kjent, er ikke en forretningshemmelighet. Oppdragsgiveren vurderer kravet.
respond-is-secret = Svaret inneholder forretningshemmeligheter
respond-claim-reason = Hvorfor
respond-claim-reason-help = Hva taper dere på at andre får vite det?
respond-claim-reason-mark = må fylles ut hvis dere merker svaret
respond-reason-missing = Det dere skrev, er lagret. Én ting mangler.
respond-save-next = Lagre og gå videre
respond-save = Lagre
respond-files = Filer
respond-file = Fil
respond-files-text = Legg ved det som underbygger svarene. { $buyer } ser en fil når dere sender inn, ikke før.
respond-files-count = { $count ->
    [one] Én fil
   *[other] { $count } filer
}
respond-file-is-secret = Filen inneholder forretningshemmeligheter
respond-file-reason-mark = må fylles ut hvis dere merker filen
flash-response-file-added = Filen er lagt ved. Send inn svaret for at oppdragsgiveren skal se den.
flash-response-file-removed = Filen er fjernet fra utkastet.
respond-access = Innsyn for andre oppdragsgivere
respond-access-text = Bestem hva oppdragsgivere som samarbeider om behovet, får lese
respond-access-lead = { $buyer } leser hele innspillet. Andre oppdragsgivere kan samarbeide om behovet. De leser ingenting hvis dere ikke sier ja. Valget gjelder med en gang, og dere kan endre det når som helst.
respond-partners-read = Samarbeidende oppdragsgivere kan lese det som ikke er merket
respond-partners-read-help = Gjelder også oppdragsgivere som blir med senere.
respond-partners-do-not = Samarbeidende oppdragsgivere leser ikke innspillet.
respond-no-partners = Ingen andre oppdragsgivere står bak behovet nå.
respond-secret-readers = Disse kan også lese forretningshemmeligheter
respond-secret-readers-help = Bare navngitte ansatte hos dem.
respond-access-save = Lagre valget
respond-to-check = Kontroller og lever
respond-check = Kontroller innspillet
respond-change = Endre
respond-submit = Lever innspillet
respond-submit-again = Lever på nytt
respond-back = Tilbake til delene
respond-withdraw = Trekk innspillet tilbake
respond-withdraw-text = Oppdragsgiveren kan ikke lenger lese innspillet. Dere beholder kopien og kan levere på nytt fram til fristen.
respond-own = Våre innspill
respond-own-empty = Dere har ikke gitt innspill ennå
respond-own-empty-text = Finn et behov dere kan bidra til.
respond-submitted-at = Levert { $time }
respond-became = Hva innspillet førte til
flash-response-saved = Lagret.
flash-response-access-saved = Valget er lagret og gjelder fra nå.
flash-response-submitted = Innspillet er levert. Kvitteringen er også sendt på e-post.
flash-response-withdrawn = Innspillet er trukket tilbake.
flash-passage-withdrawn = Delen er trukket tilbake.

## Kvittering

receipt-title = Kvittering nr. { $number }
receipt-to = Levert til
receipt-number = Nummer
receipt-at = Tidspunkt
receipt-hash = Kontrollsum
receipt-text = Skriv ut siden hvis dere vil ha kvitteringen på papir. Kopien blir liggende her, også etter at dialogen er slutt.
receipt-change = Dere kan endre eller trekke innspillet til { $time }.
receipt-withdrawn = Innspillet er trukket tilbake. Dette er kopien deres.
receipt-replaced = Dere har levert på nytt etter dette.
receipt-to-response = Til innspillet
receipt-copy = Kopi av det dere leverte
receipt-all = Alle kvitteringer
receipt-verify = Slik kontrollerer dere kontrollsummen
receipt-verify-text = Kontrollsummen er SHA-256 av nøkkelen, et linjeskift og teksten nedenfor, uten noe etter siste tegn.
receipt-salt = Nøkkel
receipt-content = Innholdet som er kontrollert

## Oppdragsgiveren leser

responses-title = Innspill
responses-lead = Les innspillene og fortell hva de førte til. Leverandøren får beskjed på e-post. Det gis ikke poeng: Dette er ikke en konkurranse.
responses-empty = Ingen innspill ennå
responses-empty-text = Innspill står her når en leverandør har levert. Utkast ser dere ikke.
responses-compare = Sammenlign svarene
responses-questions = Spørsmål som er besvart
responses-revisions = { $count ->
    [one] Levert én gang
   *[other] Levert { $count } ganger
}
responses-waiting = { $count ->
    [one] Én del venter på vurdering
   *[other] { $count } deler venter på vurdering
}
responses-claims = { $count ->
    [one] Ett krav om hemmelighold venter
   *[other] { $count } krav om hemmelighold venter
}
responses-from = Innspill fra { $supplier }
responses-no-score = Rekkefølgen sier ikke noe om kvalitet.
responses-acknowledge = Marker som lest
responses-acknowledge-text = Leverandøren ser at dere har lest innspillet.
responses-hidden = Ingenting du kan lese
responses-hidden-text = Innspillet er merket som forretningshemmelighet og leses av navngitte ansatte.
responses-back = Alle innspill til behovet
passage-withdrawn = Trukket tilbake av leverandøren.
passage-claim = Leverandørens begrunnelse for hemmelighold: { $reason }
passage-decision = Begrunnelse for avgjørelsen om hemmelighold: { $reason }
passage-released = Leverandøren kan trekke denne delen fram til { $time }. Etter det leses den som åpen.
passage-reason = Begrunnelse: { $reason }
passage-dispose = Fortell hva det førte til
passage-outcome = Hva førte dette til?
passage-outcome-reason = Begrunnelse
passage-outcome-help = Leverandøren leser begrunnelsen.
passage-outcome-send = Send til leverandøren
passage-decide = Avgjør kravet om hemmelighold
passage-decide-text = En forretningshemmelighet er noe leverandøren kan tape konkurransekraft på at andre får vite. Godtar dere ikke kravet, får leverandøren en uke til å trekke delen tilbake.
passage-is-secret = Er dette en forretningshemmelighet?
passage-decision-reason = Begrunnelse
passage-decide-send = Send avgjørelsen
passage-withdraw = Trekk delen tilbake
passage-withdraw-text = Dere kan trekke denne delen fram til { $time }. Etter det kan flere hos oppdragsgiveren lese den.
flash-response-acknowledged = Leverandøren ser at innspillet er lest.
flash-passage-disposed = Leverandøren får beskjed.
flash-confidentiality-decided = Avgjørelsen er sendt til leverandøren.
