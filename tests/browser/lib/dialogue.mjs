// One market dialogue in the portal, from a notice on Doffin to what became of an answer:
// two people of a municipality and one supplier, each in their own browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const FIXTURE = join(import.meta.dirname, "../../../crates/interop/tests/fixtures/pin-only-market-dialogue.xml");
const TRONDHEIM = "942110464";

/** `2027-01-14T12:00`, so many days ahead, as the field takes it. */
function inDays(days, hour = "12:00") {
  const day = new Date(Date.now() + days * 86_400_000);
  return `${day.toISOString().slice(0, 10)}T${hour}`;
}

/** A notice like the real ones, of the persona's own municipality. */
async function notice(id) {
  const text = await readFile(FIXTURE, "utf8");
  assert.ok(text.includes("310 043 311"));
  return {
    name: "kunngjoring.xml",
    mimeType: "text/xml",
    buffer: Buffer.from(text.replaceAll("310 043 311", TRONDHEIM).replaceAll("0b7e2f0a-53d1-4c7e-9c2e-6b1f6f0d1a01", id)),
  };
}

/** Walks all of it; `settings` are those of every visitor, `id` is the notice's, `title` the need's. */
export async function walkDialogue({ newVisitor, signInAs, expect, mailbox, axe, noSidewaysScroll }, { id, title, ...settings }) {
  const officer = await (await newVisitor(settings)).newPage();
  const reviewer = await (await newVisitor(settings)).newPage();
  const supplier = await (await newVisitor({ ...settings, viewport: { width: 360, height: 800 } })).newPage();
  await signInAs(officer, "Ingrid Moen");
  await signInAs(reviewer, "Astrid Hegstad");
  await signInAs(supplier, "Kari Lunde");
  const press = (page, label) => page.getByRole("button", { name: label, exact: true }).first().click();

  // From the notice to a draft, with a list of what could not be mapped.
  await officer.goto("/nb/m");
  await officer.getByRole("link", { name: "Start fra en kunngjøring på Doffin" }).first().click();
  await officer.locator('input[type="file"]').setInputFiles(await notice(id));
  await officer.getByRole("main").locator('button[type="submit"]').click();
  await expect.path(officer, /\/import$/);
  await expect.text(officer.getByRole("main"), "digital heimeoppfølging");
  await officer.getByRole("main").locator("a.ds-button").first().click();
  await expect.path(officer, /\/m\/needs\/[^/]+\/edit$/);
  const slug = new URL(officer.url()).pathname.split("/")[4];

  // The five steps of the wizard; what the notice gave is there already.
  assert.notEqual(await officer.getByLabel("Tittel").inputValue(), "");
  await officer.getByLabel("Tittel").fill(title);
  await officer.getByLabel("Kort fortalt").fill("Vi vil at fleire skal meistre kvardagen heime.");
  await officer.getByLabel("Utfordringen og hvordan det er i dag").fill("Kvar veke blir 30 besøk gjort utan at nokon treng det.");
  await press(officer, "Lagre og gå videre");
  await officer.getByLabel("Hva som skal bli bedre").fill("* 30 prosent færre unødige besøk innan 2028");
  await press(officer, "Lagre og gå videre");
  await press(officer, "Lagre og gå videre");
  await expect.text(officer.getByRole("main"), "Steg 4");
  await press(officer, "Lagre og gå videre");
  await officer.getByLabel(/^Spørsmål 1/).fill("Kva finst i dag?");
  await officer.getByLabel(/^Spørsmål 2/).fill("Kva kostar det å drifte?");
  await officer.getByLabel(/^Svarfrist/).fill(inDays(40));
  await officer.getByLabel("Kontaktperson").fill("Ingrid Moen");
  await officer.getByLabel("E-postadresse på jobb").fill("ingrid.moen@trondheim.example.no");
  await press(officer, "Lagre og se over");
  await expect.path(officer, `/nb/m/needs/${slug}`);

  // Nobody publishes alone; somebody else reads and approves.
  await press(officer, "Send til godkjenning");
  await expect.text(officer.getByRole("main"), "Til godkjenning");
  assert.equal(await officer.getByRole("button", { name: "Godkjenn og publiser" }).count(), 0, "not by who wrote it");
  const before = await supplier.goto(`/nb/needs/${slug}`);
  assert.equal(before.status(), 404, "a draft is nobody else's");
  await reviewer.goto(`/nb/m/needs/${slug}`);
  await press(reviewer, "Godkjenn og publiser");
  await expect.text(reviewer.getByRole("main"), "Publisert");

  // A question is asked, answered for all, and does not tell who asked.
  await supplier.goto(`/nb/needs/${slug}`);
  await supplier.getByRole("link", { name: "Still et spørsmål" }).first().click();
  await supplier.getByLabel("Spørsmålet ditt").fill("Kor mange brukarar gjeld det?");
  await press(supplier, "Send spørsmålet");
  await officer.goto(`/nb/m/needs/${slug}/questions`);
  await expect.text(officer.getByRole("main"), "Kor mange brukarar gjeld det?");
  await expect.text(officer.getByRole("main"), "Spurt av Fjordsensor AS. Bare dere ser det.");
  await officer.locator("summary", { hasText: "Svar på spørsmålet" }).click();
  await officer.getByLabel(/^Svar( |$)/).fill("Om lag 1 200.");
  await press(officer, "Publiser spørsmål og svar");
  const visitor = await (await newVisitor(settings)).newPage();
  await visitor.goto(`/nb/needs/${slug}`);
  await expect.text(visitor.getByRole("main"), "Om lag 1 200.");
  assert.ok(!(await visitor.content()).includes("Fjordsensor"), "the asker's organisation");
  const answered = await mailbox.find("kari.lunde@fjordsensor.example.no", /Om lag 1 200/);
  assert.match(answered.text, /Om lag 1 200/);

  // Another municipality is invited and stands behind the need; its figures are not public.
  await officer.goto(`/nb/m/needs/${slug}/partners`);
  await officer.getByRole("textbox", { name: /^Finn kommune/ }).fill("Bergen");
  await press(officer, "Søk");
  await officer.getByLabel(/^Bergen kommune/).check();
  await press(officer, "Send invitasjonen");
  const neighbour = await (await newVisitor(settings)).newPage();
  await signInAs(neighbour, "Kjersti Haukeland");
  await neighbour.goto("/nb/m/together");
  await neighbour.getByRole("link", { name: title }).click();
  await neighbour.getByLabel(/^Har til hensikt/).check();
  await neighbour.getByRole("textbox", { name: /^Forventet/ }).fill("4711000");
  await press(neighbour, "Lagre svaret");
  await officer.goto(`/nb/m/needs/${slug}/partners`);
  await expect.text(officer.getByRole("main"), /4.711.000/);
  await visitor.goto(`/nb/needs/${slug}`);
  await expect.text(visitor.getByRole("main"), "Bergen kommune");
  assert.doesNotMatch(await visitor.content(), /4.711.000/, "a partner's volume");

  // Interest, seen by the municipality alone.
  await supplier.goto(`/nb/needs/${slug}`);
  await supplier.getByRole("link", { name: "Meld interesse" }).click();
  await supplier.getByLabel(/^Bare kommunen/).check();
  await press(supplier, "Meld interesse");
  await officer.goto(`/nb/m/needs/${slug}/interest`);
  await expect.text(officer.getByRole("main"), "Fjordsensor AS");
  for (const other of [visitor, neighbour]) {
    await other.goto(`/nb/needs/${slug}`);
    assert.ok(!(await other.content()).includes("Fjordsensor"), "a discreet interest");
  }

  // An event is planned, announced, and the supplier registers.
  await officer.goto(`/nb/m/needs/${slug}/events`);
  await officer.getByRole("main").getByRole("link", { name: "Nytt arrangement" }).click();
  await officer.getByLabel(/^Dialogkonferanse/).check();
  await officer.getByLabel("Tittel").fill("Dialogkonferanse om kvardagen heime");
  await officer.getByLabel("Om arrangementet").fill("Vi fortel om behovet og høyrer om erfaringar.");
  await officer.getByLabel(/^Start/).fill(inDays(20, "09:00"));
  await officer.getByLabel(/^Slutt/).fill(inDays(20, "12:00"));
  await officer.getByLabel(/^Sted/).fill("Rådhuset, Munkegata 1");
  await officer.getByLabel(/^Antall plasser/).fill("2");
  await press(officer, "Lagre planen");
  await press(officer, "Kunngjør arrangementet");
  await expect.text(officer.getByRole("main"), "Åpent for påmelding");
  await supplier.goto(`/nb/needs/${slug}`);
  await supplier.getByRole("link", { name: "Dialogkonferanse om kvardagen heime" }).click();
  await supplier.getByLabel("Navn").first().fill("Kari Lunde");
  await supplier.getByLabel("E-postadresse på jobb").first().fill("kari.lunde@fjordsensor.example.no");
  await press(supplier, "Meld på");
  await expect.text(supplier.getByRole("main"), "Påmeldt");
  const invitation = await mailbox.find("kari.lunde@fjordsensor.example.no", /Dialogkonferanse om kvardagen heime/);
  assert.ok(invitation.subject.length > 0);

  // The answer: one open part, one secret; checked, handed in, with a receipt.
  await supplier.goto(`/nb/needs/${slug}/respond`);
  await supplier.getByRole("link", { name: "Kva finst i dag?" }).click();
  await supplier.getByLabel(/Svaret deres/).fill("Sensorar i golvlister finst i dag.");
  await press(supplier, "Lagre og gå videre");
  await supplier.getByLabel(/Svaret deres/).fill("Metoden KESTREL-77 kostar 90 kroner i månaden.");
  await supplier.getByLabel("Svaret inneholder forretningshemmeligheter").check();
  await press(supplier, "Lagre og gå videre");
  // A draft may lack the reason; handing it in may not.
  await supplier.goto(`/nb/needs/${slug}/respond/check`);
  await press(supplier, "Lever innspillet");
  await expect.visible(supplier.getByRole("alert").or(supplier.locator("ds-error-summary")));
  await supplier.goto(`/nb/needs/${slug}/respond`);
  await supplier.getByRole("link", { name: "Kva kostar det å drifte?" }).click();
  assert.match(await supplier.getByLabel(/Svaret deres/).inputValue(), /KESTREL-77/, "nothing is lost");
  await supplier.getByLabel(/^Hvorfor/).fill("Andre kan rekne seg fram til prisen vår.");
  await press(supplier, "Lagre og gå videre");
  await supplier.goto(`/nb/needs/${slug}/respond/check`);
  await expect.text(supplier.getByRole("main"), "KESTREL-77");
  await press(supplier, "Lever innspillet");
  await expect.path(supplier, /\/respond\/receipt$/);
  await expect.text(supplier.getByRole("main"), /[0-9a-f]{64}/);
  assert.ok(!(await (await visitor.goto(`/nb/needs/${slug}`)).text()).includes("KESTREL"), "the secret is not public");

  // It is read, compared, and the supplier sees what it led to.
  await officer.goto(`/nb/m/needs/${slug}/compare`);
  await expect.text(officer.getByRole("main"), "Sensorar i golvlister finst i dag.");
  await officer.goto(`/nb/m/needs/${slug}/responses`);
  await officer.getByRole("link", { name: "Fjordsensor AS" }).click();
  await officer.locator("summary").first().click();
  await officer.getByLabel("Tatt med", { exact: true }).first().check();
  await officer.locator("details[open] textarea").fill("Vi tek det inn i kravet om varsling.");
  await officer.locator("details[open] button[type=submit]").click();
  await expect.text(officer.getByRole("main"), "Tatt med");
  await supplier.goto("/nb/supplier/responses");
  await expect.text(supplier.getByRole("main"), "Vi tek det inn i kravet om varsling.");

  // Something is told on the phone; it keeps the need from procurement until all know it (R1).
  await officer.goto(`/nb/m/needs/${slug}/ledger`);
  await officer.getByLabel(/^Hva ble fortalt/).fill("Vi skal òg bytte tryggleiksalarmar i 2028.");
  await officer.getByLabel(/^Fjordsensor AS/).check();
  await officer.getByLabel("På telefon").check();
  await officer.getByLabel(/^Når/).fill(inDays(-1));
  await press(officer, "Lagre notatet");
  await expect.text(officer.getByRole("main"), "Ikke delt");

  await officer.goto(`/nb/m/needs/${slug}/summary`);
  await officer.getByLabel(/^Hva dialogen var/).fill("Éin leverandør svarte, og vi lærte om drift.");
  await officer.getByLabel(/^Hva som skjer videre/).fill("Vi kunngjer ein konkurranse til våren.");
  await press(officer, "Lagre og se over");
  await expect.text(officer.getByRole("main"), "ikke delt med alle");
  await press(officer, "Publiser oppsummeringen");
  await visitor.goto(`/nb/needs/${slug}/summary`);
  await expect.text(visitor.getByRole("main"), "Éin leverandør svarte");
  assert.doesNotMatch(await visitor.content(), /KESTREL|Fjordsensor|tryggleiksalarmar/, "secrets in the summary");

  const decide = async () => {
    await officer.goto(`/nb/m/needs/${slug}`);
    await officer.locator("summary", { hasText: "Avslutt eller sett på vent" }).click();
    await officer.getByLabel(/^Til anskaffelse|^Går til anskaffelse|anskaffelse/i).first().check();
    await officer.getByLabel(/^Begrunnelse/).last().fill("Innspela viser at det finst løysingar.");
    await press(officer, "Lagre beslutningen");
  };
  await decide();
  await expect.visible(officer.locator("ds-error-summary"));
  await officer.goto(`/nb/m/needs/${slug}/ledger`);
  await officer.locator("summary", { hasText: "Del med alle" }).click();
  await officer.locator("details[open] textarea").fill("Kommunen skal òg byte tryggleiksalarmar i 2028.");
  await officer.locator("details[open] button[type=submit]").click();
  await visitor.goto(`/nb/needs/${slug}`);
  await expect.text(visitor.getByRole("main"), "byte tryggleiksalarmar i 2028");
  await decide();
  await expect.text(officer.getByRole("main"), "Til anskaffelse");

  // The competition is announced, and the dialogue is over (R4).
  await officer.getByLabel(/^Lenke til kunngjøringen/).fill("https://doffin.no/notices/2027-100001");
  await press(officer, "Konkurransen er kunngjort");
  await supplier.goto(`/nb/needs/${slug}`);
  assert.equal(await supplier.getByRole("link", { name: "Gi innspill" }).count(), 0, "no answers after the announcement");

  // Both sides rate the dialogue, each in their own words; nobody sees who answered what.
  for (const page of [supplier, officer]) {
    await page.goto(`/nb/surveys/${slug}`);
    // Open for two weeks after a summary only: the journey over all pages may not meet it.
    await noSidewaysScroll(page);
    if (settings.javaScriptEnabled !== false) await axe(page);
    for (const group of await page.getByRole("main").locator("form fieldset").all()) await group.getByLabel("4", { exact: true }).check();
    await press(page, "Send vurderingen");
    await expect.text(page.getByRole("main"), "Du har svart");
  }
}
