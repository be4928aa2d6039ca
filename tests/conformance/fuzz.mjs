// Made-up documents of schemathesis, by callers of every kind: whatever is asked, the service has no fault of its own.
// `fuzz=n` tries n documents for each root field and caller.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { developmentToken, kept, startDemo, temporaryFolder } from './service.mjs'

const SEED = '1'
const here = fileURLToPath(new URL('.', import.meta.url))
const schemathesis = join(here, '.venv/bin/schemathesis')

export default async function fuzz(examples = '10') {
    const { url, tokens, ids } = await startDemo()
    const folder = await temporaryFolder()
    const hooks = { PYTHONPATH: here, SCHEMATHESIS_HOOKS: 'fuzz_hooks', KNOWN_IDS: JSON.stringify(leaves(ids)) }
    const env = { ...process.env, ...hooks }
    const { scope } = decodeJwt(tokens.outsider)
    const callers = {
        sponsorLeadership: tokens.sponsorLeadership,
        outsider: tokens.outsider,
        sponsor: tokens.sponsor,
        'cdmo with every scope': await developmentToken({ organization: 'brightwater', scope }),
    }
    const problems = []
    let documents = 0
    for (const [caller, token] of Object.entries(callers)) {
        const args = [
            ...['run', `${url}/graphql`, '--header', `Authorization: Bearer ${token}`, '--checks', 'answers_as_documented'],
            ...['--phases', 'fuzzing', '--mode', 'positive', '--seed', SEED, '--max-examples', examples],
            ...['--generation-database', 'none', '--continue-on-failure', '--no-color', '--warnings', 'off'],
        ]
        const child = kept(spawn(schemathesis, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] }))
        let report = ''
        child.stdout.on('data', text => (report += text))
        const [status] = await once(child, 'close')
        documents += Number(/(\d+) generated/.exec(report)?.[1] ?? 0)
        if (status !== 0) problems.push(`${caller}:\n${report}`)
    }
    return { checked: `${documents} documents by ${Object.keys(callers).length} callers`, problems }
}

/** All ids among these, however deep. */
function leaves(value) {
    return typeof value === 'string' ? [value] : Object.values(value).flatMap(leaves)
}
