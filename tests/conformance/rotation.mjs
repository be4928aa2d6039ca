// Tokens of oidc-provider while it rotates its keys and is down for part of the time, and while strangers make up tokens
// with keys that do not exist: every valid token is accepted, no invalid one is. `rotation=n` rotates n times, each time
// down in another way.
import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { exportJWK, generateKeyPair } from 'jose'
import { UNKNOWN_KEY, forgeries, unknownKeys } from './forgeries.mjs'
import { change, developmentToken, freePort, kept, send, startService } from './service.mjs'

const REQUESTS = 10_000
const AT_ONCE = 8
const WAYS_TO_BE_DOWN = ['hanging', 'refusing', 'failing']
const AUDIENCE = 'https://guidepost.example'

export default async function rotation(rotations = '3') {
    const issuer = await startIssuer()
    const service = await startService(settings(issuer.url))
    const operator = await developmentToken({ scope: 'admin' })
    await change(service.url, operator, 'registerOrganization', 'organizationId', { handle: 'acme', name: 'Acme' })

    const turns = Number(rotations)
    const phases = 1 + 2 * turns + Math.floor(turns / 2)
    const tally = { valid: 0, invalid: 0, wrong: new Map() }
    const phase = async (name, tokens, forged) => {
        const cases = [...tokens.map(token => ({ token })), ...forged]
        await eachOf(cases, Math.ceil(REQUESTS / phases), one => judge(service.url, name, one, tally))
    }
    let tokens = await issuer.tokens()
    const strangers = await startStrangers(service.url, tokens[0], tally)
    await phase('at first', tokens, await forgeries(issuer, tokens[0]))
    for (let turn = 0; turn < turns; turn += 1) {
        const key = await newKey(turn % 2 === 0 ? 'ES256' : 'RS256')
        await issuer.become({ keys: [...issuer.state.keys, key] })
        // Where it is not published for a while before it signs, the first token that it signed finds it.
        if (turn % 2 === 1) await phase('a new key is published', tokens, await forgeries(issuer, tokens[0]))
        await issuer.become({ kid: key.kid, algorithm: key.alg })
        tokens = [...tokens, ...(await issuer.tokens())]
        await phase('the new key signs', tokens, await forgeries(issuer, tokens.at(-1)))
        const mode = WAYS_TO_BE_DOWN[turn % WAYS_TO_BE_DOWN.length]
        await issuer.become({ mode })
        await phase(`the issuer is ${mode}`, tokens, await forgeries(issuer, tokens.at(-1)))
        await issuer.become({ mode: 'up' })
    }
    const unknown = await strangers()
    const problems = [...tally.wrong].map(([answer, times]) => `${answer}, ${times} times`)
    if (unknown === 0) problems.push('no stranger had an answer')
    const checked = `${tally.valid} valid, ${tally.invalid} invalid tokens, ${unknown} of them with unknown keys`
    return { checked, problems }
}

/** Strangers that send tokens with unknown keys without a pause: new ones, which may have to wait, and old ones, which
 * may not. What is given ends them, and tells how many they sent. */
async function startStrangers(url, valid, tally) {
    let [sent, isOver] = [0, false]
    const made = await unknownKeys(valid)
    const stranger = async (age, pause) => {
        while (!isOver) {
            await judge(url, 'all the time', await made(age), tally)
            sent += 1
            await delay(pause)
        }
    }
    const all = Promise.all([stranger(0, 0), stranger(0, 300), stranger(600, 50)])
    return async () => {
        isOver = true
        await all
        return sent
    }
}

/** Runs `work` that many times on these in turn, several at once. */
async function eachOf(things, times, work) {
    let next = 0
    const worker = async () => {
        while (next < times) await work(things[next++ % things.length])
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

/** An invalid token must be answered with 401, or with 503 where its key cannot be looked up. */
async function judge(url, phase, { token, name }, tally) {
    const { status, data } = await send(url, token, '{ viewer { subject } }')
    const accepted = Boolean(data?.viewer)
    tally[name ? 'invalid' : 'valid'] += 1
    const right = name ? !accepted && (status === 401 || (status === 503 && name === UNKNOWN_KEY)) : accepted
    const answer = `${phase}: ${name ?? 'a valid token'} was answered with ${status}`
    if (!right) tally.wrong.set(answer, (tally.wrong.get(answer) ?? 0) + 1)
}

const settings = issuer => `
development = true
[[issuers]]
issuer = "${issuer}"
audiences = ["${AUDIENCE}"]
algorithms = ["RS256", "ES256"]
discovery = true
organizations = ["acme"]
`

async function newKey(alg) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true })
    return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg, use: 'sig' }
}

/** The issuer in a process of its own; it becomes what it is told. */
async function startIssuer() {
    const url = `http://127.0.0.1:${await freePort()}`
    const program = fileURLToPath(new URL('issuer.mjs', import.meta.url))
    const child = kept(fork(program, [url, AUDIENCE], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }))
    const key = await newKey('RS256')
    const issuer = { url, state: {} }
    issuer.become = async changes => {
        Object.assign(issuer.state, changes)
        child.send(issuer.state)
        await once(child, 'message')
    }
    issuer.tokens = () => Promise.all(Array.from({ length: 5 }, () => request(url)))
    await issuer.become({ keys: [key], kid: key.kid, algorithm: key.alg, mode: 'up' })
    return issuer
}

async function request(issuer) {
    const form = { grant_type: 'client_credentials', resource: AUDIENCE, scope: 'relationships:read' }
    const authorization = `Basic ${Buffer.from('portal:secret').toString('base64')}`
    const body = new URLSearchParams(form)
    const response = await fetch(`${issuer}/token`, { method: 'POST', headers: { authorization }, body })
    const answer = await response.json()
    if (!answer.access_token) throw new Error(`the issuer gives no token: ${JSON.stringify(answer)}`)
    return answer.access_token
}
