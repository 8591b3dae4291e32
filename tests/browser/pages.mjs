// Every page that can be reached by its address alone: the journey "pages" checks them and
// SAMSPILL_BROWSER_SHOTS takes their pictures. `as` names the persona who signs in first.

export const pages = [
  { name: "start", path: "/nb" },
  { name: "start-nn", path: "/nn" },
  { name: "start-en", path: "/en" },
  { name: "login", path: "/nb/login" },
  { name: "needs", path: "/nb/needs" },
  { name: "events", path: "/nb/events" },
  { name: "joint", path: "/nb/joint" },
  { name: "supplier", path: "/nb/supplier", as: "Kari Lunde" },
  { name: "interests", path: "/nb/supplier/interests", as: "Kari Lunde" },
  { name: "admin-organisations", path: "/nb/admin/organisations", as: "Berit Platou" },
  { name: "admin-sessions", path: "/nb/admin/sessions", as: "Berit Platou" },
  { name: "tokens", path: "/nb/organisation/tokens", as: "Kari Lunde" },
  { name: "tokens-new", path: "/nb/organisation/tokens/new", as: "Kari Lunde" },
  { name: "security", path: "/nb/account/security", as: "Kari Lunde" },
  { name: "passkey-new", path: "/nb/account/security/passkeys/new", as: "Kari Lunde" },
  { name: "together", path: "/nb/m/together", as: "Ingrid Moen" },
];
