// GraphQL over server-sent events, /graphql/stream: the protocol's distinct connections mode with its error cases, answer by
// answer, and by the client of graphql-sse.
import assert from 'node:assert/strict'
import { createClient } from 'graphql-sse'
import { check } from './cases.mjs'
import { startService } from './service.mjs'
import { FOLLOW, LEEWAY, establish, followFromHere, settings, token, write } from './world.mjs'

const MOST_STREAMS = 3
const QUERY = { query: '{ viewer { subject } }' }

export default async function streams() {
    const { url } = await startService(settings(`max_live_per_caller = ${MOST_STREAMS}`))
    const id = await establish(url)
    const scope = 'relationships:read actions:read actions:write journal:read'
    const sponsor = await token('acme', scope)
    const stranger = await token('quillon', scope)
    const follow = { query: FOLLOW, variables: { id } }

    let opened = new AbortController()
    /** Every case leaves its places to the next. */
    const closeAll = () => {
        opened.abort()
        opened = new AbortController()
    }
    const request = (body, { bearer = sponsor, headers = {}, ...init } = {}) =>
        fetch(`${url}/graphql/stream`, {
            method: 'POST',
            headers: {
                accept: 'text/event-stream',
                authorization: `Bearer ${bearer}`,
                'content-type': 'application/json',
                ...headers,
            },
            body: typeof body === 'string' ? body : JSON.stringify(body),
            signal: opened.signal,
            ...init,
        })
    const refused = (status, ...sent) => async () => assert.equal((await request(...sent)).status, status)
    /** A request that was understood is answered by events, also where it is refused. */
    const ends = (body, code, bearer) => async () => {
        const response = await request(body, { bearer })
        assert.equal(response.status, 200)
        const [{ event, data }, last] = await all(events(response))
        assert.deepEqual([event, data.errors[0].extensions.code, last], ['next', code, { event: 'complete' }])
    }
    const asQuery = document => `${url}/graphql/stream?${new URLSearchParams({ query: document })}`
    const getHeaders = { accept: 'text/event-stream', authorization: `Bearer ${sponsor}` }

    const cases = {
        'a query has one answer': async () => {
            const response = await request(QUERY)
            assert.match(response.headers.get('content-type'), /^text\/event-stream/)
            const expected = [
                { event: 'next', data: { data: { viewer: { subject: 'conformance' } } } },
                { event: 'complete' },
            ]
            assert.deepEqual(await all(events(response)), expected)
        },
        'a query by GET': async () => {
            const [{ data }] = await all(events(await fetch(asQuery(QUERY.query), { headers: getHeaders })))
            assert.deepEqual(data.data, { viewer: { subject: 'conformance' } })
        },
        'a mutation by GET: 405': async () => {
            const mutation = `mutation { createActionItem(input: {
                relationshipId: "${id}", owner: SPONSOR, title: "By GET", dueOn: "2030-01-15"
            }) { actionItemId } }`
            assert.equal((await fetch(asQuery(mutation), { headers: getHeaders })).status, 405)
        },
        'no place for a single connection is given: 405': refused(405, undefined, { method: 'PUT' }),
        'events are not accepted: 406': refused(406, QUERY, { headers: { accept: 'application/json' } }),
        'no JSON by its type: 415': refused(415, QUERY, { headers: { 'content-type': 'text/plain' } }),
        'no JSON: 400': refused(400, '{'),
        'no document: 400': refused(400, {}),
        'no valid token: 401': async () => {
            const response = await request(QUERY, { bearer: 'nonsense' })
            assert.equal(response.status, 401)
            assert.match(response.headers.get('www-authenticate'), /^Bearer .*invalid_token/)
        },
        'an expired token: 401': refused(401, QUERY, { bearer: await token('acme', scope, { seconds: -LEEWAY - 1 }) }),
        'a document that is wrong': ends({ query: '{ nothing }' }, 'BAD_USER_INPUT'),
        'a missing variable': ends({ query: FOLLOW }, 'BAD_USER_INPUT'),
        'a cursor that is none': ends({ query: FOLLOW, variables: { id, after: 'nonsense' } }, 'BAD_USER_INPUT'),
        'not a party': ends(follow, 'NOT_FOUND', stranger),
        'without the scope': ends(follow, 'FORBIDDEN', await token('acme', 'relationships:read')),
        'a subscription gives each entry as it is written': async () => {
            const stream = events(await request(await followFromHere(url, sponsor, id)))
            const next = async () => (await stream.next()).value.data.data.relationshipChanged.node.number
            const [first] = await Promise.all([next(), write(url, sponsor, id)])
            const [second] = await Promise.all([next(), write(url, sponsor, id)])
            assert.equal(second, first + 1)
        },
        'more streams than a caller may have: 429; one that is closed leaves its place': async () => {
            for (let n = 0; n < MOST_STREAMS; n += 1) assert.equal((await request(follow)).status, 200)
            assert.equal((await request(follow)).status, 429)
            closeAll()
            // The service learns of it when the connection is closed.
            let status = 429
            while (status === 429) ({ status } = await request(QUERY))
            assert.equal(status, 200)
        },
        'a token that expires ends its stream': async () => {
            const bearer = await token('acme', scope, { seconds: 2 - LEEWAY })
            const [{ data }, last] = await all(events(await request(follow, { bearer })))
            assert.deepEqual([data.errors[0].extensions.code, last], ['UNAUTHENTICATED', { event: 'complete' }])
        },
        'the client of graphql-sse follows and stops': async () => {
            const client = createClient({
                url: `${url}/graphql/stream`,
                headers: { authorization: `Bearer ${sponsor}` },
                retryAttempts: 0,
            })
            const entries = client.iterate(await followFromHere(url, sponsor, id))
            const next = async () => (await entries.next()).value.data.relationshipChanged.node.number
            const [first] = await Promise.all([next(), write(url, sponsor, id)])
            const [second] = await Promise.all([next(), write(url, sponsor, id)])
            assert.equal(second, first + 1)
            await entries.return()
            client.dispose()
        },
    }
    return check(cases, closeAll)
}

/** The events of an answer, with their data read as JSON. */
async function* events(response) {
    let text = ''
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
        text += part
        const whole = text.split('\n\n')
        text = whole.pop()
        yield* whole.filter(block => !block.startsWith(':')).map(parse)
    }
}

function parse(block) {
    const fields = Object.fromEntries(block.split('\n').map(line => line.split(/: ?(.*)/s, 2)))
    return fields.data ? { event: fields.event, data: JSON.parse(fields.data) } : { event: fields.event }
}

async function all(stream) {
    const found = []
    for await (const each of stream) found.push(each)
    return found
}
