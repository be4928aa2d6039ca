// Made-up documents of schemathesis, by callers of every kind: whatever is asked, the service has no fault of its own.
// `fuzz=n` tries n documents for each root field and caller. A run that tries few, or is mostly refused, shows nothing
// and fails.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { ask, developmentToken, kept, startDemo, temporaryFolder } from './service.mjs'

const SEED = '1'
/** Of the documents, at least this share must be answered with data: of made-up texts, ids and numbers few mean anything. */
const SHARE_WITH_DATA = 0.02
const here = fileURLToPath(new URL('.', import.meta.url))
const schemathesis = join(here, '.venv/bin/schemathesis')

export default async function fuzz(examples = '10') {
    const { url, tokens, ids } = await startDemo()
    const folder = await temporaryFolder()
    const ANSWERED = join(folder, 'answered.json')
    const hooks = { PYTHONPATH: here, SCHEMATHESIS_HOOKS: 'fuzz_hooks', KNOWN_IDS: JSON.stringify(leaves(ids)), ANSWERED }
    const env = { ...process.env, ...hooks }
    const { scope } = decodeJwt(tokens.outsider)
    const callers = {
        sponsorLeadership: tokens.sponsorLeadership,
        outsider: tokens.outsider,
        sponsor: tokens.sponsor,
        'cdmo with every scope': await developmentToken({ organization: 'brightwater', scope }),
    }
    const problems = []
    const { __schema } = await ask(url, tokens.sponsor, '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }')
    const rootFields = __schema.queryType.fields.length + __schema.mutationType.fields.length
    let [documents, withData] = [0, 0]
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
        const answered = JSON.parse(await readFile(ANSWERED, 'utf8'))
        documents += answered.documents
        withData += answered.withData
        if (status !== 0) problems.push(`${caller}:\n${report}`)
        if (answered.documents < rootFields) {
            problems.push(`${caller}: ${answered.documents} documents do not even reach the ${rootFields} root fields`)
        }
    }
    const share = withData / documents
    if (!(share >= SHARE_WITH_DATA)) problems.push(`only ${withData} of ${documents} documents were answered with data`)
    const percent = Math.round(100 * share)
    return { checked: `${documents} documents by ${Object.keys(callers).length} callers, ${percent} % with data`, problems }
}

/** All ids among these, however deep. */
function leaves(value) {
    return typeof value === 'string' ? [value] : Object.values(value).flatMap(leaves)
}
