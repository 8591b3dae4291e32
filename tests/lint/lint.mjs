// Lints the schema and the portal's operations. A line for each rule that is on. First it sees that a planted fault is found, so that a
// configuration that lost its rules fails.
import { readFile } from 'node:fs/promises'
import { ESLint } from 'eslint'

const cwd = new URL('../..', import.meta.url).pathname
const overrideConfigFile = new URL('eslint.config.mjs', import.meta.url).pathname
const eslint = new ESLint({ cwd, overrideConfigFile })

const files = ['graphql/schema.graphql', 'graphql/operations/**/*.graphql']
const rules = new Map()
for (const file of ['graphql/schema.graphql', 'graphql/operations/home.graphql']) {
  const config = await eslint.calculateConfigForFile(file)
  for (const [rule, [severity]] of Object.entries(config.rules)) {
    if (severity > 0) rules.set(rule, [])
  }
}
const note = (rule, what) => rules.set(rule, [...(rules.get(rule) ?? []), what])
for (const { filePath, messages } of await eslint.lintFiles(files)) {
  for (const { ruleId, line, message } of messages) {
    note(ruleId ?? 'syntax', `${filePath.slice(cwd.length)}:${line} ${message.replaceAll('\n', ' ')}`)
  }
}

const schema = await readFile(`${cwd}/graphql/schema.graphql`, 'utf8')
const planted = 'type Planted {\n  bad_name: String\n}\n'
const found = await eslint.lintText(`${schema}\n${planted}`, { filePath: `${cwd}/graphql/schema.graphql` })
const seen = new Set(found[0].messages.map((message) => message.ruleId))
for (const rule of ['require-description', 'naming-convention']) {
  if (!seen.has(`@graphql-eslint/${rule}`)) note('planted', `${rule} does not find what was planted`)
}
if (!rules.has('planted')) rules.set('planted', [])

for (const [rule, faults] of [...rules].sort()) {
  console.log(`${faults.length ? 'not ok' : 'ok'} ${rule}`)
  for (const fault of faults.slice(0, 20)) console.log(`     ${fault}`)
  if (faults.length) process.exitCode = 1
}
