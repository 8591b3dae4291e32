// The check of breaking changes is checked: each kind that would hurt a client is found.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { parse, print, visit } from 'graphql'
import { faults } from './breaking.mjs'

const schema = readFileSync(new URL('../../graphql/schema.graphql', import.meta.url), 'utf8')
/** The schema without what `type.name` names. */
const without = (type, name) => {
  let found = 0
  const part = (node, _key, _parent, _path, above) => {
    if (node.name.value !== name || above.at(-1)?.name?.value !== type) return undefined
    found += 1
    return null
  }
  const left = visit(parse(schema), { FieldDefinition: part, EnumValueDefinition: part })
  assert.equal(found, 1, `${type}.${name}`)
  return print(left)
}
const cases = {
  'the same breaks nothing': () => assert.deepEqual(faults(schema, schema, []), []),
  'a removed field is found': () => {
    const lost = without('Need', 'slug')
    assert.match(faults(schema, lost, []).join(), /breaks clients: FIELD_REMOVED: Need.slug was removed/)
  },
  'a removed value of an enum is found': () => {
    const lost = without('NeedState', 'IN_DIALOGUE')
    assert.match(faults(schema, lost, []).join(), /VALUE_REMOVED_FROM_ENUM/)
  },
  'an input that is required from now on is found': () => {
    const stricter = schema.replace('input AskQuestionInput {', 'input AskQuestionInput {\n\tmore: String!')
    assert.match(faults(schema, stricter, []).join(), /REQUIRED_INPUT_FIELD_ADDED/)
  },
  'a field that may be null from now on is found': () => {
    const looser = schema.replace('\tslug: String!\n', '\tslug: String\n')
    assert.match(faults(schema, looser, []).join(), /FIELD_CHANGED_KIND/)
  },
  'a new field breaks nothing': () => {
    const more = schema.replace('type Need implements Node {', 'type Need implements Node {\n\tmore: String')
    assert.deepEqual(faults(schema, more, []), [])
  },
  'what is declared passes, with a reason, and not in vain': () => {
    const lost = without('NeedState', 'IN_DIALOGUE')
    const [fault] = faults(schema, lost, [])
    const change = fault.replace('breaks clients: ', '')
    assert.deepEqual(faults(schema, lost, [{ change, reason: 'It is no state any more.' }]), [])
    assert.deepEqual(faults(schema, lost, [{ change, reason: ' ' }]), [`without a reason: ${change}`])
    assert.deepEqual(faults(schema, schema, [{ change, reason: 'x' }]), [`declared in vain: ${change}`])
  },
}

for (const [name, run] of Object.entries(cases)) {
  try {
    run()
    console.log(`ok ${name}`)
  } catch (error) {
    process.exitCode = 1
    console.log(`not ok ${name}\n     ${error.message}`)
  }
}
