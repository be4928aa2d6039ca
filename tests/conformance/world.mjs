// A relationship of two organizations on an empty service, and tokens of an issuer whose key the suites have.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SignJWT, importPKCS8 } from 'jose'
import { ask, change, repository } from './service.mjs'

const ISSUER = 'https://id.example'
const AUDIENCE = 'https://guidepost.example'
const keys = join(repository, 'tests/keys')
const key = await importPKCS8(await readFile(join(keys, 'ed25519.private.pem'), 'utf8'), 'EdDSA')

/** Seconds that clocks may differ by: a token that has expired a second longer ago is not accepted. */
export const LEEWAY = 30

/** The journal of one relationship as it is written. */
export const FOLLOW = `subscription($id: ID!, $after: String) {
    relationshipChanged(relationshipId: $id, after: $after) { cursor node { number } }
}`

/** A service's settings: some of its own, and the issuer of these tokens. */
export const settings = (own = '') => `${own}
[[issuers]]
issuer = "${ISSUER}"
audiences = ["${AUDIENCE}"]
algorithms = ["EdDSA"]
pem_file = "${join(keys, 'ed25519.public.pem')}"
organizations = ["acme", "brightwater", "quillon"]
operator = true
`

/** A token, good for so many seconds. */
export function token(organization, scope, { subject = 'conformance', seconds = 3600 } = {}) {
    return new SignJWT({ organization, scope, client_id: 'conformance' })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(key)
}

/** Registers three organizations and makes a relationship of two of them: its id. */
export async function establish(url) {
    const operator = await token(undefined, 'admin')
    for (const handle of ['acme', 'brightwater', 'quillon']) {
        await change(url, operator, 'registerOrganization', 'organizationId', { handle, name: handle })
    }
    const scope = 'relationships:read relationships:write relationships:approve'
    const proposal = { counterparty: 'brightwater', name: 'Conformance', ourParty: 'SPONSOR' }
    const selection = 'relationshipId relationship { version }'
    const proposed = await change(url, await token('acme', scope), 'proposeRelationship', selection, proposal)
    const { relationshipId, relationship } = proposed
    // Nobody signs for both parties.
    const other = await token('brightwater', scope, { subject: 'counterparty' })
    const answer = { relationshipId, expectedVersion: relationship.version }
    await change(url, other, 'acceptRelationship', 'relationshipId', answer)
    return relationshipId
}

/** Writes one entry to a relationship's journal: a new action item. */
export function write(url, writer, relationshipId, title = 'An entry') {
    const item = { relationshipId, owner: 'SPONSOR', title, dueOn: '2030-01-15' }
    return change(url, writer, 'createActionItem', 'actionItemId', item)
}

/** A request to follow a relationship's journal from its present end on: nothing written later can be missed. */
export async function followFromHere(url, reader, relationshipId) {
    const after = (await journal(url, reader, relationshipId)).at(-1).cursor
    return { query: FOLLOW, variables: { id: relationshipId, after } }
}

/** The edges of a relationship's journal after a cursor, oldest first. */
export async function journal(url, reader, relationshipId, after) {
    const document = `query($id: ID!, $after: String) {
        relationship(id: $id) {
            journal(first: 100, after: $after) { edges { cursor node { number } } pageInfo { hasNextPage } }
        }
    }`
    const edges = []
    for (let more = true; more; ) {
        const { relationship } = await ask(url, reader, document, { id: relationshipId, after })
        edges.push(...relationship.journal.edges)
        after = edges.at(-1)?.cursor
        more = relationship.journal.pageInfo.hasNextPage
    }
    return edges
}
