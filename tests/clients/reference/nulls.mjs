// Where `null` stands when fields fail: 250 operations, as graphql-js answers them.
//
//   npm ci && node reference/nulls.mjs > ../../crates/graphql/src/limits/nulls.jsonl
//
// Each line is an operation, the paths that fail in it, and the reference implementation's
// `data`. The unit test of crates/graphql/src/limits/nulls.rs has the same schema and asks the
// same. The choice is random from a fixed seed, so that the file is the same each time.

import { buildSchema, execute, parse, validate } from "graphql";

const schema = buildSchema(`
  interface Named { kind: String! }
  type Thing implements Named {
    kind: String!  name: String  sureName: String!
    thing: Thing  sureThing: Thing!
    things: [Thing!]!  anyThings: [Thing!]  holes: [Thing]!  anyHoles: [Thing]
    fragile: [Thing!]!  anyFragile: [Thing!]
    either: Either  sureEither: Either!  named: Named  manyEither: [Either!]
  }
  type Other implements Named { kind: String!  name: String  sureName: String!  other: Other  thing: Thing! }
  union Either = Thing | Other
  type Query { thing: Thing  sureThing: Thing!  named: Named  fragile: [Thing!]! }
`);

let state = 20261124;
const below = (most) => {
  // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % most;
};
const chance = (percent) => below(100) < percent;

const objects = { thing: "Thing", sureThing: "Thing", things: "Thing", anyThings: "Thing", holes: "Thing",
  anyHoles: "Thing", fragile: "Thing", anyFragile: "Thing", either: "Either", sureEither: "Either",
  manyEither: "Either", named: "Named", other: "Other" };
const fieldsOf = (type) => (type === "Either" ? [] : Object.keys(schema.getType(type).getFields()));

/** A selection on a type; a key always stands for the same field, so that any two can be merged. */
function selection(type, depth) {
  const parts = [];
  const some = 1 + below(4);
  for (let n = 0; n < some; n += 1) {
    if (type === "Either" || type === "Named" ? chance(70) : chance(10)) {
      const on = type === "Thing" || type === "Other" ? type : ["Thing", "Other", "Named"][below(3)];
      parts.push(`... on ${on} ${selection(on, depth)}`);
      continue;
    }
    const names = fieldsOf(type).filter((name) => depth > 0 || !objects[name]);
    const name = names[below(names.length)];
    if (!name) {
      parts.push("__typename");
      continue;
    }
    // An alias hides the field's name, as clients do.
    const field = chance(20) ? `its_${name}: ${name}` : name;
    parts.push(objects[name] ? `${field} ${selection(objects[name], depth - 1)}` : field);
  }
  if (chance(10)) parts.push(`name @skip(if: ${chance(50)})`.replace("name", type === "Either" || type === "Named" ? "__typename" : "name"));
  return `{ ${parts.join(" ")} }`;
}

function pathOf(path) {
  const keys = [];
  for (let at = path; at; at = at.prev) keys.unshift(at.key);
  return keys.join("/");
}

function run(document, fails) {
  const seen = new Set();
  const meet = (path) => {
    seen.add(path);
    if (fails.has(path)) throw new Error("failed");
  };
  const thing = { __typename: "Thing" };
  const other = { __typename: "Other" };
  const values = {
    name: "n", sureName: "s", thing, sureThing: thing, things: [thing, thing], anyThings: [thing, thing],
    holes: [thing, null, thing], anyHoles: [null, thing], either: other, sureEither: thing, named: other,
    manyEither: [thing, other], other,
  };
  const fieldResolver = (_source, _args, _context, info) => {
    if (info.fieldName === "kind") return "k";
    const path = pathOf(info.path);
    meet(path);
    if (!info.fieldName.toLowerCase().endsWith("fragile")) return values[info.fieldName];
    // Here the items themselves can fail.
    return [0, 1].map((index) => {
      try {
        meet(`${path}/${index}`);
        return thing;
      } catch (error) {
        return error;
      }
    });
  };
  return { seen, answer: execute({ schema, document, fieldResolver }) };
}

const all = new Set();
while (all.size < 250) {
  const query = selection("Query", 3);
  const document = parse(query);
  if (query.length > 300 || validate(schema, document).length > 0) continue;
  const paths = [...run(document, new Set()).seen];
  const fails = new Set(Array.from({ length: 1 + below(3) }, () => paths[below(paths.length)]).filter(Boolean));
  const { data } = run(document, fails).answer;
  all.add(JSON.stringify({ query, fails: [...fails], data }));
}
console.log([...all].join("\n"));
