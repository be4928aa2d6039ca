// The real binary, started on a port of its own and stopped at the end, and the little that every suite needs to talk to it.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The top of the repository. */
export const repository = fileURLToPath(new URL('../..', import.meta.url))

const binary = process.env.GUIDEPOST_BINARY ?? join(repository, 'target/debug/guidepost')
const running = new Set()
const undone = []

/** Something to be done at the end of the suite, also of one that fails or is broken off. */
export function atTheEnd(work) {
    undone.push(work)
}

/** Ends what a suite has started, the latest first. When the run is broken off, nothing comes after that. */
export function endSuite() {
    return brokenOff ?? endAll()
}

async function endAll() {
    while (undone.length > 0) await undone.pop()()
}

let brokenOff
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => (brokenOff = endAll().finally(() => process.exit(1))))
}
process.on('exit', () => running.forEach(child => child.kill('SIGKILL')))

/** A child process that ends with the suite; `ended` is done when it has. */
export function kept(child) {
    running.add(child)
    child.ended = new Promise(resolve => child.once('exit', resolve).once('error', resolve))
    child.ended.then(() => running.delete(child))
    atTheEnd(() => {
        child.kill('SIGTERM')
        return child.ended
    })
    return child
}

/** A port that was free a moment ago. */
export async function freePort() {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address()
    server.close()
    return port
}

/** A folder for the time of the suite. */
export async function temporaryFolder() {
    const folder = await mkdtemp(join(tmpdir(), 'guidepost-conformance-'))
    atTheEnd(() => rm(folder, { recursive: true, force: true }))
    return folder
}

/** Starts the binary in a folder of its own; `ready` finds its address in a line of what it prints. */
async function startBinary(args, settings, stream, ready) {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'guidepost.toml'), settings)
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GUIDEPOST_')))
    const child = kept(spawn(binary, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }))
    let log = ''
    child.stderr.on('data', text => (log = (log + text).slice(-10_000)))
    const address = new Promise(resolve => {
        createInterface(child[stream]).on('line', line => {
            const found = ready(line)
            if (found) resolve(found)
        })
    })
    const failed = child.ended.then(() => {
        throw new Error(`${binary} did not start:\n${log}`)
    })
    return Promise.race([address, failed])
}

/** The made-up world of `guidepost demo`, on SQLite: its `url`, `tokens` and `ids`. */
export function startDemo() {
    return startBinary(['demo', '--json', '--listen', '127.0.0.1:0'], '', 'stdout', JSON.parse)
}

/** An empty service: its `url`. `settings` is the text of its settings file; without a database there it has its own. */
export function startService(settings) {
    const args = ['serve', '--listen', '127.0.0.1:0', '--log-format', 'json', '--log-filter', 'warn,guidepost::cli=info']
    const ready = line => {
        const [, address] = /"message":"serving","address":"([^"]+)"/.exec(line) ?? []
        return address && { url: `http://${address}` }
    }
    return startBinary(args, settings, 'stderr', ready)
}

/** What the binary prints to this command. */
export async function printed(...args) {
    return (await promisify(execFile)(binary, args)).stdout
}

/** A token that `guidepost token` signs, for a service in development mode. */
export async function developmentToken({ organization, subject = 'conformance', scope, expiresIn = '1h' }) {
    const whose = organization ? ['--organization', organization] : []
    return (await printed('token', ...whose, '--subject', subject, '--scope', scope, '--expires-in', expiresIn)).trim()
}

/** What the service answers to a document, with the status. */
export async function send(url, token, query, variables) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const body = JSON.stringify({ query, variables })
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body })
    return { status: response.status, ...(await response.json()) }
}

/** The data that a document asks for. An error ends the suite. */
export async function ask(url, token, query, variables) {
    const { data, errors } = await send(url, token, query, variables)
    if (errors) throw new Error(`${query}\n${JSON.stringify(errors)}`)
    return data
}

/** What a mutation answers. By convention its input's type has its name. */
export async function change(url, token, mutation, selection, input, type = capitalized(mutation)) {
    const document = `mutation($input: ${type}Input!) { ${mutation}(input: $input) { ${selection} } }`
    return (await ask(url, token, document, { input }))[mutation]
}

function capitalized(name) {
    return name[0].toUpperCase() + name.slice(1)
}
