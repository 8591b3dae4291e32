// What breaks for clients of the last release: `graphql/released.graphql` against the
// schema as it is. A change that breaks is either mended or declared, with its reason, in
// `graphql/breaking.json`; a declaration of what breaks nothing is a fault too.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { buildSchema, findBreakingChanges } from 'graphql'

/** The faults: what breaks undeclared, and what is declared in vain or without a reason. */
export function faults(released, current, declared) {
  const changes = findBreakingChanges(buildSchema(released), buildSchema(current)).map(
    ({ type, description }) => ({ change: `${type}: ${description}` }),
  )
  const breaks = new Set(changes.map(({ change }) => change))
  const known = new Set(declared.map(({ change }) => change))
  return [
    ...[...breaks].filter((change) => !known.has(change)).map((change) => `breaks clients: ${change}`),
    ...[...known].filter((change) => !breaks.has(change)).map((change) => `declared in vain: ${change}`),
    ...declared.filter(({ reason }) => !reason?.trim()).map(({ change }) => `without a reason: ${change}`),
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const read = (name) => readFileSync(new URL(`../../graphql/${name}`, import.meta.url), 'utf8')
  const declared = JSON.parse(read('breaking.json'))
  const found = faults(read('released.graphql'), read('schema.graphql'), declared)
  console.log(`${found.length ? 'not ok' : 'ok'} nothing breaks clients of the last release undeclared`)
  for (const fault of found) console.log(`     ${fault}`)
  if (found.length) {
    console.log('     Keep the old beside the new, or declare it in graphql/breaking.json with a reason.')
    process.exitCode = 1
  }
}
