// What schema.graphql is held to: all of the plugin's rules for schemas and for Relay, save those that say why not.
import { fileURLToPath } from 'node:url'
import graphql from '@graphql-eslint/eslint-plugin'

const rules = {
    ...graphql.configs['flat/schema-all'].rules,
    ...graphql.configs['flat/schema-relay'].rules,
    '@graphql-eslint/require-description': [
        'error',
        {
            types: true,
            rootField: true,
            DirectiveDefinition: true,
            EnumValueDefinition: true,
            FieldDefinition: true,
            InputValueDefinition: true,
            // The framework prints none for the arguments of directives; introspection tells them.
            ignoredSelectors: ['DirectiveDefinition > InputValueDefinition'],
        },
    ],
    '@graphql-eslint/relay-edge-types': [
        'error',
        {
            // Connections have `nodes` beside `edges`, and values such as labels are plain lists.
            listTypeCanWrapOnlyEdgeType: false,
            // Observations, points and journal entries have no id of their own.
            shouldImplementNode: false,
        },
    ],
    // The file is printed in one order, by the service.
    '@graphql-eslint/alphabetize': 'off',
    // The API has mutations; the rule is for schemas that must have none.
    '@graphql-eslint/no-root-type': 'off',
    // Nothing is deprecated for a date; the reason, which is required, says what to use instead.
    '@graphql-eslint/require-deprecation-date': 'off',
    // A payload has what was changed. Whoever wants to read more can send a second document.
    '@graphql-eslint/require-field-of-type-query-in-mutation-result': 'off',
    // Values have no identity: a page, a point, a holiday.
    '@graphql-eslint/strict-id-in-types': 'off',
}

export default [
    {
        files: ['schema.graphql'],
        languageOptions: {
            parser: graphql.parser,
            parserOptions: { graphQLConfig: { schema: fileURLToPath(new URL('../../schema.graphql', import.meta.url)) } },
        },
        plugins: { '@graphql-eslint': graphql },
        rules,
    },
]
