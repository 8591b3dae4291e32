// The rules for the schema and for the portal's operations: graphql-eslint's recommended
// ones and Relay's. What is off or bent says why.
import graphql from '@graphql-eslint/eslint-plugin'

const root = new URL('../../graphql', import.meta.url).pathname
const languageOptions = {
  parser: graphql.parser,
  parserOptions: {
    graphQLConfig: { schema: `${root}/schema.graphql`, documents: `${root}/operations/**/*.graphql` },
  },
}
const plugins = { '@graphql-eslint': graphql }
const of = (...sets) => Object.assign({}, ...sets.map((set) => graphql.configs[`flat/${set}`].rules))

const ofSchema = of('schema-recommended', 'schema-relay')
const [, naming] = ofSchema['@graphql-eslint/naming-convention']

export default [
  {
    files: ['**/*.graphql'],
    ignores: ['**/operations/**'],
    plugins,
    languageOptions,
    rules: {
      ...ofSchema,
      // Lists here page forwards: keyset cursors in one fixed order, as Relay allows.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      // Parts of an object that have an end are arrays; the API test `schema` says which
      // lists of the root may be. A row that is only a pair (a need and when it is due) has no id.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false },
      ],
      // The values of `Language` are BCP 47 tags, as in every other place where a language is named.
      '@graphql-eslint/naming-convention': [
        'error',
        { ...naming, EnumValueDefinition: { style: 'UPPER_CASE', ignorePattern: '^(nb|nn|en)$' } },
      ],
      // Only what can be read by itself has an id; the API test `schema` holds id and `Node` together.
      '@graphql-eslint/strict-id-in-types': 'off',
      // `organisationNumber` is the register's own word, and `Code` has a code.
      '@graphql-eslint/no-typename-prefix': 'off',
    },
  },
  {
    files: ['**/operations/**/*.graphql'],
    plugins,
    languageOptions,
    rules: {
      ...of('operations-recommended'),
      // An id is for a client's cache. The portal's pages are made anew each time and have none.
      '@graphql-eslint/require-selections': 'off',
    },
  },
]
