import { walkDialogue } from "../lib/dialogue.mjs";

export const name = "the same dialogue without JavaScript";

export const run = (kit) =>
  walkDialogue(kit, {
    id: "0b7e2f0a-53d1-4c7e-9c2e-6b1f6f0d1a99",
    title: "Lettare kvardag heime for alle",
    javaScriptEnabled: false,
  });
