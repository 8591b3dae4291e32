# Innspel (responses).

disposition-received = Motteke
disposition-acknowledged = Lese
disposition-adopted = Teke med
disposition-partly-adopted = Delvis teke med
disposition-not-adopted = Ikkje teke med
disposition-out-of-scope = Utanfor temaet

confidentiality-open = Open
confidentiality-claimed = Hevda forretningsløyndom
confidentiality-accepted = Godteken som forretningsløyndom
confidentiality-rejected = Ikkje godteken som forretningsløyndom

## Skjemaet til leverandøren

response-state-draft = Ikkje levert
response-state-submitted = Levert
response-state-withdrawn = Trekt tilbake
respond-title = Gi innspel
respond-buyer = Du representerer ein oppdragsgivar. Berre leverandørar kan gi innspel.
respond-nobody = Vel eller registrer leverandøren du gir innspel for.
respond-choose = Vel organisasjon
respond-receipt = Sjå kvitteringa
respond-closed = Fristen er gått ut.
respond-kept = Det de har skrive, er lagra, men kan ikkje leverast.
respond-kept-on-hold = Det de skriv, blir lagra, men kan ikkje leverast no.
respond-contact = Ta kontakt med { $name } dersom de likevel har noko å seie:
respond-changed = De har endringar som ikkje er leverte.
respond-who-reads = Kven les innspelet
respond-who-reads-text = { $buyer } les innspelet når de har levert det, ikkje før. Andre leverandørar ser det ikkje. Innspel til det offentlege er i utgangspunktet opne for innsyn. Merk det som er forretningsløyndomar, med ei grunngiving: Då les berre namngitte tilsette det, og { $buyer } vurderer kravet.
respond-topics = Delar av innspelet
respond-answered = Skrive
respond-empty = Ikkje skrive
respond-secret = Forretningsløyndom
respond-dropped = Oppdragsgivaren spør ikkje lenger om dette
respond-dropped-text = Oppdragsgivaren har fjerna spørsmålet. Svaret dykkar er teke vare på og blir med når de leverer. Tøm feltet dersom de vil fjerne det.
respond-free = Anna de vil seie
respond-answer = Svaret dykkar
respond-free-text = Teksten dykkar
respond-secret-text = Merk berre det som kan skade dykk i konkurransen om andre får vite det. Det som er allment kjent, er ikkje ein forretningsløyndom. Oppdragsgivaren vurderer kravet.
respond-is-secret = Svaret inneheld forretningsløyndomar
respond-claim-reason = Kvifor
respond-claim-reason-help = Kva taper de på at andre får vite det?
respond-claim-reason-mark = må fyllast ut dersom de merkjer svaret
respond-reason-missing = Det de skreiv, er lagra. Éin ting manglar.
respond-save-next = Lagre og gå vidare
respond-save = Lagre
respond-files = Filer
respond-file = Fil
respond-files-text = Legg ved det som underbygger svara. { $buyer } ser ei fil når de sender inn, ikkje før.
respond-files-count = { $count ->
    [one] Éi fil
   *[other] { $count } filer
}
respond-file-is-secret = Fila inneheld forretningsløyndomar
respond-file-reason-mark = må fyllast ut dersom de merkjer fila
flash-response-file-added = Fila er lagd ved. Send inn svaret for at oppdragsgivaren skal sjå henne.
flash-response-file-removed = Fila er fjerna frå utkastet.
respond-access = Innsyn for andre oppdragsgivarar
respond-access-text = Bestem kva oppdragsgivarar som samarbeider om behovet, får lese
respond-access-lead = { $buyer } les heile innspelet. Andre oppdragsgivarar kan samarbeide om behovet. Dei les ingenting om de ikkje seier ja. Valet gjeld med ein gong, og de kan endre det når som helst.
respond-partners-read = Samarbeidande oppdragsgivarar kan lese det som ikkje er merkt
respond-partners-read-help = Gjeld også oppdragsgivarar som blir med seinare.
respond-partners-do-not = Samarbeidande oppdragsgivarar les ikkje innspelet.
respond-no-partners = Ingen andre oppdragsgivarar står bak behovet no.
respond-secret-readers = Desse kan også lese forretningsløyndomar
respond-secret-readers-help = Berre namngitte tilsette hos dei.
respond-access-save = Lagre valet
respond-to-check = Kontroller og lever
respond-check = Kontroller innspelet
respond-change = Endre
respond-submit = Lever innspelet
respond-submit-again = Lever på nytt
respond-back = Tilbake til delane
respond-withdraw = Trekk innspelet tilbake
respond-withdraw-text = Oppdragsgivaren kan ikkje lenger lese innspelet. De beheld kopien og kan levere på nytt fram til fristen.
respond-own = Våre innspel
respond-own-empty = De har ikkje gitt innspel enno
respond-own-empty-text = Finn eit behov de kan bidra til.
respond-submitted-at = Levert { $time }
respond-became = Kva innspelet førte til
flash-response-saved = Lagra.
flash-response-access-saved = Valet er lagra og gjeld frå no.
flash-response-submitted = Innspelet er levert. Kvitteringa er også send på e-post.
flash-response-withdrawn = Innspelet er trekt tilbake.
flash-passage-withdrawn = Delen er trekt tilbake.

## Kvittering

receipt-title = Kvittering nr. { $number }
receipt-to = Levert til
receipt-number = Nummer
receipt-at = Tidspunkt
receipt-hash = Kontrollsum
receipt-text = Skriv ut sida dersom de vil ha kvitteringa på papir. Kopien blir liggjande her, også etter at dialogen er slutt.
receipt-change = De kan endre eller trekkje innspelet til { $time }.
receipt-withdrawn = Innspelet er trekt tilbake. Dette er kopien dykkar.
receipt-replaced = De har levert på nytt etter dette.
receipt-to-response = Til innspelet
receipt-copy = Kopi av det de leverte
receipt-all = Alle kvitteringar
receipt-verify = Slik kontrollerer de kontrollsummen
receipt-verify-text = Kontrollsummen er SHA-256 av nøkkelen, eit linjeskift og teksten nedanfor, utan noko etter siste teikn.
receipt-salt = Nøkkel
receipt-content = Innhaldet som er kontrollert

## Oppdragsgivaren les

responses-title = Innspel
responses-lead = Les innspela og fortel kva dei førte til. Leverandøren får melding på e-post. Det blir ikkje gitt poeng: Dette er ikkje ein konkurranse.
responses-empty = Ingen innspel enno
responses-empty-text = Innspel står her når ein leverandør har levert. Utkast ser de ikkje.
responses-compare = Samanlikn svara
responses-questions = Spørsmål som er svara på
responses-revisions = { $count ->
    [one] Levert éin gong
   *[other] Levert { $count } gonger
}
responses-waiting = { $count ->
    [one] Éin del ventar på vurdering
   *[other] { $count } delar ventar på vurdering
}
responses-claims = { $count ->
    [one] Eitt krav om hemmeleghald ventar
   *[other] { $count } krav om hemmeleghald ventar
}
responses-from = Innspel frå { $supplier }
responses-no-score = Rekkjefølgja seier ikkje noko om kvalitet.
responses-acknowledge = Merk som lese
responses-acknowledge-text = Leverandøren ser at de har lese innspelet.
responses-hidden = Ingenting du kan lese
responses-hidden-text = Innspelet er merkt som forretningsløyndom og blir lese av namngitte tilsette.
responses-back = Alle innspel til behovet
passage-withdrawn = Trekt tilbake av leverandøren.
passage-claim = Grunngivinga til leverandøren for hemmeleghald: { $reason }
passage-decision = Grunngiving for avgjerda om hemmeleghald: { $reason }
passage-released = Leverandøren kan trekkje denne delen fram til { $time }. Etter det blir han lesen som open.
passage-reason = Grunngiving: { $reason }
passage-dispose = Fortel kva det førte til
passage-outcome = Kva førte dette til?
passage-outcome-reason = Grunngiving
passage-outcome-help = Leverandøren les grunngivinga.
passage-outcome-send = Send til leverandøren
passage-decide = Avgjer kravet om hemmeleghald
passage-decide-text = Ein forretningsløyndom er noko leverandøren kan tape konkurransekraft på at andre får vite. Godtek de ikkje kravet, får leverandøren ei veke til å trekkje delen tilbake.
passage-is-secret = Er dette ein forretningsløyndom?
passage-decision-reason = Grunngiving
passage-decide-send = Send avgjerda
passage-withdraw = Trekk delen tilbake
passage-withdraw-text = De kan trekkje denne delen fram til { $time }. Etter det kan fleire hos oppdragsgivaren lese han.
flash-response-acknowledged = Leverandøren ser at innspelet er lese.
flash-passage-disposed = Leverandøren får melding.
flash-confidentiality-decided = Avgjerda er send til leverandøren.
