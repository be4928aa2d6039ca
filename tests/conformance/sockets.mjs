// GraphQL over WebSocket, /graphql/ws: the protocol graphql-transport-ws with its error cases, message by message, and by
// the client of graphql-ws.
import assert from 'node:assert/strict'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { check } from './cases.mjs'
import { startService } from './service.mjs'
import { FOLLOW, LEEWAY, establish, followFromHere, settings, token, write } from './world.mjs'

const PROTOCOL = 'graphql-transport-ws'
const MOST_OPERATIONS = 3
const MOST_SOCKETS = 4

const QUERY = { query: '{ viewer { subject } }' }

/** A socket that is read message by message. */
class Socket {
    #arrived = []
    #arrival = () => {}

    constructor(url, { protocols = [PROTOCOL], ...options } = {}) {
        this.socket = new WebSocket(`${url.replace('http', 'ws')}/graphql/ws`, protocols, options)
        this.socket.on('message', text => this.#arrive(JSON.parse(text)))
        this.socket.on('close', closed => this.#arrive({ closed }))
        this.socket.on('error', error => this.#arrive({ failed: error.message }))
        this.open = new Promise(resolve => this.socket.once('open', resolve).once('error', resolve))
    }

    #arrive(message) {
        this.#arrived.push(message)
        this.#arrival()
    }

    async send(message) {
        await this.open
        this.socket.send(typeof message === 'string' || message instanceof Buffer ? message : JSON.stringify(message))
    }

    subscribe(id, payload) {
        return this.send({ type: 'subscribe', id, payload })
    }

    async next() {
        while (this.#arrived.length === 0) await new Promise(resolve => (this.#arrival = resolve))
        return this.#arrived.shift()
    }

    async expect(expected) {
        assert.deepEqual(await this.next(), expected)
    }
}

export default async function sockets() {
    const limits = [
        'socket_init_timeout = "1s"',
        `max_operations_per_socket = ${MOST_OPERATIONS}`,
        `max_live_per_caller = ${MOST_SOCKETS}`,
    ]
    const { url } = await startService(settings(limits.join('\n')))
    const id = await establish(url)
    const scope = 'relationships:read actions:read actions:write journal:read'
    const sponsor = await token('acme', scope)
    const stranger = await token('quillon', scope)
    const withoutScope = await token('acme', 'relationships:read')
    const follow = { query: FOLLOW, variables: { id } }

    const init = bearer => ({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } })
    const open = new Set()
    const connect = options => {
        const socket = new Socket(url, options)
        open.add(socket)
        return socket
    }
    const begin = async (bearer = sponsor) => {
        const socket = connect()
        await socket.send(init(bearer))
        await socket.expect({ type: 'connection_ack' })
        return socket
    }
    /** Every case leaves its places to the next. */
    const closeAll = () => {
        open.forEach(({ socket }) => socket.terminate())
        open.clear()
    }
    const refusedMessage = message => async () => {
        const socket = await begin()
        await socket.send(message)
        await socket.expect({ closed: 4400 })
    }
    const requestError = (bearer, payload, code) => async () => {
        const socket = await begin(bearer)
        await socket.subscribe('1', payload)
        const { type, id, payload: errors } = await socket.next()
        assert.deepEqual([type, id, errors[0].extensions.code], ['error', '1', code])
        // The id is free again, and nothing comes of it any more.
        await socket.subscribe('1', QUERY)
        assert.equal((await socket.next()).type, 'next')
        await socket.expect({ type: 'complete', id: '1' })
    }
    const notAccepted = bearer => async () => {
        const socket = connect()
        await socket.send(init(bearer))
        await socket.expect({ closed: 4403 })
    }

    const cases = {
        'without a subprotocol: 4406': async () => connect({ protocols: [] }).expect({ closed: 4406 }),
        'another subprotocol: 4406': async () => {
            const headers = { 'sec-websocket-protocol': 'graphql-ws' }
            await connect({ protocols: [], headers }).expect({ closed: 4406 })
        },
        'connection_init is too late: 4408': async () => connect().expect({ closed: 4408 }),
        'subscribe before connection_init: 4401': async () => {
            const socket = connect()
            await socket.subscribe('1', QUERY)
            await socket.expect({ closed: 4401 })
        },
        'a second connection_init: 4429': async () => {
            const socket = await begin()
            await socket.send(init(sponsor))
            await socket.expect({ closed: 4429 })
        },
        'an id that is in use: 4409': async () => {
            const socket = await begin()
            await socket.subscribe('1', follow)
            await socket.subscribe('1', follow)
            await socket.expect({ closed: 4409 })
        },
        'no JSON: 4400': refusedMessage('{'),
        'no object: 4400': refusedMessage('[]'),
        'not text: 4400': refusedMessage(Buffer.from('{"type":"ping"}')),
        'an unknown type: 4400': refusedMessage({ type: 'start', id: '1', payload: QUERY }),
        'subscribe without an id: 4400': refusedMessage({ type: 'subscribe', payload: QUERY }),
        'subscribe without a query: 4400': refusedMessage({ type: 'subscribe', id: '1', payload: {} }),
        'no token: 4403': async () => {
            const socket = connect()
            await socket.send({ type: 'connection_init' })
            await socket.expect({ closed: 4403 })
        },
        'no valid token: 4403': notAccepted('nonsense'),
        'an expired token: 4403': notAccepted(await token('acme', scope, { seconds: -LEEWAY - 1 })),
        'a token in the header of the handshake': async () => {
            const socket = connect({ headers: { authorization: `Bearer ${sponsor}` } })
            await socket.send({ type: 'connection_init' })
            await socket.expect({ type: 'connection_ack' })
        },
        'a bad token in the header of the handshake: 401': async () => {
            const { failed } = await connect({ headers: { authorization: 'Bearer nonsense' } }).next()
            assert.match(failed, /401/)
        },
        'ping is answered with its payload, pong with nothing': async () => {
            const socket = await begin()
            await socket.send({ type: 'pong' })
            await socket.send({ type: 'ping', payload: { n: 1 } })
            await socket.expect({ type: 'pong', payload: { n: 1 } })
        },
        'ping is answered before connection_init': async () => {
            const socket = connect()
            await socket.send({ type: 'ping' })
            await socket.expect({ type: 'pong' })
        },
        'a query has one answer': async () => {
            const socket = await begin()
            await socket.subscribe('1', QUERY)
            await socket.expect({ type: 'next', id: '1', payload: { data: { viewer: { subject: 'conformance' } } } })
            await socket.expect({ type: 'complete', id: '1' })
        },
        'a mutation is done': async () => {
            const socket = await begin()
            const query = `mutation($input: CreateActionItemInput!) {
                createActionItem(input: $input) { actionItem { title } }
            }`
            const input = { relationshipId: id, owner: 'SPONSOR', title: 'By socket', dueOn: '2030-01-15' }
            await socket.subscribe('1', { query, variables: { input } })
            const { payload } = await socket.next()
            assert.deepEqual(payload.data.createActionItem.actionItem, { title: 'By socket' })
        },
        'a document that is wrong: error': requestError(sponsor, { query: '{ nothing }' }, 'BAD_USER_INPUT'),
        'a document that is none: error': requestError(sponsor, { query: '{' }, 'BAD_USER_INPUT'),
        'a missing variable: error': requestError(sponsor, { query: FOLLOW }, 'BAD_USER_INPUT'),
        'a cursor that is none: error': requestError(
            sponsor,
            { query: FOLLOW, variables: { id, after: 'nonsense' } },
            'BAD_USER_INPUT',
        ),
        'not a party: error': requestError(stranger, follow, 'NOT_FOUND'),
        'without the scope: error': requestError(withoutScope, follow, 'FORBIDDEN'),
        'two subscriptions at once': async () => {
            const socket = await begin()
            const follow = await followFromHere(url, sponsor, id)
            await socket.subscribe('a', follow)
            await socket.subscribe('b', follow)
            await write(url, sponsor, id)
            const ids = [(await socket.next()).id, (await socket.next()).id]
            assert.deepEqual(ids.sort(), ['a', 'b'])
        },
        'complete by the client stops the stream and frees the id': async () => {
            const socket = await begin()
            await socket.subscribe('1', await followFromHere(url, sponsor, id))
            await write(url, sponsor, id)
            assert.equal((await socket.next()).type, 'next')
            await socket.send({ type: 'complete', id: '1' })
            await settled(socket)
            await write(url, sponsor, id)
            await settled(socket)
            await socket.subscribe('1', QUERY)
            assert.deepEqual((await socket.next()).payload.data, { viewer: { subject: 'conformance' } })
        },
        'complete of what is not there is no fault': async () => {
            const socket = await begin()
            await socket.send({ type: 'complete', id: 'nothing' })
            await settled(socket)
        },
        'more operations than a socket may have: error': async () => {
            const socket = await begin()
            for (let n = 0; n < MOST_OPERATIONS; n += 1) await socket.subscribe(`${n}`, follow)
            await socket.subscribe('one more', follow)
            const { type, id, payload } = await socket.next()
            assert.deepEqual([type, id, payload[0].extensions.code], ['error', 'one more', 'LIMIT_EXCEEDED'])
        },
        'more sockets than a caller may have: 1013': async () => {
            for (let n = 0; n < MOST_SOCKETS; n += 1) await begin()
            const socket = connect()
            await socket.send(init(sponsor))
            await socket.expect({ closed: 1013 })
        },
        'a token that expires ends its socket: 4403': async () => {
            const socket = await begin(await token('acme', scope, { seconds: 2 - LEEWAY }))
            await socket.subscribe('1', follow)
            await socket.expect({ closed: 4403 })
        },
        'the client of graphql-ws follows and stops': async () => {
            const client = createClient({
                url: `${url.replace('http', 'ws')}/graphql/ws`,
                webSocketImpl: WebSocket,
                connectionParams: { authorization: `Bearer ${sponsor}` },
            })
            const entries = client.iterate(await followFromHere(url, sponsor, id))
            const next = async () => (await entries.next()).value.data.relationshipChanged.node.number
            const [first] = await Promise.all([next(), write(url, sponsor, id)])
            const [second] = await Promise.all([next(), write(url, sponsor, id)])
            assert.equal(second, first + 1)
            await entries.return()
            await client.dispose()
        },
    }
    return check(cases, closeAll)
}

/** Done when the service has dealt with what was sent before. */
async function settled(socket) {
    await socket.send({ type: 'ping' })
    await socket.expect({ type: 'pong' })
}
