// `guidepost schema --federation`, composed into a supergraph by @apollo/composition: alone, and beside a service that
// refers to each of its entities.
import { composeServices } from '@apollo/composition'
import { Kind, parse } from 'graphql'
import { printed } from './service.mjs'

/** The hints that are right as they are, by code. Each must be given, else it must go from here. */
const ACCEPTED = {}

export default async function federation() {
    const guidepost = parse(await printed('schema', '--federation'))
    const entities = guidepost.definitions.filter(isEntity).map(({ name }) => name.value)
    const problems = entities.length > 0 ? [] : ['the schema has no entities']
    const given = new Set()
    for (const services of [[named('guidepost', guidepost)], [named('guidepost', guidepost), referrer(entities)]]) {
        const { errors, hints, supergraphSdl } = composeServices(services)
        const what = services.map(({ name }) => name).join(' with ')
        problems.push(...(errors ?? []).map(({ message }) => `${what}: ${message}`))
        if (!errors && !entities.every(name => supergraphSdl.includes(`type ${name} `))) {
            problems.push(`${what}: not every entity is in the supergraph`)
        }
        for (const { definition, message } of hints ?? []) {
            given.add(definition.code)
            if (!(definition.code in ACCEPTED)) problems.push(`${what}: ${definition.code}: ${message}`)
        }
    }
    const stale = Object.keys(ACCEPTED).filter(code => !given.has(code))
    problems.push(...stale.map(code => `federation.mjs accepts ${code}, which is not given`))
    return { checked: `2 supergraphs, ${entities.length} entities`, problems }
}

function isEntity({ kind, directives }) {
    return kind === Kind.OBJECT_TYPE_DEFINITION && directives.some(({ name }) => name.value === 'key')
}

/** A service that knows of each entity no more than its id. */
function referrer(entities) {
    const types = entities.map(name => `type ${name} @key(fields: "id", resolvable: false) { id: ID! }`)
    const fields = entities.map(name => `about${name}: ${name}`)
    const sdl = `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query { notes: [Note!]! }
        type Note @key(fields: "id") { id: ID! ${fields.join(' ')} }
        ${types.join('\n')}`
    return named('notes', parse(sdl))
}

function named(name, typeDefs) {
    return { name, url: `http://${name}.example/graphql`, typeDefs }
}
