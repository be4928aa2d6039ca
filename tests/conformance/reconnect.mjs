// Clients that follow a relationship's journal, drop their connections at random and go on by cursor, while others write:
// each has every entry exactly once and in order. On SQLite, and on PostgreSQL behind two replicas.
// `reconnect=n` writes for n seconds on each.
import { createClient as createEventClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import WebSocket from 'ws'
import { within } from './cases.mjs'
import { freshDatabase } from './postgres.mjs'
import { startService } from './service.mjs'
import { FOLLOW, establish, journal, settings, token, write } from './world.mjs'

const WRITERS = 4
const FOLLOWERS_BY_TRANSPORT = 3
/** How long a connection lasts at most, in milliseconds. */
const LONGEST = 400
/** The code of a socket that ends without a word. */
const BROKEN_OFF = 1006
/** How long the followers may take to read the rest when the last entry is written. */
const REST = 60_000

export default async function reconnect(seconds = '60') {
    const onSqlite = [await startService(settings())]
    const database = `database_url = "${await freshDatabase()}"`
    const onPostgres = [await startService(settings(database)), await startService(settings(database))]
    const results = [
        await race('SQLite', onSqlite, Number(seconds)),
        await race('PostgreSQL, 2 replicas', onPostgres, Number(seconds)),
    ]
    return {
        checked: results.map(({ checked }) => checked).join('; '),
        problems: results.flatMap(({ problems }) => problems),
    }
}

async function race(place, replicas, seconds) {
    const anyone = () => replicas[Math.floor(Math.random() * replicas.length)].url
    const [{ url }] = replicas
    const id = await establish(url)
    const reader = await token('acme', 'relationships:read journal:read')
    const [{ cursor: start }] = (await journal(url, reader, id)).slice(-1)

    let last = Infinity
    const followers = Promise.all(
        ['socket', 'events'].flatMap(transport =>
            Array.from({ length: FOLLOWERS_BY_TRANSPORT }, (_, n) =>
                follow(transport, `${transport}-${n + 1}`, { anyone, id, after: start, isOver: number => number >= last }),
            ),
        ),
    )
    // One that fails is told of below.
    followers.catch(() => {})
    await Promise.all(Array.from({ length: WRITERS }, (_, n) => keepWriting(`writer-${n + 1}`, { anyone, id, seconds })))
    const expected = (await journal(url, reader, id, start)).map(({ node }) => node.number)
    last = expected.at(-1)

    const followed = await within(REST, followers)
    const problems = followed
        .filter(({ numbers }) => numbers.join() !== expected.join())
        .map(({ name, numbers }) => `${place}: ${name} has ${numbers.length} entries of ${expected.length}: ${numbers}`)
    const connections = followed.reduce((sum, { connections }) => sum + connections, 0)
    return { checked: `${place}: ${expected.length} entries, ${connections} connections`, problems }
}

async function keepWriting(subject, { anyone, id, seconds }) {
    const writer = await token('acme', 'actions:write', { subject })
    const end = Date.now() + seconds * 1000
    while (Date.now() < end) await write(anyone(), writer, id)
}

/** What one client gets, over as many connections as it takes. */
async function follow(transport, name, { anyone, id, after, isOver }) {
    const bearer = await token('acme', 'relationships:read journal:read', { subject: name })
    const numbers = []
    let connections = 0
    while (!isOver(numbers.at(-1))) {
        connections += 1
        const { entries, drop } = connect[transport](anyone(), bearer, { query: FOLLOW, variables: { id, after } })
        const timer = setTimeout(drop, Math.random() * LONGEST)
        try {
            for await (const { data, errors } of entries) {
                if (errors) throw new Error(JSON.stringify(errors))
                const { cursor, node } = data.relationshipChanged
                numbers.push(node.number)
                after = cursor
                if (isOver(node.number)) break
            }
        } catch (error) {
            if (error.code !== BROKEN_OFF) throw error
        }
        clearTimeout(timer)
        drop()
    }
    return { name, numbers, connections }
}

/** Clients without any way to connect again by themselves, which would hide what is to be seen. */
const connect = {
    socket(url, bearer, request) {
        let socket
        let dropped = false
        const opened = open => {
            socket = open
            if (dropped) socket.terminate()
        }
        const client = createSocketClient({
            url: `${url.replace('http', 'ws')}/graphql/ws`,
            webSocketImpl: WebSocket,
            connectionParams: { authorization: `Bearer ${bearer}` },
            retryAttempts: 0,
            on: { opened },
        })
        const drop = () => {
            dropped = true
            socket?.terminate()
        }
        return { entries: client.iterate(request), drop }
    },
    events(url, bearer, request) {
        const headers = { authorization: `Bearer ${bearer}` }
        const client = createEventClient({ url: `${url}/graphql/stream`, headers, retryAttempts: 0 })
        return { entries: client.iterate(request), drop: () => client.dispose() }
    },
}
